package org.beammedallion.io.progress;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunScheduleTest {

  private static final Instant BEGIN = Instant.parse("2026-11-28T06:00:00Z");

  @TempDir Path folder;

  private static RunSchedule of(long pid) {
    return new RunSchedule("worker-3", pid, "", BEGIN.minusSeconds(60), BEGIN, 300_000);
  }

  @Test
  void runsFollowAtTheInterval() {
    RunSchedule schedule = of(1);
    assertThat(schedule.next(BEGIN.minusSeconds(1000)), is(BEGIN));
    assertThat(schedule.next(BEGIN), is(BEGIN));
    assertThat(schedule.next(BEGIN.plusMillis(1)), is(BEGIN.plusSeconds(300)));
    assertThat(schedule.next(BEGIN.plusSeconds(300)), is(BEGIN.plusSeconds(300)));
    assertThat(schedule.next(BEGIN.plusSeconds(86_401)), is(BEGIN.plusSeconds(86_700)));
  }

  @Test
  void aRunIsOneOfThemWhereItIsAWholeNumberOfIntervalsAway() {
    RunSchedule schedule = of(1);
    assertThat(schedule.has(BEGIN.plusSeconds(600).plusMillis(400)), is(true));
    assertThat(schedule.has(BEGIN.plusSeconds(600).minusMillis(400)), is(true));
    assertThat(schedule.has(BEGIN.minusSeconds(300)), is(true));
    assertThat(schedule.has(BEGIN.plusSeconds(601)), is(false));
    assertThat(schedule.has(BEGIN.minusSeconds(2)), is(false));
  }

  @Test
  void eachDriverHasItsOwnAndADamagedOneTellsNothing() throws Exception {
    String root = folder.resolve("log").toString();
    assertThat(RunSchedule.all(root), is(List.of()));
    of(1).put(root);
    of(2).put(root);
    of(1).put(root);
    assertThat(schedules(root), containsInAnyOrder(of(1), of(2)));
    of(1).remove(root);
    assertThat(schedules(root), is(List.of(of(2))));
    Path damaged = folder.resolve("log/schedule/other-1.json");
    Files.writeString(damaged, "{\"host\": \"other\"}");
    Files.writeString(folder.resolve("log/schedule/other-2.json"), "{\"ho");
    assertThat(schedules(root), is(List.of(of(2))));
    of(1).remove(root);
  }

  private static List<RunSchedule> schedules(String root) throws IOException {
    return RunSchedule.all(root).stream().map(RunSchedule.Told::schedule).toList();
  }
}
