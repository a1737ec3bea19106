package org.beammedallion.transforms.aggregate;

import static org.beammedallion.transforms.aggregate.Orders.order;
import static org.beammedallion.transforms.aggregate.Orders.query;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.transforms.Create;
import org.beammedallion.quality.pipeline.WindowSpec;
import org.beammedallion.transforms.sql.SqlRows;
import org.beammedallion.transforms.window.TimeRange;
import org.beammedallion.transforms.window.TouchedWindows;
import org.beammedallion.transforms.window.TouchedWindowsBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sessions that are computed again while others of other keys, which overlap them, stay in gold.
 */
class MergeSessionsTest {

  private static final String COUNTS =
      "SELECT points, COUNT(*) AS orders, currency FROM orders GROUP BY currency, points";

  /** Beam SQL has to finish it. */
  private static final String BY_BEAM_SQL =
      "SELECT points, COUNT(*) + 0 AS orders, currency FROM orders GROUP BY currency, points";

  /** An order of a key, in seconds of a day; no key is that of NULLs. */
  private record Event(Integer key, int second) {

    long micros() {
      return second * 1_000_000L;
    }

    Map<String, Object> row() {
      return order(
          "currency", key == null ? null : "c" + key % 2,
          "points", key == null ? null : (long) key,
          "ordered_at", micros());
    }
  }

  /** A row of gold. */
  private record Session(Integer key, long start, long end, long orders) {

    boolean holds(Event event) {
      return Objects.equals(key, event.key()) && start <= event.micros() && event.micros() < end;
    }

    /** As gold's rows are told. */
    String text() {
      return at(start)
          + " "
          + at(end)
          + " "
          + key
          + " "
          + orders
          + " "
          + (key == null ? null : "c" + key % 2);
    }

    private static Instant at(long micros) {
      return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
  }

