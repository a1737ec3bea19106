package org.beammedallion.io.progress;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.beammedallion.io.progress.MemoryStorage.Counts;
import org.junit.jupiter.api.Test;

/** Completed cycles move into the history, and nothing that the log answers changes. */
class RollUpTest {

  private static final String ROOT = "memory:/lake/_medallion/orders";
  private static final int FILES = 10;
  private static final Instant TIME = Instant.parse("2026-11-01T08:00:00Z");

  private static String name(long cycle, int file) {
    return String.format("memory:/source/%08d-%02d.jsonl", cycle, file);
  }

  private static CyclePlan plan(long cycle) {
    List<Shard> shards = new ArrayList<>();
    for (int file = 0; file < FILES; file++) {
      shards.add(new FileShard(file, name(cycle, file), 700 + cycle % 97, TIME, 0, 700));
    }
    return new CyclePlan("orders", cycle, TIME, "1.0.0", 4, shards, List.of(), List.of(), Map.of());
  }

  private static Map<String, Object> ledger(long cycle) {
    return Map.of("cycle", cycle, "read", cycle * 31, "gold", List.of("a", "b", "c"));
  }

  /** What a driver asks of the log where nothing is new. */
  private static void idle(MemoryStorage storage, long last) throws IOException {
    ProgressLog log = ProgressLog.of(ROOT, storage);
    assertThat(log.newestPlanned().orElse(0), is(last));
    assertThat(last == 0 || log.isCompleted(last), is(true));
    try (TakenFiles.Lookup lookup = log.takenFiles(last).lookup()) {
      for (int file = 0; file < FILES; file++) {
        assertThat(lookup.find(name(last, file)) == null, is(last == 0));
        assertThat(lookup.find(name(last + 1, file)) == null, is(true));
      }
    }
  }

  /**
   * A small cycle, after a look that finds nothing new.
   *
   * @return what the look took
   */
  private static Counts run(MemoryStorage storage, long cycle) throws IOException {
    Counts before = storage.counts();
    idle(storage, cycle - 1);
    Counts looked = storage.counts().minus(before);
    ProgressLog log = ProgressLog.of(ROOT, storage);
    log.putPlan(plan(cycle));
    log.putAttempt(new Attempt(cycle, 1, "owner", "host", 1, "start", TIME));
    for (String table : List.of("silver.o", "gold.a", "gold.b", "gold.c")) {
      log.putStaged(cycle, table, 1, ledger(cycle), LogFiles.JSON, Map.class);
    }
    log.complete(cycle, ledger(cycle));
    log.rollUp(plan(cycle), () -> {});
    return looked;
  }

  private static void requireSame(Counts early, Counts late) {
    assertThat((double) late.requests() / early.requests(), closeTo(1, 0.1));
    assertThat((double) late.bytes() / early.bytes(), closeTo(1, 0.1));
  }

  private static void requireAll(MemoryStorage storage, long last) throws IOException {
    idle(storage, last);
    ProgressLog log = ProgressLog.of(ROOT, storage);
    List<Long> read = new ArrayList<>();
    log.ledgers(
        1,
        Long.MAX_VALUE,
        JsonNode.class,
        (cycle, ledger) -> {
          assertThat(ledger.get("read").asLong(), is(cycle * 31));
          read.add(cycle);
        });
    assertThat((long) read.size(), is(last));
    Map<String, TakenFile> taken = new TreeMap<>();
    log.takenFiles(last).forEach(taken::put);
    assertThat((long) taken.size(), is(last * FILES));
    assertThat(taken.get(name(1, 0)), is(new TakenFile(701, TIME)));
  }

  @Test
  void aKillAtAnyWriteOrDeleteLosesNothing() throws IOException {
    killAtEachChangeOf(75, 60);
  }

  /** Twenty segments become one. */
  @Test
  void aKillAtAnyWriteOrDeleteOfAMergeLosesNothing() throws IOException {
    killAtEachChangeOf(1025, 120);
  }

