package org.beammedallion.pipelines.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.beammedallion.io.progress.RunSchedule;
import org.beammedallion.pipelines.suite.SetClock;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnnouncedRunsTest {

  private static final Instant START = Instant.parse("2026-11-28T06:00:00Z");
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  @TempDir Path folder;

  private final SetClock clock = new SetClock(START);

  private LakeLayout lake() {
    return LakeLayout.of(folder.resolve("lake").toString());
  }

  /** A run that begins after so many seconds, and takes so long. */
  private void run(AnnouncedRuns runs, double begin, double took) {
    Instant at = START.plusMillis((long) (begin * 1000));
    clock.set(at.plusMillis((long) (took * 1000)));
    runs.after("ticks", at);
  }

  private List<Instant> begins() throws Exception {
    return RunSchedule.all(lake().progress("ticks")).stream()
        .map(told -> told.schedule().begin())
        .toList();
  }

  @Test
  void runsOnTimeAreAnnouncedOnceAndThenEveryFiveMinutes() throws Exception {
    AnnouncedRuns runs = new AnnouncedRuns(lake(), INTERVAL, clock);
    assertThat("nothing before the first run is over", begins(), is(List.of()));
    run(runs, 0, 2);
    assertThat(begins(), is(List.of(START.plusSeconds(10))));
    for (int second = 10; second <= 300; second += 10) {
      run(runs, second + 0.2, 0.1);
    }
    assertThat(begins(), is(List.of(START.plusSeconds(10))));
    run(runs, 310.2, 0.1);
    assertThat("it is written again", begins(), is(List.of(START.plusMillis(320_200))));
    runs.end();
    assertThat(begins(), is(List.of()));
  }

  @Test
  void aRunThatTakesLongerMovesTheOnesBehindIt() throws Exception {
    AnnouncedRuns runs = new AnnouncedRuns(lake(), INTERVAL, clock);
    run(runs, 0, 1);
    run(runs, 10, 13);
    assertThat("at once", begins(), is(List.of(START.plusSeconds(23))));
    run(runs, 23, 1);
    assertThat(begins(), is(List.of(START.plusSeconds(23))));
    run(runs, 26, 1);
    assertThat(begins(), is(List.of(START.plusSeconds(36))));
  }

  @Test
  void aLakeThatRefusesStopsNothing() throws Exception {
    Files.createDirectories(folder.resolve("lake"));
    Files.writeString(folder.resolve("lake/_medallion"), "no folder");
    AnnouncedRuns runs = new AnnouncedRuns(lake(), INTERVAL, clock);
    run(runs, 0, 1);
    runs.end();
    Files.delete(folder.resolve("lake/_medallion"));
    run(runs, 10, 1);
    assertThat("as soon as it can", begins(), is(List.of(START.plusSeconds(20))));
  }
}
