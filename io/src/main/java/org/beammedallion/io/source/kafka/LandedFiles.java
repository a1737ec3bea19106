package org.beammedallion.io.source.kafka;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.beammedallion.io.bronze.BronzeCycle;
import org.beammedallion.io.bronze.BronzeManifest;
import org.beammedallion.io.progress.BronzeShard;
import org.beammedallion.io.progress.TakenRanges;
import org.beammedallion.io.storage.StorageException;
import org.beammedallion.io.storage.StoredFile;

/** The files in bronze that a completed cycle of another pipeline has kept. */
final class LandedFiles {

  private LandedFiles() {}

  /**
   * Finds them, by the numbers of the cycle's shards. A shard without a record has none.
   *
   * @throws StorageException where some are missing
   */
  static Map<Integer, BronzeShard> of(LandedTopics source, TakenRanges cycle) throws IOException {
    Map<Integer, BronzeShard> files = new HashMap<>();
    if (!KafkaSource.mayChange(cycle.shards())) {
      for (StoredFile file :
          new BronzeCycle(source.bronze(), cycle.cycle(), cycle.time()).files()) {
        int shard = BronzeCycle.shardOf(file);
        files.put(shard, new BronzeShard(shard, file.uri(), cycle.cycle(), file.size()));
      }
    } else {
      for (BronzeShard file : BronzeManifest.require(source.bronze(), cycle.cycle()).shards()) {
        files.put(file.number(), file);
      }
    }
    if (files.size() < cycle.bronzeFiles()) {
      throw new StorageException(
          "Bronze of cycle "
              + cycle.cycle()
              + " of pipeline '"
              + source.pipeline()
              + "' has "
              + files.size()
              + " files in '"
              + source.bronze()
              + "', and the cycle has written "
              + cycle.bronzeFiles()
              + ". Restore them from a backup of the lake; or, if the topic still has the messages, run once without"
              + " 'landedBy'.",
          null);
    }
    return files;
  }
}
