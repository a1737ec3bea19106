package org.beammedallion.io.silver;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.beammedallion.io.bronze.BronzeFiles;
import org.beammedallion.io.bronze.BronzeRecords;
import org.beammedallion.io.quarantine.QuarantineFiles;
import org.beammedallion.io.quarantine.QuarantineFiles.QuarantineFile;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.deadletter.Provenance;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.transforms.block.Block;

/**
 * Writes the dead letters of {@link HeldChanges}, with their bytes as bronze has them, in bounded
 * memory.
 */
record HeldRecords(BronzeFiles bronze, QuarantineFiles quarantine) implements Serializable {

  private static final long CHUNK_BYTES = 32L << 20;

  /** Behind all parts of other dead letters. */
  private static final int FIRST_PART = 1_000_000;

  private static final int PARTS_PER_SHARD = 1_000;

  /**
   * Writes those of a shard.
   *
   * @throws IllegalStateException where bronze lacks one
   */
  List<QuarantineFile> write(int shard, Iterable<Block> held) throws IOException {
    Map<Long, String> details = new HashMap<>();
    held.forEach(each -> details.put(HeldChanges.position(each), HeldChanges.detail(each)));
    int part = FIRST_PART + shard * PARTS_PER_SHARD;
    List<QuarantineFile> files = new ArrayList<>();
    List<DeadLetter> letters = new ArrayList<>();
    long bytes = 0;
    String uri = bronze.uri(shard);
    try (BronzeRecords records = BronzeRecords.open(uri)) {
      while (!details.isEmpty() && records.next()) {
        String detail = details.remove(records.position());
        if (detail != null) {
          byte[] payload = records.payload();
          Provenance provenance = new Provenance(records.source(), shard, records.position());
          letters.add(
              new DeadLetter(
                  Reason.ORDER_UNKNOWN, detail, null, payload, records.length(), provenance));
          bytes += payload.length;
        }
        if (bytes >= CHUNK_BYTES) {
          files.addAll(quarantine.write(part++, letters));
          letters.clear();
          bytes = 0;
        }
      }
    }
    if (!details.isEmpty()) {
      throw new IllegalStateException(
          "Bronze lacks " + details.size() + " records of the cycle that were read: " + uri + ".");
    }
    files.addAll(quarantine.write(part, letters));
    return files;
  }
}
