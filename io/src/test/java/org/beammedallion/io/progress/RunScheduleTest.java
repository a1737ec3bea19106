package org.beammedallion.io.progress;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
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
  void aDriverRemovesItsOwnAlone() throws Exception {
    String root = folder.resolve("log").toString();
    assertThat(RunSchedule.find(root), is(Optional.empty()));
    of(1).put(root);
    of(2).put(root);
    of(1).remove(root);
    assertThat(RunSchedule.find(root), is(Optional.of(of(2))));
    of(2).remove(root);
    assertThat(RunSchedule.find(root), is(Optional.empty()));
    of(2).remove(root);
  }
}
