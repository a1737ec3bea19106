package org.beammedallion.io.stage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.star.DimensionLookup;
import org.beammedallion.transforms.star.FactPlan;

/** Fills in what wide rows take from a dimension, bucket by bucket of its keys. */
abstract class JoinFactsFn extends DoFn<KV<Integer, Iterable<byte[]>>, KV<Integer, byte[]>> {

  /** Blocks of wide rows. */
  static final byte FACTS = 0;

  /** Blocks of rows of the dimension. */
  static final byte DIMENSION = 1;

  /** Blocks of rows of an earlier version of the dimension. */
  static final byte EARLIER = 2;

  final StageFact.Settings settings;
  private final int number;

  private JoinFactsFn(StageFact.Settings settings, int number) {
    this.settings = settings;
    this.number = number;
  }

  /** Hands each row of a bucket on, widened, in a builder that is used again. */
  void join(Iterable<byte[]> bucket, OutputReceiver<KV<Integer, byte[]>> output)
      throws IOException {
    FactPlan.Join join = settings.plan().joins().get(number);
    DimensionLookup lookup = new DimensionLookup(join);
    List<byte[]> facts = new ArrayList<>();
    for (byte[] block : bucket) {
      if (block[0] == DIMENSION) {
        lookup.add(block, 1);
      } else {
        facts.add(block);
      }
    }
    RowBuilder builder = new RowBuilder(1 << 10);
    for (byte[] block : facts) {
      for (int header = 1; header < block.length; header = RowBatch.next(block, header)) {
        int row = header + RowBatch.HEADER;
        builder.truncate(0);
        int start = RowBatch.beginHeader(builder, 0, 0);
        settings.plan().fill(join, lookup, block, row, builder);
        RowBatch.endHeader(builder, start);
        take(builder, start, output);
      }
    }
  }

  abstract void take(RowBuilder builder, int header, OutputReceiver<KV<Integer, byte[]>> output)
      throws IOException;

  /** Sends rows on to the next dimension. */
  static final class Pass extends JoinFactsFn {
    private final int next;
    private transient FactBlocks blocks;

    Pass(StageFact.Settings settings, int number) {
      super(settings, number);
      this.next = number + 1;
    }

    @StartBundle
    public void start() {
      blocks = new FactBlocks(settings.plan().joins().get(next).factKey(), settings.buckets());
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<byte[]>> bucket, OutputReceiver<KV<Integer, byte[]>> output)
        throws IOException {
      join(bucket.getValue(), output);
    }

    @Override
    void take(RowBuilder builder, int header, OutputReceiver<KV<Integer, byte[]>> output) {
      blocks.add(builder, header, output);
    }

    @FinishBundle
    public void finish(FinishBundleContext context) {
      blocks.flush(
          (bucket, block) ->
              context.output(
                  KV.of(bucket, block), GlobalWindow.TIMESTAMP_MIN_VALUE, GlobalWindow.INSTANCE));
    }
  }

  /** Hands wide rows on as they are, without those that the query's condition refuses. */
  static final class Emit extends JoinFactsFn {

    Emit(StageFact.Settings settings, int number) {
      super(settings, number);
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<byte[]>> bucket, OutputReceiver<KV<Integer, byte[]>> output)
        throws IOException {
      join(bucket.getValue(), output);
    }

    @Override
    void take(RowBuilder builder, int header, OutputReceiver<KV<Integer, byte[]>> output) {
      int row = header + RowBatch.HEADER;
      if (settings.plan().takesWide(builder.bytes(), row)) {
        output.output(KV.of(0, Arrays.copyOfRange(builder.bytes(), row, builder.length())));
      }
    }
  }

  /** Writes rows to files, which stay open for the bundle, and emits what was written. */
  static final class Write extends JoinFactsFn {
    private final RowLayout output;
    private transient StagedFiles files;
    private transient RowBuilder fact;
    private transient long written;

    Write(StageFact.Settings settings, int number) {
      super(settings, number);
      this.output = RowLayout.of(settings.plan().output());
    }

    @StartBundle
    public void start() {
      files = new StagedFiles(settings.target());
      fact = new RowBuilder(1 << 10);
      written = 0;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<byte[]>> bucket, OutputReceiver<KV<Integer, byte[]>> receiver)
        throws IOException {
      join(bucket.getValue(), receiver);
    }

    @Override
    void take(RowBuilder builder, int header, OutputReceiver<KV<Integer, byte[]>> receiver)
        throws IOException {
      int wide = header + RowBatch.HEADER;
      if (settings.plan().takesWide(builder.bytes(), wide)) {
        fact.truncate(0);
        int row = settings.plan().project(output, builder.bytes(), wide, fact);
        files.write(fact.bytes(), row, null, 0);
        written++;
      }
    }

    @FinishBundle
    public void finish(FinishBundleContext context) throws IOException {
      context.output(
          KV.of(0, StagedJson.encode(StageResult.ofFiles(files.finish(), written))),
          GlobalWindow.TIMESTAMP_MIN_VALUE,
          GlobalWindow.INSTANCE);
    }

    @Teardown
    public void tearDown() {
      if (files != null) {
        files.close();
      }
    }
  }
}