  /**
   * @param cycle that rolls up
   * @param often so many kills, after one of which cycles go on until the next roll-up
   */
  private static void killAtEachChangeOf(long cycle, int often) throws IOException {
    MemoryStorage before = new MemoryStorage();
    for (long earlier = 1; earlier < cycle; earlier++) {
      run(before, earlier);
    }
    MemoryStorage whole = new MemoryStorage(before);
    run(whole, cycle);
    assertThat(whole.changes() > 300, is(true));
    // Below 7 the cycle is not complete. Of the many deletes one in three is enough.
    for (long change = 7; change < whole.changes(); change += change < 60 ? 1 : 3) {
      MemoryStorage killed = new MemoryStorage(before);
      killed.failAt(change);
      assertThrows(IOException.class, () -> run(killed, cycle));
      MemoryStorage after = new MemoryStorage(killed);
      requireAll(after, cycle);
      long last = change % often == 30 ? cycle + 75 : cycle + 1;
      for (long next = cycle + 1; next <= last; next++) {
        run(after, next);
      }
      requireAll(after, last);
    }
  }

  /** 100,000 cycles with {@code -Dcycles=100000}. */
  @Test
  void aCycleCostsTheSameAfterALongHistory() throws IOException {
    long cycles = Long.getLong("cycles", 10_000);
    MemoryStorage storage = new MemoryStorage();
    List<Counts> idle = new ArrayList<>();
    List<Counts> small = new ArrayList<>();
    for (int tenth = 0; tenth < 10; tenth++) {
      Counts looked = new Counts(0, 0);
      Counts before = storage.counts();
      for (long cycle = tenth * cycles / 10 + 1; cycle <= (tenth + 1) * cycles / 10; cycle++) {
        looked = looked.plus(run(storage, cycle));
      }
      idle.add(looked);
      small.add(storage.counts().minus(before).minus(looked));
    }
    System.out.printf(
        "%d cycles. Idle, by tenths: %s; small: %s; at the end %s%n",
        cycles, idle, small, storage.byFolder());
    assertThat(storage.size(), is(lessThan(1000)));
    // In the first tenth there is hardly a history.
    requireSame(idle.get(1), idle.get(9));
    requireSame(small.get(1), small.get(9));
    requireAll(storage, cycles);
  }

  /** A rollback claims the number of the next cycle, and plans nothing. */
  @Test
  void aCycleThatWasOnlyClaimedCanBePlanned() throws IOException {
    MemoryStorage storage = new MemoryStorage();
    run(storage, 1);
    ProgressLog log = ProgressLog.of(ROOT, storage);
    log.putAttempt(new Attempt(2, 1, "rollback", "host", 1, "start", TIME));
    log.putPlan(plan(2));
    assertThat(log.newestPlanned().orElse(0), is(2L));
  }

  @Test
  void aCycleWhosePlanIsLostIsNotPlannedAgain() throws IOException {
    for (String work : List.of("staged", "ledgers")) {
      MemoryStorage storage = new MemoryStorage();
      run(storage, 1);
      ProgressLog log = ProgressLog.of(ROOT, storage);
      if (work.equals("staged")) {
        log.putStaged(2, "silver.o", 1, ledger(2), LogFiles.JSON, Map.class);
      } else {
        log.complete(2, ledger(2));
      }
      assertThat(
          assertThrows(DamagedLogException.class, () -> log.putPlan(plan(2))).getMessage(),
          allOf(
              containsString("plans/0000000002.json' of the progress log is missing"),
              containsString("Restore it")));
    }
  }

  @Test
  void earlierVersionsFindATextWhereTheyExpectAnObject() throws IOException {
    MemoryStorage storage = new MemoryStorage();
    for (long cycle = 1; cycle <= 75; cycle++) {
      run(storage, cycle);
    }
    for (String kind : List.of("plans", "taken")) {
      String newest =
          storage.listDirect(ROOT + "/" + kind).stream().reduce((a, b) -> b).orElseThrow().uri();
      assertThat(newest, is(ROOT + "/" + kind + "/9999999999.json"));
      assertThat(LogFiles.JSON.readTree(storage.objects().get(newest)).isTextual(), is(true));
    }
    assertThat(
        LogFiles.JSON.readTree(storage.objects().get(ROOT + "/rollback.json")).isTextual(),
        is(true));
  }

