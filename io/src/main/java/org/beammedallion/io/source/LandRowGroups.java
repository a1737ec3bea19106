package org.beammedallion.io.source;

import java.io.Serializable;
import org.beammedallion.io.bronze.BronzeCycle;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.transforms.decode.typed.TypedDecoder;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowBatchCoder;

/**
 * Reads shards of Parquet files, column by column, into checked rows and dead letters, and keeps
 * their row groups in bronze as they are; the last batch of a shard tells what was landed. Bounded.
 * Idempotent: a repeat writes the same bronze files over themselves. A file that has vanished gives
 * a warning; one that is damaged anywhere, or does not fit the contract, is refused as a whole, and
 * nothing of it is kept. A storage that fails, fails the bundle.
 */
public final class LandRowGroups extends ReadInBatches<Shard, RowBatch> {

  /**
   * What is read, and where it is kept.
   *
   * @param bronze where it is kept
   * @param unread files that are not opened
   */
  public record Settings(BronzeCycle bronze, TypedDecoder decoder, UnreadFiles unread)
      implements Serializable {}

  private LandRowGroups(Settings settings) {
    super(
        "Read, keep and decode",
        new BatchReader<>(
            shard -> new RowGroupLanding(settings, shard), Shard::storedBytes, RowBatchCoder.of()));
  }

  public static LandRowGroups of(Settings settings) {
    return new LandRowGroups(settings);
  }
}
