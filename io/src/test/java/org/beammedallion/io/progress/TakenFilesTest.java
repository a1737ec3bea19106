package org.beammedallion.io.progress;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.beammedallion.quality.ledger.RefusedFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files were read is known from the cycles, and from the list that sums them up. */
class TakenFilesTest {

  private static final Instant TIME = Instant.parse("2026-11-01T08:00:00.123456789Z");

  @TempDir Path folder;

  private static CyclePlan plan(int cycle) {
    FileShard shard = new FileShard(0, "file" + cycle, cycle, TIME.plusSeconds(cycle), 0, cycle);
    return new CyclePlan(
        "orders", cycle, TIME, "1.0.0", 1, List.of(shard), List.of(), List.of(), Map.of());
  }

  private static Map<String, TakenFile> all(TakenFiles taken) throws IOException {
    Map<String, TakenFile> all = new TreeMap<>();
    taken.forEach(all::put);
    return all;
  }

  @Test
  void remembersSizeAndTimeInTheIndexAsInTheCycles() throws IOException {
    ProgressLog log = ProgressLog.of(folder.toString());
    Map<String, TakenFile> expected = new TreeMap<>();
    for (int cycle = 1; cycle <= 51; cycle++) {
      log.putPlan(plan(cycle));
      log.complete(cycle, Map.of());
      log.rollUp(plan(cycle), () -> {});
      expected.put("file" + cycle, new TakenFile(cycle, TIME.plusSeconds(cycle)));
      if (cycle >= 50) {
        assertThat(all(log.takenFiles(cycle)), is(expected));
      }
    }
    Files.delete(folder.resolve("plans/0000000001.json"));
    assertThat("it is in the index", all(log.takenFiles(51)), is(expected));
  }

  @Test
  void cyclesAreCompletedInTheOrderOfTheirNumbers() throws IOException {
    ProgressLog log = ProgressLog.of(folder.toString());
    log.putPlan(plan(1));
    String message =
        assertThrows(IllegalArgumentException.class, () -> log.putPlan(plan(2))).getMessage();
    assertThat(message, startsWith("Cycle 2 of pipeline 'orders' cannot be planned"));
    log.complete(1, Map.of());
    log.putPlan(plan(2));
    assertThat(log.newestPlanned(), is(OptionalLong.of(2)));
  }

  @Test
  void knowsTheLastNameOfAFolderInTheIndexAndOutsideIt() throws IOException {
    ProgressLog log = ProgressLog.of(folder.toString());
    for (int cycle = 1; cycle <= 120; cycle++) {
      // Another folder, whose names come later, was the source at first.
      String uri = (cycle <= 10 ? "/z/" : "/in/") + (1000 + cycle);
      FileShard shard = new FileShard(0, uri, cycle, TIME, 0, cycle);
      CyclePlan plan =
          new CyclePlan(
              "orders", cycle, TIME, "1.0.0", 1, List.of(shard), List.of(), List.of(), Map.of());
      log.putPlan(plan);
      log.complete(cycle, Map.of());
      log.rollUp(plan, () -> {});
    }
    TakenFiles taken = log.takenFiles(120);
    assertThat(taken.lastIn("/in"), is("/in/1120"));
    assertThat(taken.lastIn("/z"), is("/z/1010"));
    assertThat(taken.lastIn("/i"), is(""));
    assertThat(TakenFiles.none().lastIn("/in"), is(""));
  }

  @Test
  void readsTheListOfAnEarlierVersion() throws IOException {
    Files.createDirectory(folder.resolve("taken"));
    Files.writeString(
        folder.resolve("taken/0000000050.json"), "{\"files\": {\"a\": 7, \"b\": 5000000000}}");
    ProgressLog log = ProgressLog.of(folder.toString());
    Map<String, TakenFile> expected = new TreeMap<>();
    expected.put("a", new TakenFile(7, null));
    expected.put("b", new TakenFile(5_000_000_000L, null));
    assertThat(all(log.takenFiles(50)), is(expected));
    log.complete(50, Map.of());
    for (int cycle = 51; cycle <= 60; cycle++) {
      log.putPlan(plan(cycle));
      log.complete(cycle, Map.of());
      log.rollUp(plan(cycle), () -> {});
      expected.put("file" + cycle, new TakenFile(cycle, TIME.plusSeconds(cycle)));
      assertThat(all(log.takenFiles(cycle)), is(expected));
    }
    Files.delete(folder.resolve("taken/0000000050.json"));
    assertThat("the index has it", all(log.takenFiles(60)), is(expected));
  }

  @Test
  void followsRefusalsFromCycleToCycle() throws IOException {
    ProgressLog log = ProgressLog.of(folder.toString());
    Set<String> refused = new TreeSet<>();
    for (int cycle = 1; cycle <= 120; cycle++) {
      List<String> aside = cycle % 7 == 0 ? refused.stream().limit(1).toList() : List.of();
      CyclePlan plan =
          new CyclePlan(
              "orders", cycle, TIME, "1.0.0", 1, plan(cycle).shards(), List.of(), aside, Map.of());
      log.putPlan(plan);
      refused.removeAll(aside);
      if (cycle % 5 == 0) {
        refused.add("file" + cycle);
        RefusedFile file =
            new RefusedFile("file" + cycle, cycle, TIME.plusSeconds(cycle), "d", "is empty.");
        log.complete(cycle, Map.of("refused", List.of(file), "vanished", List.of()));
      } else {
        log.complete(
            cycle, Map.of("vanished", cycle % 11 == 0 ? List.of("file" + cycle) : List.of()));
      }
      log.rollUp(plan, () -> {});
      TakenFiles taken = log.takenFiles(cycle);
      assertThat(
          taken.refused().stream().map(RefusedFile::file).toList(), is(List.copyOf(refused)));
      try (TakenFiles.Lookup lookup = taken.lookup()) {
        for (int earlier = 1; earlier <= cycle; earlier++) {
          String name = "file" + earlier;
          boolean vanished = earlier % 11 == 0 && earlier % 5 != 0;
          TakenFile found = lookup.find(name);
          assertThat(name, found == null, is(vanished));
          if (found != null) {
            assertThat(name, found.size(), is((long) earlier));
            assertThat(name, found.refused() != null, is(refused.contains(name)));
          }
        }
      }
    }
  }
}
