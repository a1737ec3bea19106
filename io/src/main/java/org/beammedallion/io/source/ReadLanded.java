package org.beammedallion.io.source;

import java.io.IOException;
import org.beammedallion.io.bronze.BronzeRecords;
import org.beammedallion.transforms.raw.Landed;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatchCoder;

/**
 * The records that a manifest names, in batches, as {@link LandShards} passed them on when it kept
 * them; the last batch of a shard tells what was landed. Bounded. Gives the same records whenever
 * it is run.
 */
public final class ReadLanded extends ReadInBatches<Landed, RawBatch> {

  private ReadLanded(UnreadFiles unread, int maxRecordBytes) {
    super(
        "Read bronze",
        new BatchReader<>(
            landed -> open(landed, unread, maxRecordBytes),
            Landed::bronzeBytes,
            RawBatchCoder.of()));
  }

  /**
   * @param unread files of which no record is given
   * @param maxRecordBytes a larger record becomes a dead letter
   */
  public static ReadLanded of(UnreadFiles unread, int maxRecordBytes) {
    return new ReadLanded(unread, maxRecordBytes);
  }

  private static KeptBatches open(Landed landed, UnreadFiles unread, int maxRecordBytes)
      throws IOException {
    Landed left = unread.landed(landed.shard(), landed.source());
    String file = left == null ? landed.bronzeFile() : null;
    return new KeptBatches(
        file == null
            ? null
            : new BronzeBatches(BronzeRecords.open(file), landed.shard(), maxRecordBytes),
        records -> {},
        records -> left == null ? landed : left);
  }
}
