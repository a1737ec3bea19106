package org.beammedallion.io.source;

import java.io.Serializable;
import org.beammedallion.io.bronze.BronzeCycle;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.transforms.decode.wire.MessageRoute;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatchCoder;
import org.jspecify.annotations.Nullable;

/**
 * Reads shards of a source, keeps every record in bronze and passes the records on in batches; the
 * last batch of a shard tells what was landed. Bounded. Idempotent where the source can be read
 * twice alike: a repeat writes the same bronze files over themselves; otherwise a repeat writes
 * files of its own. A file that has vanished gives no records and a warning, one that breaks off
 * those before; of one that is refused nothing is kept. A storage that fails, fails the bundle; of
 * a source by position, everything that fails does.
 */
public final class LandShards extends ReadInBatches<Shard, RawBatch> {

  /**
   * What is read, and where it is kept.
   *
   * @param bronze where it is kept
   * @param source of the shards
   * @param unread files that are not opened
   * @param wholeFilesOnly whether a file that breaks off is refused. Where partitions are replaced
   *     by what a cycle reads, half a file must not take the place of a whole one
   * @param route what tells for whom messages are, so that bronze keeps those of each together;
   *     null to keep their order
   */
  public record Settings(
      BronzeCycle bronze,
      Source source,
      UnreadFiles unread,
      boolean wholeFilesOnly,
      @Nullable MessageRoute route)
      implements Serializable {}

  private LandShards(Settings settings) {
    super(
        "Read and keep raw",
        new BatchReader<>(
            shard -> new RecordLanding(settings, shard), Shard::storedBytes, RawBatchCoder.of()));
  }

  public static LandShards of(Settings settings) {
    return new LandShards(settings);
  }
}
