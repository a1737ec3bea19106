package org.beammedallion.transforms.window;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.beammedallion.quality.pipeline.WindowSpec;
import org.junit.jupiter.api.Test;

class TouchedWindowsTest {

  private static final long SECOND = 1_000_000;
  private static final WindowSpec TEN_SECONDS = WindowSpec.tumbling(Duration.ofSeconds(10));

  private static TouchedWindows touched(WindowSpec window, long... seconds) {
    TouchedWindowsBuilder builder = TouchedWindows.builder(window);
    for (long second : seconds) {
      builder.add(second * SECOND);
    }
    return builder.build();
  }

  private static TimeRange seconds(long from, long to) {
    return new TimeRange(from * SECOND, to * SECOND);
  }

  private static boolean holds(TouchedWindows touched, long from, long to) {
    return touched.contains(from * SECOND, to * SECOND);
  }

  @Test
  void tumblingWindowsAreReadWhole() {
    TouchedWindows touched = touched(TEN_SECONDS, 5, 12, 35, -1);
    assertThat(touched.eventTimeRanges(), contains(seconds(-10, 20), seconds(30, 40)));
    assertThat(holds(touched, 10, 20), is(true));
    assertThat(holds(touched, 20, 30), is(false));
    assertThat(holds(touched, -10, 0), is(true));
  }

  @Test
  void slidingWindowsReachBackAndForth() {
    TouchedWindows touched =
        touched(WindowSpec.sliding(Duration.ofSeconds(20), Duration.ofSeconds(10)), 35);
    assertThat(holds(touched, 10, 30), is(false));
    assertThat(holds(touched, 20, 40), is(true));
    assertThat(holds(touched, 30, 50), is(true));
    assertThat(holds(touched, 40, 60), is(false));
    assertThat(touched.eventTimeRanges(), contains(seconds(20, 50)));
  }

  @Test
  void slidingWindowsWithGapsSkipWhatIsBetween() {
    WindowSpec window = WindowSpec.sliding(Duration.ofSeconds(4), Duration.ofSeconds(10));
    assertThat(touched(window, 3, 13).eventTimeRanges(), contains(seconds(0, 4), seconds(10, 14)));
    assertThat(touched(window, 7).eventTimeRanges(), is(empty()));
  }

  @Test
  void sessionsMustBeClosedBeforeTheyAreAskedFor() {
    TouchedWindows touched = touched(WindowSpec.session(Duration.ofSeconds(10)), 5);
    assertThrows(IllegalStateException.class, touched::eventTimeRanges);
    assertThrows(IllegalStateException.class, () -> holds(touched, 0, 10));
  }

  @Test
  void closingTakesInEverySessionThatWouldBeCut() {
    TouchedWindows touched = touched(WindowSpec.session(Duration.ofSeconds(10)), 105);
    TouchedWindows closed =
        touched.closeOver(
            List.of(
                seconds(0, 50),
                seconds(50, 70),
                seconds(60, 101),
                seconds(119, 140),
                seconds(139, 150),
                seconds(150, 170)));
    assertThat(closed.eventTimeRanges(), contains(seconds(50, 150)));
    assertThat(holds(closed, 60, 101), is(true));
    assertThat(holds(closed, 0, 50), is(false));
    assertThat(holds(closed, 150, 170), is(false));
  }

  @Test
  void closingLeavesOtherSessionsAlone() {
    TouchedWindows touched = touched(WindowSpec.session(Duration.ofSeconds(10)), 105);
    assertThat(
        touched.closeOver(List.of(seconds(0, 50), seconds(500, 600))).eventTimeRanges(),
        contains(seconds(100, 120)));
  }

  /** A row of a key. */
  private record Event(int key, int second) {}

