package org.beammedallion.pipelines.maintain;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TimeBudgetTest {

  private static final Duration NONE = Duration.ZERO;

  private static Duration seconds(double seconds) {
    return Duration.ofMillis((long) (seconds * 1000));
  }

  @Test
  void takesWhatIsLeftBeforeTheNextCycle() {
    TimeBudget budget = new TimeBudget();
    assertThat("before the first one second is guessed", budget.allows(1, seconds(0.9)), is(false));
    assertThat(budget.allows(1, seconds(1)), is(true));
    budget.spent(seconds(4), 1_000, seconds(10));
    assertThat("the last one took four", budget.allows(500, seconds(3.9)), is(false));
    assertThat(budget.allows(500, seconds(4)), is(true));
    assertThat("twice as much", budget.allows(2_000, seconds(7.9)), is(false));
    assertThat(budget.allows(2_000, seconds(8)), is(true));
  }

  @Test
  void withoutAPauseItTakesATenthOfTheTimeAndIsNotPutOffForEver() {
    TimeBudget budget = new TimeBudget();
    int compactions = 0;
    for (int cycle = 0; cycle < 1_000; cycle++) {
      budget.cycle(seconds(2));
      if (budget.allows(1, seconds(-1))) {
        compactions++;
        budget.spent(seconds(5), 1, seconds(-1));
      }
    }
    assertThat(compactions * 5.0, is(closeTo(200.0, 10.0)));
  }

  /** Files that wait become more, and what would put them together longer than any one before. */
  @Test
  void aCompactionOfFarMoreThanTheLastOneComesToo() {
    TimeBudget budget = new TimeBudget();
    budget.spent(seconds(1), 1_000, seconds(-1));
    long bytes = 10_000;
    int cycles = 0;
    while (!budget.allows(bytes, seconds(-1))) {
      assertThat("a smaller one of another table", budget.allows(1, seconds(1)), is(true));
      budget.cycle(seconds(2));
      bytes += 50;
      cycles++;
      assertThat("cycles", cycles, is(lessThan(100)));
    }
    assertThat(
        "a tenth of the time of as many cycles", cycles * 0.2, is(closeTo(bytes / 1_000.0, 0.3)));
  }

  @Test
  void whatIsSavedIsSpentOnce() {
    TimeBudget budget = new TimeBudget();
    budget.cycle(seconds(20));
    assertThat(budget.allows(1, NONE), is(true));
    budget.spent(seconds(1), 1, seconds(5));
    assertThat("it ended before the next cycle began", budget.allows(1, NONE), is(true));
    budget.spent(seconds(1.5), 1, NONE);
    assertThat("half a second is left", budget.allows(1, NONE), is(false));
  }
}
