package org.beammedallion.io.aggregate;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.ParDo;
import org.beammedallion.io.parquet.read.RowBlock;
import org.beammedallion.io.parquet.read.RowParquetReader;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.FileRules;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.io.writing.StagedJson;
import org.beammedallion.io.writing.TableTarget;
import org.beammedallion.io.writing.WriteResult;
import org.beammedallion.quality.pipeline.WindowSpec;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.block.BlockCoder;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.window.TouchedWindows;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AggregatePartsTest {

  private static final RecordSchema SCHEMA =
      new RecordSchema(
          List.of(
              Field.required("window_start", FieldType.LONG),
              Field.required("window_end", FieldType.LONG),
              Field.required("id", FieldType.LONG),
              Field.required("text", FieldType.STRING)));

  @TempDir Path folder;

  @Test
  void fewRowsBecomeOneFile() throws IOException {
    StageResult result = write(4, 100, 8);
    assertThat(result.files(), hasSize(1));
    assertThat(result.published(), is(400L));
    requireRows(result, 400);
  }

  @Test
  void largePartsWriteTheirOwnFilesAndLoseNothing() throws IOException {
    int each = 60_000;
    StageResult result = write(6, each, 2);
    assertThat(result.files().size(), greaterThan(1));
    assertThat(result.published(), is(6L * each));
    requireRows(result, 6 * each);
  }

  @Test
  void noRowsMakeAResultWithoutFiles() throws IOException {
    StageResult result = write(1, 0, 3);
    assertThat(result.files(), hasSize(0));
    assertThat(result.published(), is(0L));
  }

  private StageResult write(int sources, int each, int parts) throws IOException {
    TableTarget target =
        new TableTarget(
            folder.toString(), SCHEMA, List.of(), 1L << 30, "test", List.of(), FileRules.BY_NAME);
    PartWriter writer =
        PartWriter.of(target, TouchedWindows.all(WindowSpec.tumbling(Duration.ofMillis(1))));
    String resultUri = folder.resolve("result.json").toString();
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    pipeline
        .apply(Create.of(IntStream.range(0, sources).boxed().toList()).withCoder(VarIntCoder.of()))
        .apply(ParDo.of(new Rows(each)))
        .setCoder(ByteArrayCoder.of())
        .apply(ParDo.of(new AggregateParts.SpreadFn(Block.Kind.ROWS, parts)))
        .setCoder(BlockCoder.addressed())
        .apply("By part", GroupByKey.create())
        .apply(ParDo.of(new AggregateParts.WritePartFn(writer)))
        .setCoder(BlockCoder.addressed())
        .apply("Rest", GroupByKey.create())
        .apply(ParDo.of(new AggregateParts.WriteRestFn(writer)))
        .setCoder(WriteResult.staged())
        .apply(WriteResult.ofStaged(resultUri));
    pipeline.run().waitUntilFinish();
    return StagedJson.decode(Files.readAllBytes(Path.of(resultUri)));
  }

  /** Every id once, each file in order of its windows. */
  private void requireRows(StageResult result, int count) throws IOException {
    BitSet seen = new BitSet();
    for (DataFile file : result.files()) {
      long last = Long.MIN_VALUE;
      try (RowParquetReader reader =
          RowParquetReader.open(folder.toString(), file, SCHEMA, false)) {
        RowLayout layout = reader.layout();
        for (RowBlock rows = reader.next(); rows != null; rows = reader.next()) {
          for (int i = 0; i < rows.count(); i++) {
            long window = layout.longAt(rows.bytes(), rows.row(i), 0);
            assertThat(window >= last, is(true));
            last = window;
            int id = (int) layout.longAt(rows.bytes(), rows.row(i), 2);
            assertThat(seen.get(id), is(false));
            seen.set(id);
          }
        }
      }
    }
    assertThat(seen.cardinality(), is(count));
  }

  /** Makes rows of about 150 bytes in a hundred windows. */
  private static final class Rows extends DoFn<Integer, byte[]> {
    private final int each;

    Rows(int each) {
      this.each = each;
    }

    @ProcessElement
    public void process(@Element Integer source, OutputReceiver<byte[]> output) {
      RowLayout layout = RowLayout.of(SCHEMA);
      RowBuilder builder = new RowBuilder(256);
      for (int i = 0; i < each; i++) {
        builder.truncate(0);
        int row = builder.beginRow(layout);
        long id = (long) source * each + i;
        builder.setLong(layout, row, 0, id % 100);
        builder.setLong(layout, row, 1, id % 100 + 1);
        builder.setLong(layout, row, 2, id);
        builder.setString(layout, row, 3, "x".repeat(110) + id);
        output.output(Arrays.copyOf(builder.bytes(), builder.length()));
      }
    }
  }
}
