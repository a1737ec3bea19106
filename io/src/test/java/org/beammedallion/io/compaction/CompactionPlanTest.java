package org.beammedallion.io.compaction;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.beammedallion.io.table.ColumnStatistics;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.RowDeletes;
import org.junit.jupiter.api.Test;

class CompactionPlanTest {

  private static DataFile file(String path, String day, long bytes) {
    return new DataFile(path, Map.of("day", day), 10, bytes, List.of());
  }

  private static DataFile range(String path, String day, long min, long max) {
    return new DataFile(
        path, Map.of("day", day), 10, 10, List.of(new ColumnStatistics(List.of("n"), min, max, 0)));
  }

  private static List<List<String>> paths(List<List<DataFile>> groups) {
    return groups.stream().map(group -> group.stream().map(DataFile::path).toList()).toList();
  }

  @Test
  void putsSmallFilesOfAPartitionTogetherUpToTheTarget() {
    List<DataFile> live =
        List.of(
            file("a", "1", 40),
            file("b", "2", 30),
            file("c", "1", 30),
            file("d", "1", 60),
            file("e", "1", 75),
            file("f", "2", 20),
            file("g", "1", 50));
    assertThat(
        paths(CompactionPlan.groups(live, 100, 0.3)),
        is(List.of(List.of("c", "a"), List.of("f", "b"))));
  }

  @Test
  void leavesALargeFileAloneUntilThereAreManySmallOnes() {
    List<DataFile> live = new ArrayList<>(List.of(file("large", "1", 70)));
    for (int n = 0; n < 3; n++) {
      live.add(file("small-" + n, "1", 1));
    }
    assertThat(CompactionPlan.groups(live, 100, 0.3), is(empty()));
    live.add(file("small-3", "1", 1));
    assertThat(
        paths(CompactionPlan.groups(live, 100, 0.3)),
        is(List.of(List.of("small-0", "small-1", "small-2", "small-3", "large"))));
  }

  @Test
  void rewritesFilesThatLostManyRows() {
    List<DataFile> live = List.of(without(0, "a", "1"), without(2, "b", "2"), without(3, "c", "3"));
    assertThat(paths(CompactionPlan.groups(live, 100, 0.3)), is(List.of(List.of("c"))));
    assertThat(paths(CompactionPlan.groups(live, 100, 0)), is(List.of(List.of("b"), List.of("c"))));
  }

  /** Of ten rows. */
  private static DataFile without(int rows, String path, String day) {
    DataFile file = file(path, day, 90);
    return rows == 0
        ? file
        : file.withDeletes(List.of(new RowDeletes("d", RowDeletes.POSITIONS, 1, path)), rows);
  }

  @Test
  void leavesAFileAlone() {
    assertThat(CompactionPlan.groups(List.of(file("a", "1", 1)), 100, 0.3), is(empty()));
    assertThat(CompactionPlan.groups(List.of(), 100, 0.3), is(empty()));
  }

  @Test
  void findsPartitionsWhoseFilesOverlap() {
    List<DataFile> live =
        List.of(
            range("a", "1", 5, 9),
            range("b", "1", 1, 5),
            range("c", "2", 1, 6),
            range("d", "2", 5, 9),
            range("e", "3", 1, 9),
            file("f", "4", 10),
            range("g", "4", 1, 2));
    assertThat(
        paths(CompactionPlan.overlapping(live, List.of("n"))),
        is(List.of(List.of("c", "d"), List.of("f", "g"))));
  }
}
