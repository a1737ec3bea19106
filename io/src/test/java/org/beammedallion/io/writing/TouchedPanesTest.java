package org.beammedallion.io.writing;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.beammedallion.io.table.ColumnStatistics;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.TimeColumn;
import org.junit.jupiter.api.Test;

class TouchedPanesTest {

  private static final long PANE = 10;
  private static final TimeColumn AT = new TimeColumn("at", 1);

  private static TouchedPanes of(List<Integer> times) {
    TouchedPanes.Collector collector = new TouchedPanes.Collector(PANE);
    times.forEach(time -> collector.add(time));
    return collector.collected();
  }

  @Property
  void containWhatWasCollected(
      @ForAll @Size(max = 30) List<@IntRange(min = -200, max = 200) Integer> times,
      @ForAll @Size(max = 30) List<@IntRange(min = -200, max = 200) Integer> others,
      @ForAll @IntRange(min = -250, max = 250) int asked) {
    TouchedPanes panes = of(times).union(of(others));
    TreeSet<Long> expected = new TreeSet<>();
    times.forEach(time -> expected.add(Math.floorDiv(time, PANE)));
    others.forEach(time -> expected.add(Math.floorDiv(time, PANE)));
    assertThat(new TreeSet<>(panes.numbers().boxed().toList()), equalTo(expected));
    assertThat(panes.contain(asked, PANE), is(expected.contains(Math.floorDiv(asked, PANE))));
  }

  @Test
  void allOfTimeStaysAllOfIt() {
    TouchedPanes all = TouchedPanes.ALL.union(of(List.of(5))).union(TouchedPanes.ALL);
    for (long time : new long[] {Long.MIN_VALUE, -1, 0, 5, Long.MAX_VALUE}) {
      assertThat(all.contain(time, PANE), is(true));
      assertThat(TouchedPanes.NONE.contain(time, PANE), is(false));
    }
    assertThat(all.mayTouch(file(3, 4), AT, PANE), is(true));
  }

  @Test
  void passOverFilesThatHoldNoneOfThem() {
    TouchedPanes panes = of(List.of(25, 71)).union(TouchedPanes.between(200, Long.MAX_VALUE, PANE));
    assertThat(panes.mayTouch(file(0, 19), AT, PANE), is(false));
    assertThat(panes.mayTouch(file(29, 29), AT, PANE), is(true));
    assertThat(panes.mayTouch(file(31, 69), AT, PANE), is(false));
    assertThat(panes.mayTouch(file(60, 70), AT, PANE), is(true));
    assertThat(panes.mayTouch(file(100, 199), AT, PANE), is(false));
    assertThat(panes.mayTouch(file(1_000_000, 1_000_001), AT, PANE), is(true));
    // A date column has days in its statistics, and panes are of its microseconds.
    TimeColumn days = new TimeColumn("at", PANE);
    assertThat(panes.mayTouch(file(0, 1), days, PANE), is(false));
    assertThat(panes.mayTouch(file(2, 2), days, PANE), is(true));
    assertThat(panes.mayTouch(file(3, 6), days, PANE), is(false));
    assertThat(panes.mayTouch(file(6, 7), days, PANE), is(true));
    assertThat(
        "no statistics", panes.mayTouch(file(0, 19), new TimeColumn("other", 1), PANE), is(true));
  }

  private static DataFile file(long min, long max) {
    return new DataFile(
        "f", Map.of(), 2, 1, List.of(new ColumnStatistics(List.of("at"), min, max, 0)));
  }
}
