package org.beammedallion.pipelines.maintain;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.beammedallion.io.table.DataFile;
import org.junit.jupiter.api.Test;

class SmallFilesTest {

  private static final long TARGET = 1_000_000;

  private static DataFile file(String path, String day, long bytes) {
    return new DataFile(path, Map.of("day", day), 1, bytes, List.of());
  }

  private static List<String> taken(List<DataFile> live, int most, long mostBytes) {
    return SmallFiles.of(live, most, TARGET, mostBytes).stream().map(DataFile::path).toList();
  }

  @Test
  void takesPartitionsWithMoreThanSoManySmallFiles() {
    List<DataFile> live =
        List.of(
            file("a1", "a", 10),
            file("a2", "a", 10),
            file("b1", "b", 10),
            file("b2", "b", 10),
            file("b3", "b", 10),
            file("large", "b", TARGET));
    assertThat(taken(live, 2, TARGET), is(List.of("b1", "b2", "b3")));
    assertThat(taken(live, 1, TARGET), is(List.of("b1", "b2", "b3", "a1", "a2")));
    assertThat("bounded", taken(live, 1, 25), is(List.of("b1", "b2")));
    assertThat(taken(live, 3, TARGET), is(List.of()));
  }

  @Test
  void leavesALargerFileBesideSmallOnesAndThoseThatLieByKey() {
    List<DataFile> live =
        List.of(
            file("a1", "a", 10), file("a2", "a", 10), file("a3", "a", 10), file("larger", "a", 31));
    assertThat(taken(live, 2, TARGET), is(List.of("a1", "a2", "a3")));
    assertThat(
        "of two sizes the small one waits for more",
        taken(List.of(file("x", "a", 1), file("y", "a", 50), file("z", "a", 5_000)), 2, TARGET),
        is(List.of("x", "y")));
  }

  /** What is written of a row again and again is what its partition has doubled. */
  @Test
  void aPartitionThatGrowsHasFewFilesAndIsCopiedSeldom() {
    List<DataFile> live = new ArrayList<>();
    long copied = 0;
    int cycles = 10_000;
    for (int cycle = 0; cycle < cycles; cycle++) {
      live.add(file("f" + cycle, "a", 10));
      List<DataFile> small = SmallFiles.of(live, 20, TARGET, TARGET);
      if (!small.isEmpty()) {
        long bytes = small.stream().mapToLong(DataFile::bytes).sum();
        copied += bytes;
        live.removeAll(small);
        live.add(file("c" + cycle, "a", bytes));
      }
      assertThat(live.size(), is(lessThanOrEqualTo(21)));
    }
    assertThat(copied, is(lessThan(10L * cycles * 14)));
  }
}
