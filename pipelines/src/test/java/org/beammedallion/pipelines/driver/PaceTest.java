package org.beammedallion.pipelines.driver;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import java.time.Duration;
import org.beammedallion.io.source.CycleLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaceTest {

  private static final long MB = 1_000_000;

  /** Seconds that a cycle takes. */
  private static double seconds(long bytes, double fixed, double bytesPerSecond) {
    return fixed + bytes / bytesPerSecond;
  }

  private static Duration duration(double seconds) {
    return Duration.ofNanos((long) (seconds * 1e9));
  }

  /** Columns: interval, cost of an empty cycle in seconds, MB a second. */
  @ParameterizedTest
  @CsvSource({
    "300, 1, 10",
    "300, 20, 5",
    "300, 60, 2000",
    "60, 2, 30",
    "60, 0.3, 400",
    "10, 1, 15",
    "10, 3, 200"
  })
  void cyclesOfABacklogTakeAboutAnInterval(double interval, double fixed, double speed) {
    Pace pace = new Pace(duration(interval));
    for (int cycle = 1; cycle <= 20; cycle++) {
      long bytes = pace.limits(CycleLimits.NONE).bytes();
      double took = seconds(bytes, fixed, speed * MB);
      assertThat("cycle " + cycle, took, is(lessThanOrEqualTo(2 * interval)));
      if (cycle > 6) {
        assertThat("cycle " + cycle, took, is(greaterThanOrEqualTo(interval / 2)));
      }
      pace.cycle(bytes, duration(took));
    }
  }

  /** Quiet hours, then a backlog: the first cycle of it is small, the next ones are not. */
  @Test
  void smallCyclesDoNotHoldUpABacklog() {
    Pace pace = new Pace(Duration.ofMinutes(5));
    for (int cycle = 0; cycle < 50; cycle++) {
      pace.cycle(200_000, duration(seconds(200_000, 1, 50 * MB)));
    }
    double slowest = 0;
    long bytes = 0;
    for (int cycle = 0; cycle < 8; cycle++) {
      bytes = pace.limits(CycleLimits.NONE).bytes();
      double took = seconds(bytes, 1, 50 * MB);
      slowest = Math.max(slowest, took);
      pace.cycle(bytes, duration(took));
    }
    assertThat(slowest, is(lessThanOrEqualTo(600.0)));
    assertThat(bytes, is(greaterThan(5_000 * MB)));
  }

  /** Otherwise the topic would grow faster than it is read, for all that machines could do. */
  @Test
  void anIntervalThatIsShorterThanAnEmptyCycleStillMovesPartOfWhatIsPossible() {
    Pace pace = new Pace(Duration.ofSeconds(1));
    double all = 0;
    long moved = 0;
    for (int cycle = 0; cycle < 50; cycle++) {
      long bytes = pace.limits(CycleLimits.NONE).bytes();
      double took = seconds(bytes, 5, 40 * MB);
      all += took;
      moved += bytes;
      pace.cycle(bytes, duration(took));
    }
    assertThat(moved / all, is(greaterThan(40 * MB / 3.0)));
  }

  /** Tables grow, and with them what a cycle costs whatever it reads. */
  @ParameterizedTest
  @CsvSource({"10, 1, 20, 40", "10, 0.5, 5, 20", "60, 2, 100, 50", "1, 1, 30, 100"})
  void costsThatRiseDoNotHoldUpABacklog(
      double interval, double before, double fixed, double speed) {
    Pace pace = new Pace(duration(interval));
    for (int cycle = 0; cycle < 10; cycle++) {
      pace.cycle(200_000, duration(before));
    }
    double all = 0;
    long moved = 0;
    for (int cycle = 0; cycle < 40; cycle++) {
      long bytes = pace.limits(CycleLimits.NONE).bytes();
      double took = seconds(bytes, fixed, speed * MB);
      pace.cycle(bytes, duration(took));
      if (cycle >= 15) {
        all += took;
        moved += bytes;
      }
    }
    assertThat(moved / all, is(greaterThan(speed * MB / 3)));
  }

  /** The first cycle starts the engine, and is small where the interval is. */
  @ParameterizedTest
  @CsvSource({"1, 15, 1, 20", "10, 15, 1, 20", "10, 30, 0.5, 100"})
  void theStartOfTheEngineIsNoCostOfACycle(
      double interval, double start, double fixed, double speed) {
    Pace pace = new Pace(duration(interval));
    pace.cycle(1 * MB, duration(start + seconds(1 * MB, fixed, speed * MB)));
    double took = 0;
    for (int cycle = 0; cycle < 20; cycle++) {
      long bytes = pace.limits(CycleLimits.NONE).bytes();
      took = seconds(bytes, fixed, speed * MB);
      pace.cycle(bytes, duration(took));
      assertThat(took, is(lessThanOrEqualTo(Math.max(2 * interval, 4 * fixed + 2))));
    }
    assertThat(took, is(greaterThanOrEqualTo(interval / 2)));
  }

  @Test
  void aSlowerMachineGetsLess() {
    Pace pace = new Pace(Duration.ofMinutes(1));
    pace.cycle(600 * MB, Duration.ofSeconds(60));
    pace.cycle(600 * MB, Duration.ofMinutes(4));
    assertThat(pace.limits(CycleLimits.NONE).bytes(), is(lessThanOrEqualTo(200 * MB)));
  }

  @Test
  void limitsThatAPersonHasSetStay() {
    CycleLimits set = new CycleLimits(7, 3 * MB);
    Pace pace = new Pace(Duration.ofMinutes(5));
    assertThat(pace.limits(set), is(set));
    pace.cycle(3 * MB, Duration.ofMillis(100));
    assertThat(pace.limits(set), is(set));
  }

  @Test
  void aRunThatIsNotRepeatedHasNoOtherLimits() {
    Pace pace = new Pace(null);
    pace.cycle(3 * MB, Duration.ofHours(1));
    assertThat(pace.limits(CycleLimits.DEFAULT), is(CycleLimits.DEFAULT));
  }
}
