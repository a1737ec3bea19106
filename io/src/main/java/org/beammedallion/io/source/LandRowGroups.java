package org.beammedallion.io.source;

import java.io.Serializable;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
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
public final class LandRowGroups extends PTransform<PCollection<Shard>, PCollection<RowBatch>> {

  /**
   * What is read, and where it is kept.
   *
   * @param bronze where it is kept
   * @param unread files that are not opened
   */
  public record Settings(BronzeCycle bronze, TypedDecoder decoder, UnreadFiles unread)
      implements Serializable {}

  private final Settings settings;

  private LandRowGroups(Settings settings) {
    this.settings = settings;
  }

  public static LandRowGroups of(Settings settings) {
    return new LandRowGroups(settings);
  }

  /** The same as a source of Beam, whose batches are not in memory together. */
  public static PTransform<PBegin, PCollection<RowBatch>> reading(
      List<Shard> shards, Settings settings) {
    return new Reader(settings).asSource(shards);
  }

  @Override
  public PCollection<RowBatch> expand(PCollection<Shard> shards) {
    return new Reader(settings).read("Read, keep and decode", shards);
  }

  private record Reader(Settings settings) implements BatchReader<Shard, RowBatch> {

    private static final long serialVersionUID = 1L;

    @Override
    public Batches<RowBatch> open(Shard shard) {
      return new RowGroupLanding(settings, shard);
    }

    @Override
    public long bytes(Shard shard) {
      return shard.storedBytes();
    }

    @Override
    public Coder<RowBatch> coder() {
      return RowBatchCoder.of();
    }
  }
}
