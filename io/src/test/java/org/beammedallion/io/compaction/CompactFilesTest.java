package org.beammedallion.io.compaction;

import static org.beammedallion.io.writing.TableFiles.row;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.beammedallion.io.compaction.CompactFiles.FileGroup;
import org.beammedallion.io.compaction.CompactFiles.Sorting;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.writing.CompactedFiles;
import org.beammedallion.io.writing.TableFiles;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows of small files come to larger ones: each once, in the order that is wanted. */
class CompactFilesTest {

  private static final RecordSchema SCHEMA =
      RecordSchema.of(
          Field.optional("name", FieldType.STRING),
          Field.required("number", FieldType.LONG),
          Field.required("day", FieldType.STRING));
  private static final int NAME = 0;
  private static final int NUMBER = 1;

  @TempDir Path folder;

  private TableFiles table(String... partitionedBy) {
    return TableFiles.in(folder.resolve("table"), SCHEMA, partitionedBy);
  }

  private String resultUri() {
    return folder.resolve("result.json").toString();
  }

  private List<CompactedFiles.Group> compact(TableFiles table, FileGroup... groups)
      throws IOException {
    TableFiles.runOnly(
        CompactFiles.of(new CompactFiles.Settings(table.target(), List.of(groups), resultUri())),
        resultUri());
    return CompactedFiles.take(resultUri()).groups();
  }

  private static FileGroup group(List<DataFile> files, Sorting sorting) {
    return new FileGroup(files, sorting);
  }

  private List<DataFile> threeFiles(TableFiles table) throws IOException {
    List<DataFile> files = new ArrayList<>();
    files.addAll(table.write(row("b", 2L, "mon"), row("a", 9L, "mon")));
    files.addAll(table.write(row(null, 5L, "mon")));
    files.addAll(table.write(row("b", 1L, "mon"), row("a", 9L, "mon")));
    return files;
  }

  private static List<String> paths(List<DataFile> files) {
    return files.stream().map(DataFile::path).sorted().toList();
  }

  @Test
  void copiesTheRowsOfAGroupIntoOneFile() throws IOException {
    List<DataFile> files = threeFiles(table());

    List<CompactedFiles.Group> groups = compact(table(), group(files, Sorting.NONE));

    assertThat(groups, hasSize(1));
    assertThat(groups.get(0).files(), hasSize(1));
    assertThat(groups.get(0).removed().stream().sorted().toList(), is(paths(files)));
    assertThat(
        "rows keep their order",
        table().readInOrder(groups.get(0).files().get(0)),
        is(List.of("b 2 mon", "a 9 mon", "null 5 mon", "b 1 mon", "a 9 mon")));
    assertThat("the files that are replaced stay", readable(files), is(true));
  }

  private boolean readable(List<DataFile> files) {
    return files.stream().allMatch(file -> Files.exists(Path.of(file.uri(table().folder()))));
  }

  @Test
  void sortsByTheColumnsInTheirOrderNullFirst() throws IOException {
    List<CompactedFiles.Group> groups =
        compact(table(), group(threeFiles(table()), new Sorting(List.of(NAME, NUMBER), false)));

    assertThat(
        table().readInOrder(groups.get(0).files().get(0)),
        is(List.of("null 5 mon", "a 9 mon", "a 9 mon", "b 1 mon", "b 2 mon")));
  }

  @Test
  void bringsRowsNearInEachColumnTogetherAlongACurve() throws IOException {
    int side = 64;
    List<Object[]> rows = new ArrayList<>();
    for (int i = 0; i < side * side; i++) {
      rows.add(row(String.format("%02d", i / side), (long) (i % side), "mon"));
    }
    Collections.shuffle(rows, new Random(3));
    List<DataFile> files = table().write(rows.toArray(Object[][]::new));

    List<CompactedFiles.Group> groups =
        compact(table(), group(files, new Sorting(List.of(NAME, NUMBER), true)));

    List<String> sorted = table().readInOrder(groups.get(0).files().get(0));
    assertThat(sorted.stream().sorted().toList(), is(texts(rows)));
    // Sorted by one of the columns, a sixteenth of the rows holds all 64 values of the other.
    for (int column : new int[] {NAME, NUMBER}) {
      double spans =
          IntStream.range(0, 16)
              .map(part -> span(sorted.subList(part * 256, (part + 1) * 256), column))
              .average()
              .orElseThrow();
      assertThat(spans, is(lessThan(side / 2.0)));
    }
  }

  private static List<String> texts(List<Object[]> rows) {
    return rows.stream()
        .map(row -> String.join(" ", Arrays.stream(row).map(String::valueOf).toList()))
        .sorted()
        .toList();
  }

  private static int span(List<String> rows, int column) {
    int[] values =
        rows.stream().mapToInt(row -> Integer.parseInt(row.split(" ")[column])).toArray();
    return Arrays.stream(values).max().orElseThrow() - Arrays.stream(values).min().orElseThrow();
  }

  @Test
  void groupsAreReportedApartAndStayInTheirPartitions() throws IOException {
    TableFiles table = table("day");
    List<DataFile> monday = new ArrayList<>();
    monday.addAll(table.write(row("a", 1L, "mon")));
    monday.addAll(table.write(row("b", 2L, "mon")));
    List<DataFile> tuesday = table.write(row("c", 3L, "tue"));

    List<CompactedFiles.Group> groups =
        compact(table, group(monday, Sorting.NONE), group(tuesday, Sorting.NONE));

    assertThat(groups, hasSize(2));
    for (CompactedFiles.Group group : groups) {
      DataFile file = group.files().get(0);
      boolean isMonday = file.partitionValues().equals(Map.of("day", "mon"));
      assertThat(
          group.removed().stream().sorted().toList(), is(paths(isMonday ? monday : tuesday)));
      assertThat(file.rows(), is(isMonday ? 2L : 1L));
    }
    table.requireRows(
        Stream.of(groups.get(0), groups.get(1)).flatMap(group -> group.files().stream()).toList(),
        "a 1 mon",
        "b 2 mon",
        "c 3 tue");
  }

  @Test
  void withoutGroupsTheResultIsEmpty() throws IOException {
    assertThat(compact(table()), is(empty()));
  }

  @Test
  void refusesAFileThatHasOtherRowsThanTheTableSays() throws IOException {
    DataFile file = table().write(row("a", 1L, "mon"), row("b", 2L, "mon")).get(0);
    DataFile told =
        new DataFile(file.path(), file.partitionValues(), 3, file.bytes(), file.statistics());

    PipelineExecutionException failed =
        assertThrows(
            PipelineExecutionException.class,
            () -> compact(table(), group(List.of(told), Sorting.NONE)));

    assertThat(failed.getMessage(), containsString("has 2 rows, and the table says 3"));
    assertThat(Files.exists(Path.of(resultUri())), is(false));
  }

  @Test
  void copiesAFileOfWhichTheTableDoesNotTellTheRows() throws IOException {
    DataFile file = table().write(row("a", 1L, "mon"), row("b", 2L, "mon")).get(0);
    DataFile untold =
        new DataFile(file.path(), file.partitionValues(), -1, file.bytes(), file.statistics());

    List<CompactedFiles.Group> groups = compact(table(), group(List.of(untold), Sorting.NONE));

    table().requireRows(groups.get(0).files(), "a 1 mon", "b 2 mon");
  }
}
