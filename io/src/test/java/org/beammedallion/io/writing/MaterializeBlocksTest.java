package org.beammedallion.io.writing;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.FlatMapElements;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.beammedallion.io.keys.KeyLanes;
import org.beammedallion.io.keys.KeySearch;
import org.beammedallion.io.table.ColumnStatistics;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.block.BlockCoder;
import org.beammedallion.transforms.block.Destination;
import org.beammedallion.transforms.deduplicate.RowKey;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blocks that bundles write to storage are found again, each once, whatever the key is. */
class MaterializeBlocksTest {

  private static final int BLOCKS = 20;
  private static final int ROWS = 30;

  @TempDir Path folder;

  private static RowLayout layout(FieldType key) {
    return RowLayout.of(RecordSchema.of(Field.required("id", key)));
  }

  /** A block of the values from {@code number * ROWS} on. */
  private static Block block(RowLayout layout, int number) {
    RowBuilder builder = new RowBuilder(1 << 10);
    for (int i = 0; i < ROWS; i++) {
      int header = RowBatch.beginHeader(builder, 0, 0);
      int row = builder.beginRow(layout);
      builder.setLong(layout, row, 0, (long) number * ROWS + i);
      RowBatch.endHeader(builder, header);
    }
    return Block.Kind.ROWS.with(Arrays.copyOf(builder.bytes(), builder.length()));
  }

  private static List<Long> values(Block block) {
    List<Long> values = new ArrayList<>();
    byte[] bytes = block.bytes();
    RowLayout layout = layout(FieldType.LONG);
    for (int header = Block.START; header < bytes.length; header = RowBatch.next(bytes, header)) {
      values.add(layout.longAt(bytes, header + RowBatch.HEADER, 0));
    }
    return values;
  }

  private MaterializedBlocks materialized(RowKey key, KeyLanes lanes) throws Exception {
    List<KV<Destination, Block>> blocks =
        IntStream.range(0, BLOCKS)
            .mapToObj(number -> KV.of(Destination.bucket(number % 3), block(key.layout(), number)))
            .toList();
    String uri = folder + "/result.json";
    TestPipeline writing = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    PCollection<String> result =
        writing
            .apply(Create.of(blocks).withCoder(BlockCoder.addressed()))
            .apply(
                MaterializeBlocks.of(
                    new MaterializeBlocks.Settings(key, lanes, folder + "/blocks", uri)));
    PAssert.that(result).containsInAnyOrder(uri);
    writing.run().waitUntilFinish();
    MaterializedBlocks materialized = MaterializedBlocks.read(uri);

    TestPipeline reading = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    PCollection<Long> read =
        reading
            .apply(ReadBlocks.of(materialized.files()))
            .apply(
                FlatMapElements.into(TypeDescriptors.longs())
                    .via((KV<Destination, Block> block) -> values(block.getValue())))
            .setCoder(VarLongCoder.of());
    PAssert.that(read).containsInAnyOrder(LongStream.range(0, BLOCKS * ROWS).boxed().toList());
    reading.run().waitUntilFinish();
    assertThat(materialized.keys(), is((long) BLOCKS * ROWS));
    return materialized;
  }

  private static DataFile file(long from, long to) {
    return new DataFile(
        "f.parquet", Map.of(), 10, 1, List.of(new ColumnStatistics(List.of("id"), from, to, 0)));
  }

  @Test
  void keysWithAnOrderAreFoundByTheirRanges() throws Exception {
    RowKey key = RowKey.of(layout(FieldType.LONG), new int[] {0}, -1);
    KeyLanes lanes = KeyLanes.of(key, List.of());
    KeySearch search = materialized(key, lanes).search(lanes);
    assertThat(search.mayBeIn(file(5, 7)), is(true));
    assertThat(search.mayBeIn(file(BLOCKS * ROWS, BLOCKS * ROWS + 7)), is(false));
  }

  @Test
  void keysWithoutAnOrderMayBeInAnyFile() throws Exception {
    RowKey key = RowKey.of(layout(FieldType.TIME), new int[] {0}, -1);
    KeyLanes lanes = KeyLanes.of(key, List.of());
    assertThat(lanes.count(), is(0));
    MaterializedBlocks materialized = materialized(key, lanes);
    assertThat(materialized.search(lanes).mayBeIn(file(5, 7)), is(true));
    materialized.delete();
    assertThat(List.of(folder.toFile().list((at, name) -> name.endsWith("blocks"))), is(empty()));
  }

  @Test
  void resultsOfBundlesAddUpWhateverTheKeyIs() {
    MaterializedBlocks one = new MaterializedBlocks(List.of("a"), List.of("b"), 2, List.of());
    MaterializedBlocks other = new MaterializedBlocks(List.of("c"), List.of("d"), 3, List.of());
    MaterializedBlocks sum = one.plus(MaterializedBlocks.NONE).plus(other);
    assertThat(new HashSet<>(sum.files()), is(Set.of("a", "c")));
    assertThat(sum.hashFiles(), hasSize(2));
    assertThat(sum.keys(), is(5L));
  }
}
