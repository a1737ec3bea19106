package org.beammedallion.io.source;

import java.io.IOException;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.transforms.raw.BlockSink;
import org.beammedallion.transforms.raw.Landed;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatchCoder;

/**
 * The records of shards whose source {@link Source#isKept}, in batches; the last batch of a shard
 * tells how many there were. Bounded. Gives the same records whenever it is run. Whatever cannot be
 * read fails the bundle.
 */
public final class ReadKept extends PTransform<PCollection<Shard>, PCollection<RawBatch>> {

  private final Source source;

  private ReadKept(Source source) {
    this.source = source;
  }

  public static ReadKept of(Source source) {
    return new ReadKept(source);
  }

  /** The same as a source of Beam, whose batches are not in memory together. */
  public PTransform<PBegin, PCollection<RawBatch>> reading(List<Shard> shards) {
    return new Reader(source).asSource(shards);
  }

  @Override
  public PCollection<RawBatch> expand(PCollection<Shard> shards) {
    return new Reader(source).read("Read bronze", shards);
  }

  private record Reader(Source source) implements BatchReader<Shard, RawBatch> {

    private static final long serialVersionUID = 1L;

    @Override
    public Batches<RawBatch> open(Shard shard) throws IOException {
      return new KeptBatches(
          source.open(shard, BlockSink.NONE),
          LandingProgress::add,
          records ->
              new Landed(shard.number(), shard.uri(), records, null, 0, false, null, null, null));
    }

    @Override
    public long bytes(Shard shard) {
      return shard.storedBytes();
    }

    @Override
    public Coder<RawBatch> coder() {
      return RawBatchCoder.of();
    }
  }
}