  @Test
  void refusesANewerFormat() {
    MemoryStorage storage = new MemoryStorage();
    storage
        .objects()
        .put(
            ROOT + "/format.json",
            String.format("{\"format\": %d}", LakeFormat.NEWEST + 1)
                .getBytes(java.nio.charset.StandardCharsets.UTF_8));
    assertThat(
        assertThrows(NewerFormatException.class, () -> ProgressLog.of(ROOT, storage)).getMessage(),
        allOf(
            containsString("format " + (LakeFormat.NEWEST + 1)),
            containsString("Nothing was changed")));
  }

  /**
   * Whatever file is lost, empty or cut off: the log names it and its repair, or does not need it;
   * it never gives a wrong answer, and takes no file of the source twice or never.
   */
  @Test
  void namesADamagedFileAndItsRepairOrDoesNotNeedIt() throws IOException {
    long last = 130;
    MemoryStorage whole = new MemoryStorage();
    for (long cycle = 1; cycle <= last; cycle++) {
      run(whole, cycle);
    }
    Set<String> named = new TreeSet<>();
    for (String uri : whole.objects().keySet()) {
      byte[] content = whole.objects().get(uri);
      for (int length : new int[] {-1, 0, content.length / 2}) {
        MemoryStorage damaged = new MemoryStorage(whole);
        if (length < 0) {
          damaged.objects().remove(uri);
        } else {
          damaged.objects().put(uri, Arrays.copyOf(content, length));
        }
        try {
          resume(damaged, last);
          requireAll(damaged, last);
          run(damaged, last + 1);
          requireAll(damaged, last + 1);
        } catch (DamagedLogException e) {
          String folder = uri.substring(0, uri.lastIndexOf('/'));
          assertThat(
              uri + " of " + length + " bytes",
              e.getMessage(),
              anyOf(
                  containsString(uri),
                  containsString(folder + "' of the progress log has no file with")));
          assertThat(
              e.getMessage(),
              anyOf(containsString("estore "), containsString("elete "), containsString("emove ")));
          String kind = uri.substring(ROOT.length()).replaceAll("/(?!0*(1|51)-)\\d{10}.*", "");
          named.add(kind + (length < 0 ? " lost" : length == 0 ? " empty" : " cut"));
        }
      }
    }
    assertThat(
        named,
        hasItems(
            "/attempts cut",
            "/attempts empty",
            "/format.json cut",
            "/format.json empty",
            "/history/0000000001-0000000050.cycles cut",
            "/history/0000000001-0000000050.cycles empty",
            "/history/0000000001-0000000050.cycles lost",
            "/history/0000000051-0000000100.cycles cut",
            "/history/0000000051-0000000100.cycles empty",
            "/history/0000000051-0000000100.cycles lost",
            "/ledgers cut",
            "/ledgers empty",
            "/ledgers lost",
            "/names cut",
            "/names empty",
            "/names lost",
            "/plans cut",
            "/plans empty",
            "/plans lost",
            "/staged cut",
            "/staged empty"));
  }

  /** What a driver does that finds a cycle, complete or not. */
  private static void resume(MemoryStorage storage, long cycle) throws IOException {
    ProgressLog log = ProgressLog.of(ROOT, storage);
    if (log.newestPlanned().orElse(0) < cycle) {
      // Its plan is lost: a driver would plan a cycle of its number again.
      log.putPlan(plan(cycle));
    }
    assertThat(log.plan(cycle), is(plan(cycle)));
    log.newestAttempt(cycle).ifPresent(attempt -> assertThat(attempt.cycle(), is(cycle)));
    for (String table : List.of("silver.o", "gold.a", "gold.b", "gold.c")) {
      Map<?, ?> staged = log.staged(cycle, table, LogFiles.JSON, Map.class).orElse(ledger(cycle));
      assertThat(((Number) staged.get("cycle")).longValue(), is(cycle));
    }
    if (!log.isCompleted(cycle)) {
      log.complete(cycle, ledger(cycle));
    }
  }
}
