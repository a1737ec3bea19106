package org.beammedallion.io.silver;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.io.LocalInputFile;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.io.parquet.write.RowParquetWriter;
import org.beammedallion.io.quarantine.QuarantineFiles;
import org.beammedallion.io.table.ColumnAlias;
import org.beammedallion.io.table.ColumnStatistics;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.FieldIds;
import org.beammedallion.io.table.FileRules;
import org.beammedallion.io.table.FileRules.EmptyText;
import org.beammedallion.io.table.Partitioner.Partition;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.io.writing.StagedFiles;
import org.beammedallion.io.writing.TableTarget;
import org.beammedallion.io.writing.UpsertFigures;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Row groups that lose no row are copied; Spark reads the file, and its statistics hold. */
class FileRewriteTest {

  private static final RecordSchema SCHEMA =
      RecordSchema.of(
          Field.required("id", FieldType.INT), Field.optional("note", FieldType.STRING));
  private static final RowLayout LAYOUT = RowLayout.of(SCHEMA);
  private static final int ROWS = 40_000;

  @TempDir Path folder;

  /** Random notes, so that row groups come to some megabytes. */
  private DataFile write(int rows, int note) throws IOException {
    Random random = new Random(3);
    RowParquetWriter writer =
        RowParquetWriter.create(
            folder.toString(),
            "live.parquet",
            new Partition(Map.of(), ""),
            LAYOUT,
            RowParquetWriter.Options.DEFAULT.withProvenance().withRowGroupBytes(3 << 20));
    RowBuilder builder = new RowBuilder(256);
    for (int id = 0; id < rows; id++) {
      builder.truncate(0);
      int row = builder.beginRow(LAYOUT);
      builder.setInt(LAYOUT, row, 0, id);
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < note; i++) {
        text.append((char) (' ' + 1 + random.nextInt(90)));
      }
      builder.setString(LAYOUT, row, 1, text.toString());
      writer.write(builder.bytes(), row, writer.sourceNumber("file:/in"), id);
    }
    return writer.finish();
  }

  private StageSilver.Settings settings(DataFile live) {
    TableTarget target =
        new TableTarget(
            folder.toString(),
            SCHEMA,
            List.of(),
            1L << 30,
            "rewritten",
            List.of("file:/in"),
            new FileRules("", FieldIds.NONE, EmptyText.VALUE, List.of()));
    return new StageSilver.Settings(
        target,
        null,
        new StageSilver.EventTime(-1, 1),
        new StageSilver.Regrouping(false, 1),
        new StageSilver.Existing(List.of(live), null),
        new QuarantineFiles(folder + "/quarantine", 1, Instant.EPOCH),
        null,
        null,
        new StageSilver.Unique(List.of(), 1),
        folder + "/result.json");
  }

  private record Rewritten(StageResult result, DataFile file) {}

  private Rewritten rewrite(DataFile live, int... deleted) throws IOException {
    StageSilver.Settings settings = settings(live);
    List<Block> changes = new ArrayList<>();
    for (int position : deleted) {
      changes.add(FileChange.delete(position));
    }
    try (StagedFiles files = new StagedFiles(settings.target())) {
      StageResult result = FileRewrite.of(settings, live).apply(changes, files);
      List<DataFile> written = files.finish();
      assertThat(written.size(), is(1));
      return new Rewritten(result, written.get(0));
    }
  }

  private static List<BlockMetaData> groups(Path file) throws IOException {
    try (ParquetFileReader reader = open(file)) {
      return reader.getRowGroups();
    }
  }

  private static ParquetFileReader open(Path file) throws IOException {
    return ParquetFileReader.open(
        new LocalInputFile(file),
        ParquetReadOptions.builder(new PlainParquetConfiguration()).build());
  }

  @Test
  void rowGroupsWithoutChangesAreCopied() throws IOException {
    DataFile live = write(ROWS, 200);
    int groups = groups(folder.resolve("live.parquet")).size();
    assertThat(groups, greaterThan(2));
    Rewritten rewritten = rewrite(live, 0, 17);
    assertThat(rewritten.result().removed(), is(List.of("live.parquet")));
    UpsertFigures figures = rewritten.result().upsert();
    assertThat(figures.rewritten(), is(1L));
    // The last one may be too small to be worth it.
    assertThat(figures.copiedGroups(), greaterThan(groups - 3L));
    assertThat(figures.copiedGroups() + figures.rewrittenGroups(), is((long) groups));
    DataFile file = rewritten.file();
    assertThat(file.rows(), is(ROWS - 2L));
    assertThat(bounds(file, "id"), is(List.of(1L, (long) ROWS - 1)));
    sparkReadsTheSame(file.path(), "0, 17");
    pageIndexesAreCopied(folder.resolve(file.path()));
  }

  private static List<Object> bounds(DataFile file, String column) {
    ColumnStatistics statistics =
        file.statistics().stream()
            .filter(each -> each.path().equals(List.of(column)))
            .findAny()
            .orElseThrow();
    return List.of(statistics.min(), statistics.max());
  }

  private void sparkReadsTheSame(String path, String without) {
    String rewritten = "parquet.`" + folder.resolve(path) + "`";
    String live =
        "parquet.`" + folder.resolve("live.parquet") + "` WHERE id NOT IN (" + without + ")";
    String columns = "SELECT id, note, _source, _position FROM ";
    assertThat(
        SparkTables.rows(
            "SELECT COUNT(*) FROM ("
                + columns
                + rewritten
                + " EXCEPT ALL "
                + columns
                + live
                + ") UNION ALL SELECT COUNT(*) FROM ("
                + columns
                + live
                + " EXCEPT ALL "
                + columns
                + rewritten
                + ")"),
        containsInAnyOrder(List.of("0"), List.of("0")));
  }

  private static void pageIndexesAreCopied(Path file) throws IOException {
    try (ParquetFileReader reader = open(file)) {
      TreeSet<Long> offsets = new TreeSet<>();
      for (BlockMetaData group : reader.getRowGroups()) {
        for (var chunk : group.getColumns()) {
          assertThat(reader.readColumnIndex(chunk), notNullValue());
          assertThat(
              reader.readOffsetIndex(chunk).getOffset(0), is(chunk.getFirstDataPageOffset()));
          offsets.add(chunk.getFirstDataPageOffset());
        }
      }
      assertThat(offsets.size(), is(reader.getRowGroups().size() * 4));
    }
  }

  /** Parquet drops bounds of that length, so nothing would tell the file's. */
  @Test
  void rowGroupsWithoutBoundsAreDecoded() throws IOException {
    DataFile live = write(2_000, 4_500);
    Rewritten rewritten = rewrite(live, 1_999);
    assertThat(rewritten.result().upsert().copiedGroups(), is(0L));
    assertThat(rewritten.file().rows(), is(1_999L));
  }

  /** The file's own column of that name was dropped, and another came in its place. */
  @Test
  void rowGroupsOfFilesWithOtherNamesAreDecoded() throws IOException {
    DataFile live =
        write(ROWS, 200).withAliases(List.of(new ColumnAlias(List.of("note"), "col-1", null)));
    Rewritten rewritten = rewrite(live, 0);
    assertThat(rewritten.result().upsert().copiedGroups(), is(0L));
    assertThat(rewritten.file().rows(), is(ROWS - 1L));
    assertThat(
        SparkTables.rows(
            "SELECT COUNT(id), COUNT(note) FROM parquet.`"
                + folder.resolve(rewritten.file().path())
                + "`"),
        is(List.of(List.of(Long.toString(ROWS - 1L), "0"))));
  }
}