  @Provide
  Arbitrary<Set<Event>> events() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 4), Arbitraries.integers().between(0, 300))
        .as(Event::new)
        .set()
        .ofMaxSize(60);
  }

  /** Sessions of each key, as their definition says. */
  private static Map<Integer, Set<TimeRange>> sessions(Collection<Event> events, int gap) {
    Map<Integer, Set<TimeRange>> sessions = new TreeMap<>();
    events.stream()
        .map(Event::key)
        .distinct()
        .forEach(
            key -> {
              Set<TimeRange> own = new HashSet<>();
              int from = -1;
              int last = -1;
              for (int second :
                  events.stream()
                      .filter(event -> event.key() == key)
                      .mapToInt(Event::second)
                      .sorted()
                      .toArray()) {
                if (from >= 0 && second >= last + gap) {
                  own.add(seconds(from, last + gap));
                  from = second;
                } else if (from < 0) {
                  from = second;
                }
                last = second;
              }
              own.add(seconds(from, last + gap));
              sessions.put(key, own);
            });
    return sessions;
  }

  /** Gold after a cycle is what all rows give, whichever came and went. */
  @Property
  void touchedSessionsAreThoseThatChange(
      @ForAll("events") Set<Event> before,
      @ForAll("events") Set<Event> changed,
      @ForAll @IntRange(min = 1, max = 40) int gap) {
    Set<Event> after = new HashSet<>(before);
    changed.forEach(
        event -> {
          if (!after.remove(event)) {
            after.add(event);
          }
        });
    Map<Integer, Set<TimeRange>> gold = sessions(before, gap);
    TouchedWindows touched =
        touched(
                WindowSpec.session(Duration.ofSeconds(gap)),
                changed.stream().mapToLong(Event::second).toArray())
            .closeOver(gold.values().stream().flatMap(Set::stream).toList());
    List<Event> read =
        after.stream()
            .filter(
                event ->
                    touched.eventTimeRanges().stream()
                        .anyMatch(
                            range -> range.overlaps(seconds(event.second(), event.second() + 1))))
            .toList();
    Map<Integer, Set<TimeRange>> result = new TreeMap<>();
    sessions(read, gap)
        .forEach(
            (key, own) ->
                add(result, key, own, window -> touched.contains(window.from(), window.to())));
    gold.forEach(
        (key, own) ->
            add(result, key, own, window -> !touched.contains(window.from(), window.to())));
    assertThat(result, is(sessions(after, gap)));
  }

  /** Gold may be of another gap, or silver may have been changed without a cycle. */
  @Property
  void noRowIsLostWhateverGoldHolds(
      @ForAll("events") Set<Event> before,
      @ForAll("events") Set<Event> after,
      @ForAll @IntRange(min = 1, max = 40) int earlierGap,
      @ForAll @IntRange(min = 1, max = 40) int gap,
      @ForAll @IntRange(min = 0, max = 300) int second) {
    List<TimeRange> gold =
        sessions(before, earlierGap).values().stream().flatMap(Set::stream).toList();
    TouchedWindows touched =
        touched(WindowSpec.session(Duration.ofSeconds(gap)), second).closeOver(gold);
    List<TimeRange> read = touched.eventTimeRanges();
    for (TimeRange session : gold) {
      boolean isWhole =
          read.stream()
              .anyMatch(range -> range.from() <= session.from() && session.to() <= range.to());
      assertThat(
          session + " is dropped only as a whole",
          touched.contains(session.from(), session.to()),
          is(isWhole));
    }
    for (Event event : after) {
      TimeRange own = seconds(event.second(), event.second() + 1);
      if (read.stream().anyMatch(own::overlaps)) {
        assertThat(
            event + " is in a session that is written",
            touched.contains(own.from(), own.to()),
            is(true));
      }
    }
  }

  private static void add(
      Map<Integer, Set<TimeRange>> result,
      int key,
      Set<TimeRange> sessions,
      Predicate<TimeRange> wanted) {
    List<TimeRange> own = sessions.stream().filter(wanted).toList();
    if (!own.isEmpty()) {
      result.computeIfAbsent(key, none -> new HashSet<>()).addAll(own);
    }
  }

  @Test
  void allContainsEverything() {
    TouchedWindows all = TouchedWindows.all(WindowSpec.session(Duration.ofSeconds(10)));
    assertThat(all.isAll(), is(true));
    assertThat(all.eventTimeRanges(), contains(TimeRange.ALL));
    assertThat(holds(all, -5, 5), is(true));
    assertThat(all.closeOver(List.of(seconds(0, 5))), is(all));
  }

  @Test
  void noneContainsNothing() {
    TouchedWindows none = touched(TEN_SECONDS);
    assertThat(none, is(TouchedWindows.none(TEN_SECONDS)));
    assertThat(none.isEmpty(), is(true));
    assertThat(holds(none, 0, 10), is(false));
  }

  @Provide
  Arbitrary<List<Long>> times() {
    return Arbitraries.oneOf(
            Arbitraries.longs().between(-100_000, 100_000),
            Arbitraries.longs(),
            Arbitraries.longs().between(1_700_000_000_000_000L, 1_900_000_000_000_000L))
        .list()
        .ofMaxSize(200);
  }

  @Property
  void holdsExactlyThePanesThatWereAdded(
      @ForAll("times") @Size(max = 200) List<Long> times,
      @ForAll @LongRange(min = 1, max = 100_000_000) long millis) {
    WindowSpec window = WindowSpec.tumbling(Duration.ofMillis(millis));
    long width = millis * 1000;
    TouchedWindowsBuilder builder = TouchedWindows.builder(window);
    TreeSet<Long> panes = new TreeSet<>();
    for (long time : times) {
      if (Math.abs(time / 2) < Long.MAX_VALUE / 2 - width) {
        builder.add(time);
        panes.add(Math.floorDiv(time, width));
      }
    }
    List<TimeRange> expected = new ArrayList<>();
    for (long pane : panes) {
      int last = expected.size() - 1;
      if (last >= 0 && expected.get(last).to() == pane * width) {
        expected.set(last, new TimeRange(expected.get(last).from(), (pane + 1) * width));
      } else {
        expected.add(new TimeRange(pane * width, (pane + 1) * width));
      }
    }
    assertThat(builder.build().eventTimeRanges(), is(expected));
  }
}
