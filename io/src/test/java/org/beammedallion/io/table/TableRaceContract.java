package org.beammedallion.io.table;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.beammedallion.io.table.CommitRequest.Operation;
import org.beammedallion.io.table.CommitResult.Outcome;
import org.junit.jupiter.api.Test;

/** Writers that commit to one table at once. Spark SQL is the judge. */
public abstract class TableRaceContract extends TableFixture {

  /** Runs the calls at one moment, each in a thread of its own. */
  private static <T> List<T> race(List<Callable<T>> calls) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(calls.size());
    CyclicBarrier start = new CyclicBarrier(calls.size());
    try {
      List<Callable<T>> together = new ArrayList<>();
      for (Callable<T> call : calls) {
        together.add(
            () -> {
              start.await();
              return call.call();
            });
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : pool.invokeAll(together)) {
        results.add(future.get());
      }
      return results;
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void manyThreadsOfOneCycleCommitOnce() throws Exception {
    for (int cycle = 1; cycle <= 4; cycle++) {
      List<Callable<Outcome>> calls = new ArrayList<>();
      for (int thread = 0; thread < 6; thread++) {
        CommitRequest request =
            CommitRequest.append(
                Orders.write(table, "race-" + cycle + "-" + thread, (cycle - 1) * 50, cycle * 50),
                APP,
                cycle);
        calls.add(() -> again().commit(request).outcome());
      }
      List<Outcome> outcomes = new ArrayList<>(race(calls));
      outcomes.sort(null);
      List<Outcome> expected = new ArrayList<>(List.of(Outcome.COMMITTED));
      for (int thread = 1; thread < 6; thread++) {
        expected.add(Outcome.ALREADY_COMMITTED);
      }
      assertThat(outcomes, is(expected));
    }
    sparkSeesOrders(0, 200);
  }

  @Test
  void appendsOfSeveralApplicationsAllLand() throws Exception {
    List<Callable<Long>> calls = new ArrayList<>();
    for (int thread = 0; thread < 6; thread++) {
      CommitRequest request =
          CommitRequest.append(
              Orders.write(table, "app-" + thread, thread * 20, thread * 20 + 20),
              "app-" + thread,
              1);
      calls.add(() -> again().commit(request).version());
    }
    assertThat(new HashSet<>(race(calls)), is(Set.of(1L, 2L, 3L, 4L, 5L, 6L)));
    sparkSeesOrders(0, 120);
  }

  @Test
  void changeComputedOnAnOldVersionIsRefused() throws IOException {
    append(0, 10, 1);
    TableSnapshot read = snapshot();
    append(10, 20, 2);
    List<DataFile> fresh = Orders.write(table, "fresh", 0, 10);
    CommitRequest stale =
        CommitRequest.replace(Operation.UPSERT, fresh, read.files(), read.version(), "upserts", 1);
    String message =
        assertThrows(ConcurrentCommitException.class, () -> table.commit(stale)).getMessage();
    assertThat(message, containsString("computed on version 1"));
    // An upsert that found nothing to replace may still have missed the rows that came meanwhile.
    CommitRequest insertOnly =
        CommitRequest.replace(
            Operation.UPSERT, fresh, List.of(), CommitRequest.NO_TABLE, "upserts", 1);
    assertThrows(ConcurrentCommitException.class, () -> table.commit(insertOnly));
    assertThat(table.lastCycle("upserts"), is(OptionalLong.empty()));
    sparkSeesOrders(0, 20);
  }

  @Test
  void ofRacingChangesOnOneVersionOneLands() throws Exception {
    append(0, 10, 1);
    TableSnapshot read = snapshot();
    List<Callable<Boolean>> calls = new ArrayList<>();
    for (int thread = 0; thread < 5; thread++) {
      CommitRequest request =
          CommitRequest.replace(
              Operation.UPSERT,
              Orders.write(table, "up-" + thread, 0, 10),
              read.files(),
              read.version(),
              "app-" + thread,
              1);
      calls.add(
          () -> {
            try {
              return again().commit(request).outcome() == Outcome.COMMITTED;
            } catch (ConcurrentCommitException e) {
              return false;
            }
          });
    }
    assertThat(race(calls).stream().filter(landed -> landed).count(), is(1L));
    sparkSeesOrders(0, 10);
  }
}
