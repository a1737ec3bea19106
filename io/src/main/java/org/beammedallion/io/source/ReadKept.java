package org.beammedallion.io.source;

import java.io.IOException;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.transforms.raw.BlockSink;
import org.beammedallion.transforms.raw.Landed;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatchCoder;
import org.beammedallion.transforms.raw.RawBatches;

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

  @Override
  public PCollection<RawBatch> expand(PCollection<Shard> shards) {
    return shards.apply("Read bronze", ParDo.of(new ReadFn(source))).setCoder(RawBatchCoder.of());
  }

  private static final class ReadFn extends DoFn<Shard, RawBatch> {
    private final Source source;

    ReadFn(Source source) {
      this.source = source;
    }

    @ProcessElement
    public void process(@Element Shard shard, OutputReceiver<RawBatch> output) throws IOException {
      long records = 0;
      try (RawBatches batches = source.open(shard, BlockSink.NONE)) {
        for (RawBatch batch = batches.next(); batch != null; batch = batches.next()) {
          records += batch.count() + batch.rejects().size();
          LandingProgress.add(batch.count() + batch.rejects().size());
          output.output(batch);
        }
      }
      output.output(
          RawBatch.closing(
              new Landed(shard.number(), shard.uri(), records, null, 0, false, null, null, null)));
    }
  }
}
