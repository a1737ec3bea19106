package org.beammedallion.io.progress;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files were read is known from the cycles, and from the list that sums them up. */
class TakenFilesTest {

  private static final Instant TIME = Instant.parse("2026-11-01T08:00:00.123456789Z");

  @TempDir Path folder;

  private static CyclePlan plan(int cycle) {
    FileShard shard = new FileShard(0, "file" + cycle, cycle, TIME.plusSeconds(cycle), 0, cycle);
    return new CyclePlan("orders", cycle, TIME, "1.0.0", 1, List.of(shard), List.of());
  }

  @Test
  void remembersSizeAndTimeInTheListAsInTheCycles() throws IOException {
    ProgressLog log = ProgressLog.of(folder.toString());
    Map<String, TakenFile> expected = new TreeMap<>();
    for (int cycle = 1; cycle <= 51; cycle++) {
      log.putPlan(plan(cycle));
      log.complete(cycle, Map.of());
      expected.put("file" + cycle, new TakenFile(cycle, TIME.plusSeconds(cycle)));
      if (cycle >= 50) {
        assertThat(log.takenFiles(), is(expected));
      }
    }
    Files.delete(folder.resolve("plans/0000000001.json"));
    assertThat("it is in the list", log.takenFiles(), is(expected));
  }

  @Test
  void readsTheListOfAnEarlierVersion() throws IOException {
    Files.createDirectory(folder.resolve("taken"));
    Files.writeString(
        folder.resolve("taken/0000000050.json"), "{\"files\": {\"a\": 7, \"b\": 5000000000}}");
    assertThat(
        ProgressLog.of(folder.toString()).takenFiles(),
        is(Map.of("a", new TakenFile(7, null), "b", new TakenFile(5_000_000_000L, null))));
  }
}