  @Provide
  Arbitrary<Set<Event>> events() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 4).injectNull(0.1),
            Arbitraries.integers().between(0, 300))
        .as(Event::new)
        .set()
        .ofMaxSize(60);
  }

  @Provide
  Arbitrary<Set<Event>> fewEvents() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 4).injectNull(0.1),
            Arbitraries.integers().between(0, 300))
        .as(Event::new)
        .set()
        .ofMinSize(1)
        .ofMaxSize(3);
  }

  /** The sessions of some events, as their definition says. */
  private static List<Session> sessions(Collection<Event> events, int gap) {
    List<Session> sessions = new ArrayList<>();
    Set<Integer> keys = new HashSet<>();
    events.forEach(event -> keys.add(event.key()));
    for (Integer key : keys) {
      TreeSet<Integer> seconds = new TreeSet<>();
      events.stream()
          .filter(event -> Objects.equals(event.key(), key))
          .forEach(event -> seconds.add(event.second()));
      int first = seconds.first();
      int last = first;
      int orders = 0;
      for (int second : seconds) {
        if (second >= last + gap) {
          sessions.add(session(key, first, last + gap, orders));
          first = second;
          orders = 0;
        }
        last = second;
        orders++;
      }
      sessions.add(session(key, first, last + gap, orders));
    }
    return sessions;
  }

  private static Session session(Integer key, int first, int end, int orders) {
    return new Session(key, first * 1_000_000L, end * 1_000_000L, orders);
  }

  private static WindowSpec gap(int seconds) {
    return WindowSpec.session(Duration.ofSeconds(seconds));
  }

  private static TouchedWindows touched(int gap, Collection<Event> changed, List<Session> gold) {
    TouchedWindowsBuilder builder = TouchedWindows.builder(gap(gap));
    changed.forEach(event -> builder.add(event.micros()));
    return builder
        .build()
        .closeByKey(
            gold.stream().map(session -> new TimeRange(session.start(), session.end())).toList());
  }

  /** What gold is after a cycle: the sessions that stay, and those that are computed. */
  private static List<String> goldAfter(
      WindowedQuery query, List<Session> gold, Collection<Event> silver, TouchedWindows touched) {
    List<String> after = new ArrayList<>();
    stay(gold, touched).forEach(session -> after.add(session.text()));
    after.addAll(computed(query, gold, silver, touched));
    after.sort(null);
    return after;
  }

  private static List<Session> stay(List<Session> gold, TouchedWindows touched) {
    return gold.stream()
        .filter(session -> !touched.contains(session.start(), session.end()))
        .toList();
  }

  private static List<String> computed(
      WindowedQuery query, List<Session> gold, Collection<Event> silver, TouchedWindows touched) {
    List<List<Map<String, Object>>> feeds = List.of(new ArrayList<>(), new ArrayList<>());
    silver.forEach(event -> feeds.get(event.second() % 2).add(event.row()));
    return finished(query, touched, feeds, keptBlocks(query, gold, touched));
  }

  private static List<String> finished(
      WindowedQuery query,
      TouchedWindows touched,
      List<List<Map<String, Object>>> feeds,
      List<byte[]> kept) {
    return SqlRows.asText(
        query.outputSchema(),
        pipeline ->
            pipeline
                .apply(
                    Create.of(Orders.blocks(query, touched, feeds)).withCoder(ByteArrayCoder.of()))
                .apply(
                    FinishBySql.of(query, touched)
                        .keeping(
                            pipeline.apply(
                                "Kept", Create.of(kept).withCoder(ByteArrayCoder.of())))));
  }

  private static List<byte[]> keptBlocks(
      WindowedQuery query, List<Session> gold, TouchedWindows touched) {
    RowFeed feed = query.sessionFeed(touched);
    List<byte[]> blocks = new ArrayList<>();
    for (Session session : gold) {
      Map<String, Object> row = order("window_start", session.start(), "window_end", session.end());
      row.remove("order_id");
      if (session.key() != null) {
        row.put("currency", "c" + session.key() % 2);
        row.put("points", (long) session.key());
      }
      byte[] bytes = SqlRows.encoded(query.sessionSchema(), row);
      feed.add(bytes, 0, bytes.length, blocks::add);
    }
    feed.flush(blocks::add);
    return blocks;
  }

  /** Gold after a cycle is what all rows give, whichever came and went. */
  @Property(tries = 200)
  void goldIsThenWhatSilverGives(
      @ForAll("events") Set<Event> before,
      @ForAll("fewEvents") Set<Event> changed,
      @ForAll @IntRange(min = 1, max = 40) int gap) {
    Set<Event> after = new HashSet<>(before);
    changed.forEach(
        event -> {
          if (!after.remove(event)) {
            after.add(event);
          }
        });
    List<Session> gold = sessions(before, gap);
    TouchedWindows touched = touched(gap, changed, gold);
    boolean keepsSome =
        gold.stream().anyMatch(session -> touched.keeps(session.start(), session.end()));
    Statistics.label("keeps a session near")
        .collect(keepsSome)
        .coverage(coverage -> coverage.check(true).percentage(share -> share > 20));
    assertThat(
        goldAfter(query(COUNTS, gap(gap)), gold, after, touched),
        is(sessions(after, gap).stream().map(Session::text).sorted().toList()));
  }

  /**
   * Gold may be of another gap, or silver may have been changed without a cycle: then rows that
   * gold held and silver still has are in gold again, once; or it is refused.
   */
  @Property(tries = 150)
  void noRowIsLostOrCountedTwiceWhateverGoldHolds(
      @ForAll("events") Set<Event> before,
      @ForAll("events") Set<Event> after,
      @ForAll @IntRange(min = 1, max = 40) int earlierGap,
      @ForAll @IntRange(min = 1, max = 40) int gap,
      @ForAll @IntRange(min = 0, max = 300) int second) {
    List<Session> gold = sessions(before, earlierGap);
    TouchedWindows touched = touched(gap, Set.of(new Event(1, second)), gold);
    List<String> computed;
    try {
      computed = computed(query(COUNTS, gap(gap)), gold, after, touched);
    } catch (PipelineExecutionException e) {
      assertThat(e.getCause(), is(instanceOf(SessionsOutOfStepException.class)));
      Statistics.label("outcome").collect("refused");
      return;
    }
    Statistics.label("outcome")
        .collect("computed")
        .coverage(coverage -> coverage.check("computed").percentage(share -> share > 30));
    List<Session> stay = stay(gold, touched);
    Predicate<Event> isInGold = event -> stay.stream().anyMatch(each -> each.holds(event));
    Predicate<Event> isRead =
        event ->
            touched.eventTimeRanges().stream()
                .anyMatch(range -> range.from() <= event.micros() && event.micros() < range.to());
    List<Event> expected = after.stream().filter(isRead.and(isInGold.negate())).toList();
    for (Event event : after) {
      if (gold.stream().anyMatch(each -> each.holds(event)) && isInGold.negate().test(event)) {
        assertThat(event + " was in gold and is read", isRead.test(event), is(true));
      }
    }
    assertThat(
        computed.stream().sorted().toList(),
        is(sessions(expected, gap).stream().map(Session::text).sorted().toList()));
  }

  /** What gold says of it is not touched, be it right or wrong. */
  @ParameterizedTest
  @ValueSource(strings = {COUNTS, BY_BEAM_SQL})
  void aSessionOfAnotherKeyStays(String sql) {
    List<Session> gold = List.of(session(2, 0, 70, 13), session(1, 5, 15, 99));
    List<Event> silver = new ArrayList<>();
    for (int second = 0; second <= 60; second += 5) {
      silver.add(new Event(2, second));
    }
    Event late = new Event(2, 65);
    silver.add(late);
    silver.add(new Event(1, 5));
    TouchedWindows touched = touched(10, List.of(late), gold);
    assertThat(
        goldAfter(query(sql, gap(10)), gold, silver, touched),
        is(List.of(session(2, 0, 75, 14).text(), session(1, 5, 15, 99).text())));
  }

  @Test
  void aSessionThatSilverWouldNotGiveIsToldOf() {
    List<Session> gold = List.of(session(2, 50, 58, 1), session(3, 40, 61, 1));
    List<Event> silver = List.of(new Event(2, 55), new Event(2, 61));
    TouchedWindows touched = touched(20, List.of(silver.get(1)), gold);
    PipelineExecutionException refused =
        assertThrows(
            PipelineExecutionException.class,
            () -> computed(query(COUNTS, gap(20)), gold, silver, touched));
    assertThat(refused.getCause(), is(instanceOf(SessionsOutOfStepException.class)));
    assertThat(refused.getCause().getMessage(), containsString("currency=c0, points=2"));
  }

  /** It could be reached by a row at the end of what is read, which gold does not hold. */
  @Test
  void aSessionRightAfterWhatIsReadIsSeen() {
    List<Session> gold = List.of(session(2, 45, 60, 1));
    List<Event> silver = List.of(new Event(2, 39), new Event(2, 50));
    TouchedWindows touched = touched(10, List.of(new Event(1, 25)), gold);
    assertThat(touched.eventTimeRanges(), is(List.of(new TimeRange(20_000_000, 40_000_000))));
    PipelineExecutionException refused =
        assertThrows(
            PipelineExecutionException.class,
            () -> computed(query(COUNTS, gap(10)), gold, silver, touched));
    assertThat(refused.getCause(), is(instanceOf(SessionsOutOfStepException.class)));
    assertThat(
        refused.getCause().getMessage(),
        containsString("from 1970-01-01T00:00:45Z to 1970-01-01T00:01:00Z"));
  }

  /** Gold has whole numbers of 64 bits where silver has 32, and names of its own. */
  @Test
  void keysAreComparedAsSilverHasThem() {
    WindowedQuery query =
        query(
            "SELECT due AS gift, quantity AS due, COUNT(*) AS n, gift AS quantity FROM orders"
                + " GROUP BY gift, due, quantity",
            gap(10));
    TouchedWindowsBuilder builder = TouchedWindows.builder(gap(10));
    builder.add(0);
    TouchedWindows touched =
        builder.build().closeByKey(List.of(new TimeRange(15_000_000, 30_000_000)));
    Map<String, Object> late =
        order("quantity", -7, "gift", true, "due", 12, "ordered_at", 25_000_000L);
    Map<String, Object> first = order("quantity", -7, "gift", false, "due", 12, "ordered_at", 1L);
    Map<String, Object> kept = new LinkedHashMap<>();
    kept.put("window_start", 22_000_000L);
    kept.put("window_end", 35_000_000L);
    kept.put("quantity", true);
    kept.put("gift", 12);
    kept.put("due", -7L);
    byte[] row = SqlRows.encoded(query.sessionSchema(), kept);
    List<byte[]> blocks = new ArrayList<>();
    RowFeed feed = query.sessionFeed(touched);
    feed.add(row, 0, row.length, blocks::add);
    feed.flush(blocks::add);
    assertThat(blocks, hasSize(1));
    assertThat(
        finished(query, touched, List.of(List.of(late, first)), blocks),
        is(List.of("1970-01-01T00:00:00Z 1970-01-01T00:00:10Z 1970-01-13 -7 1 false")));
  }

  @Test
  void keysThatGoldDoesNotHoldAsSilverDoesAreNotTold() {
    for (String sql :
        List.of(
            "SELECT COUNT(*) AS n FROM orders GROUP BY currency",
            "SELECT DISTINCT currency, COUNT(*) AS n FROM orders GROUP BY currency",
            "SELECT amount, COUNT(*) AS n FROM orders GROUP BY amount",
            "SELECT paid_at, COUNT(*) AS n FROM orders GROUP BY paid_at",
            "SELECT UPPER(currency) AS c, COUNT(*) AS n FROM orders GROUP BY UPPER(currency)",
            "SELECT currency, COUNT(*) AS n FROM orders GROUP BY currency HAVING COUNT(*) > 1")) {
      assertThat(sql, query(sql, gap(10)).tellsSessionsApart(), is(false));
    }
    assertThat(query(COUNTS, gap(10)).tellsSessionsApart(), is(true));
    assertThat(query(BY_BEAM_SQL, gap(10)).tellsSessionsApart(), is(true));
    assertThat(
        query(COUNTS, WindowSpec.tumbling(Duration.ofHours(1))).tellsSessionsApart(), is(false));
  }

  @Test
  void whatStaysMustBeGiven() {
    TouchedWindows touched = touched(10, List.of(new Event(1, 5)), List.of());
    assertThrows(
        IllegalArgumentException.class,
        () -> Orders.gold(query(COUNTS, gap(10)), List.of(new Event(1, 5).row()), touched));
  }
}
