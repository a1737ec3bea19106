package org.beammedallion.io.star;

import java.io.IOException;
import java.util.Arrays;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.beammedallion.io.writing.WriteRowsFn;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.block.Destination;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.star.FactPlan;

/** Where the wide rows of a join go. */
final class JoinFacts {

  private JoinFacts() {}

  /** On to the next dimension. */
  static final class PassFn extends DoFn<KV<Destination, Iterable<Block>>, KV<Destination, Block>> {
    private final StageFact.Settings settings;
    private final FactJoin join;
    private final int next;
    private transient FactBlocks blocks;

    PassFn(StageFact.Settings settings, int number) {
      this.settings = settings;
      this.join = new FactJoin(settings.plan(), number);
      this.next = number + 1;
    }

    @StartBundle
    public void start() {
      blocks = new FactBlocks(settings.plan().joins().get(next).factKey(), settings.buckets());
    }

    @ProcessElement
    public void process(
        @Element KV<Destination, Iterable<Block>> bucket,
        OutputReceiver<KV<Destination, Block>> output)
        throws IOException {
      join.join(bucket.getValue(), (builder, header) -> blocks.add(builder, header, output));
    }

    @FinishBundle
    public void finish(FinishBundleContext context) {
      blocks.flush(
          (bucket, block) ->
              context.output(
                  KV.of(Destination.bucket(bucket), block),
                  GlobalWindow.TIMESTAMP_MIN_VALUE,
                  GlobalWindow.INSTANCE));
    }
  }

  /** Out as they are, without those that the query's condition refuses. */
  static final class EmitFn extends DoFn<KV<Destination, Iterable<Block>>, byte[]> {
    private final FactPlan plan;
    private final FactJoin join;

    EmitFn(FactPlan plan, int number) {
      this.plan = plan;
      this.join = new FactJoin(plan, number);
    }

    @ProcessElement
    public void process(
        @Element KV<Destination, Iterable<Block>> bucket, OutputReceiver<byte[]> output)
        throws IOException {
      join.join(
          bucket.getValue(),
          (builder, header) -> {
            int row = header + RowBatch.HEADER;
            if (plan.takesWide(builder.bytes(), row)) {
              output.output(Arrays.copyOfRange(builder.bytes(), row, builder.length()));
            }
          });
    }
  }

  /** Into files of the fact table, without those that the query's condition refuses. */
  static final class WriteFn extends WriteRowsFn<KV<Destination, Iterable<Block>>> {
    private final FactPlan plan;
    private final FactJoin join;
    private final RowLayout output;
    private transient RowBuilder fact;

    WriteFn(StageFact.Settings settings, int number) {
      super(settings.target());
      this.plan = settings.plan();
      this.join = new FactJoin(plan, number);
      this.output = RowLayout.of(plan.output());
    }

    @Setup
    public void setUp() {
      fact = new RowBuilder(1 << 10);
    }

    @ProcessElement
    public void process(@Element KV<Destination, Iterable<Block>> bucket) throws IOException {
      join.join(
          bucket.getValue(),
          (builder, header) -> {
            int wide = header + RowBatch.HEADER;
            if (plan.takesWide(builder.bytes(), wide)) {
              fact.truncate(0);
              int row = plan.project(output, builder.bytes(), wide, fact);
              publish(fact.bytes(), row);
            }
          });
    }
  }
}
