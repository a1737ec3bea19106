package org.beammedallion.io.aggregate;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.io.writing.TableFiles;
import org.beammedallion.quality.pipeline.WindowSpec;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.block.BlockBuffers;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.window.TouchedWindows;
import org.beammedallion.transforms.window.TouchedWindowsBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which rows share a file. */
class PartWriterTest {

  private static final RecordSchema SCHEMA =
      RecordSchema.of(
          Field.required("window_start", FieldType.TIMESTAMP),
          Field.required("window_end", FieldType.TIMESTAMP),
          Field.required("id", FieldType.LONG),
          Field.required("kind", FieldType.LONG),
          Field.required("text", FieldType.STRING));

  private static final WindowSpec SECONDS = WindowSpec.tumbling(Duration.ofSeconds(1));

  /** Bytes of a row, about. */
  private static final int ROW = 1 << 10;

  @TempDir Path folder;

  private final List<Block> blocks = new ArrayList<>();

  /** Adds rows of the window of one second that begins at a second. */
  private void add(Block.Kind kind, int count, long second) {
    RowLayout layout = RowLayout.of(SCHEMA);
    BlockBuffers buffers = new BlockBuffers(kind, 1, 1 << 18, 1 << 20);
    for (int id = 0; id < count; id++) {
      RowBuilder builder = new RowBuilder(2 * ROW);
      int row = builder.beginRow(layout);
      builder.setLong(layout, row, 0, second * 1_000_000);
      builder.setLong(layout, row, 1, (second + 1) * 1_000_000);
      builder.setLong(layout, row, 2, id);
      builder.setLong(layout, row, 3, id % 2);
      builder.setString(layout, row, 4, "x".repeat(ROW));
      byte[] entry =
          ByteBuffer.allocate(Integer.BYTES + builder.length())
              .putInt(builder.length())
              .put(builder.bytes(), 0, builder.length())
              .array();
      buffers.add(0, entry, 0, entry.length, (part, block) -> blocks.add(block));
    }
    buffers.flush((part, block) -> blocks.add(block));
  }

  private List<DataFile> write(TouchedWindows touched, int computed) throws IOException {
    StageResult result =
        PartWriter.of(TableFiles.in(folder, SCHEMA).target(), touched).write(blocks);
    assertThat("rows that were computed", result.published(), is((long) computed));
    return result.files();
  }

  /** The windows of some seconds. */
  private static TouchedWindows touched(long... seconds) {
    TouchedWindowsBuilder builder = TouchedWindows.builder(SECONDS);
    for (long second : seconds) {
      builder.add(second * 1_000_000);
    }
    return builder.build();
  }

  private static int rowsOf(long bytes) {
    return (int) (bytes / ROW);
  }

  @Test
  void fewRowsOfWindowsThatAreOverStayWithTheOthers() throws IOException {
    add(Block.Kind.KEPT, rowsOf(PartWriter.OVER_BYTES / 2), 1);
    add(Block.Kind.ROWS, 3, 10);
    assertThat(write(touched(10), 3), hasSize(1));
  }

  @Test
  void manyGetAFileOfTheirOwn() throws IOException {
    int over = rowsOf(PartWriter.OVER_BYTES);
    add(Block.Kind.KEPT, over, 9);
    add(Block.Kind.ROWS, 3, 10);
    add(Block.Kind.KEPT, 2, 11);
    List<DataFile> files = write(touched(2, 10), 3);
    assertThat(files.stream().map(DataFile::rows).toList(), is(List.of((long) over, 5L)));
    assertThat(
        "a later cycle need not replace it",
        TableWindows.touched(files, touched(10)),
        is(List.of(files.get(1))));
  }

  @Test
  void partitionsHaveOneFileEach() throws IOException {
    add(Block.Kind.KEPT, rowsOf(PartWriter.OVER_BYTES), 9);
    add(Block.Kind.ROWS, rowsOf(PartWriter.OVER_BYTES), 10);
    List<DataFile> files =
        PartWriter.of(TableFiles.in(folder, SCHEMA, "kind").target(), touched(10))
            .write(blocks)
            .files();
    assertThat(
        files.stream().map(file -> file.partitionValues().get("kind")).sorted().toList(),
        is(List.of("0", "1")));
  }

  @Test
  void windowsThatMayStillGrowStayTogether() throws IOException {
    add(Block.Kind.KEPT, rowsOf(PartWriter.OVER_BYTES), 11);
    add(Block.Kind.ROWS, 3, 10);
    assertThat(write(touched(10), 3), hasSize(1));
  }

  @Test
  void whereAllIsComputedNothingIsOver() throws IOException {
    add(Block.Kind.KEPT, rowsOf(PartWriter.OVER_BYTES), 1);
    add(Block.Kind.ROWS, 3, 10);
    assertThat(write(TouchedWindows.all(SECONDS), 3), hasSize(1));
  }
}
