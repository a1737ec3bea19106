package org.beammedallion.io.writing;

import static org.beammedallion.io.writing.TableFiles.row;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.io.keys.KeySpread;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.block.Destination;
import org.beammedallion.transforms.deduplicate.RowKey;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Rows of files come to the buckets of their keys. */
@ExtendWith(TestPipelineExtension.class)
class ReadKeyedTest {

  private static final RecordSchema TABLE =
      RecordSchema.of(
          Field.required("id", FieldType.LONG),
          Field.optional("note", FieldType.STRING),
          Field.optional("name", FieldType.STRING));

  /** Other fields than the table's, in another order. */
  private static final RowLayout LAYOUT =
      RowLayout.of(
          RecordSchema.of(
              Field.optional("name", FieldType.STRING), Field.required("id", FieldType.LONG)));

  private static final RowKey KEY = RowKey.of(LAYOUT, new int[] {0}, -1);

  @TempDir Path folder;

  private TableFiles table() {
    return TableFiles.in(folder, TABLE);
  }

  private PCollection<KV<Destination, Block>> read(
      TestPipeline pipeline, List<DataFile> files, int buckets) {
    return pipeline
        .apply(Create.of(files).withCoder(SerializableCoder.of(DataFile.class)))
        .apply(
            ReadKeyed.of(
                new ReadKeyed.Settings(
                    table().folder(), KEY, Block.Kind.DIMENSION, KeySpread.over(buckets))));
  }

  /** The rows of blocks: bucket, name and id. */
  private static List<String> rows(Iterable<KV<Destination, Block>> blocks) {
    List<String> rows = new ArrayList<>();
    for (KV<Destination, Block> block : blocks) {
      assertThat(block.getKey().kind(), is(Destination.Kind.BUCKET));
      assertThat(block.getValue(), is(instanceOf(Block.Dimension.class)));
      byte[] bytes = block.getValue().bytes();
      for (int at = Block.START; at < bytes.length; at = RowBatch.next(bytes, at)) {
        int row = at + RowBatch.HEADER;
        String name = LAYOUT.isNull(bytes, row, 0) ? null : LAYOUT.stringAt(bytes, row, 0);
        rows.add(block.getKey().number() + " " + name + " " + LAYOUT.longAt(bytes, row, 1));
      }
    }
    rows.sort(null);
    return rows;
  }

  @Test
  void bringsEachRowToTheBucketOfItsKey(TestPipeline pipeline) throws IOException {
    List<DataFile> files = new ArrayList<>();
    for (int file = 0; file < 3; file++) {
      int number = file;
      files.addAll(
          table()
              .write(
                  IntStream.range(0, 100)
                      .map(i -> (i + 13 * number) % 100)
                      .mapToObj(i -> row(number * 100L + i, "x", i == 0 ? null : "name " + i))
                      .toArray(Object[][]::new)));
    }
    PAssert.that(read(pipeline, files, 8))
        .satisfies(
            blocks -> {
              Set<String> ids = new HashSet<>();
              Set<String> names = new HashSet<>();
              Set<String> buckets = new HashSet<>();
              for (String row : rows(blocks)) {
                ids.add(row.substring(row.lastIndexOf(' ')));
                buckets.add(row.substring(0, row.indexOf(' ')));
                names.add(row.substring(0, row.lastIndexOf(' ')));
              }
              assertThat("each row comes once", rows(blocks).size(), is(300));
              assertThat(ids.size(), is(300));
              assertThat("a key is in one bucket", names.size(), is(100));
              assertThat(buckets.size(), is(greaterThan(4)));
              return null;
            });
    pipeline.run().waitUntilFinish();
  }

  @Test
  void bringsAllToTheOnlyBucket(TestPipeline pipeline) throws IOException {
    List<DataFile> files = table().write(row(1L, "x", "b"), row(2L, null, null), row(3L, "", "a"));
    PAssert.that(read(pipeline, files, 1))
        .satisfies(
            blocks -> {
              assertThat(rows(blocks), is(List.of("0 a 3", "0 b 1", "0 null 2")));
              return null;
            });
    pipeline.run().waitUntilFinish();
  }

  @Test
  void givesNoBlockWithoutFiles(TestPipeline pipeline) {
    PAssert.that(read(pipeline, List.of(), 4)).empty();
    pipeline.run().waitUntilFinish();
  }

  @Test
  void failsWhereAFileIsGone(TestPipeline pipeline) throws IOException {
    List<DataFile> files = table().write(row(1L, "x", "b"));
    Files.delete(Path.of(files.get(0).uri(table().folder())));
    read(pipeline, files, 4);
    assertThrows(PipelineExecutionException.class, () -> pipeline.run().waitUntilFinish());
  }
}
