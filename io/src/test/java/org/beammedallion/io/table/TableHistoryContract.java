package org.beammedallion.io.table;

import static org.beammedallion.fixtures.spark.SparkTables.rows;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.storage.StoredFile;
import org.beammedallion.io.table.CommitRequest.Operation;
import org.beammedallion.io.table.CommitResult.Outcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every table format promises of past versions and of maintenance: no row changes, and no
 * cycle is forgotten. Spark SQL is the judge.
 */
public abstract class TableHistoryContract {

  private static final String APP = "orders/silver";

  @TempDir protected Path folder;
  protected Table table;

  protected abstract Table open(String uri);

  /** What Spark SQL calls the table. */
  protected abstract String from(Table table);

  @BeforeEach
  void openTable() {
    table = open(folder + "/" + place());
  }

  /** The folder below {@link #folder} that the table lies in. */
  protected String place() {
    return "lake 1/orders";
  }

  private static Instant future() {
    return Instant.now().plus(Duration.ofDays(1));
  }

  private List<DataFile> append(int from, int to, long cycle) throws IOException {
    List<DataFile> files = Orders.write(table, "append-" + cycle, from, to);
    assertThat(
        table.commit(CommitRequest.append(files, APP, cycle)).outcome(), is(Outcome.COMMITTED));
    return files;
  }

  private TableSnapshot snapshot() throws IOException {
    return table.snapshot().orElseThrow();
  }

  private void sparkSees(int from, int to) {
    List<String> expected = new ArrayList<>();
    for (int n = from; n < to; n++) {
      expected.add("o-%06d".formatted(n));
    }
    assertThat(
        rows("SELECT order_id FROM " + from(table) + " ORDER BY order_id").stream()
            .map(row -> row.get(0))
            .toList(),
        is(expected));
  }

  /** One file for each of the days, whatever number of files they have. */
  private List<DataFile> compacted(String name, int from, int to) throws IOException {
    return Orders.write(table, name, from, to);
  }

  @Test
  void tellsWhoMadeEachVersionAndWhatCameAndWent() throws IOException {
    assertThat(table.history().versions(), is(empty()));
    append(0, 144, 1);
    List<DataFile> second = append(144, 150, 2);
    table.commit(CommitRequest.replace(Operation.OVERWRITE, List.of(), second, 2, "gold/x", 5));
    List<TableVersion> versions = table.history().versions();
    TableVersion last = versions.get(0);
    assertThat(last.version(), is(3L));
    assertThat(last.origin(), is(new TableVersion.Origin("gold/x", 5)));
    assertThat(
        List.of(last.filesAdded(), last.filesRemoved(), last.rowsAdded(), last.rowsRemoved()),
        is(List.<Object>of(0L, 1L, 0L, 6L)));
    TableVersion first = versions.get(2);
    assertThat(first.version(), is(1L));
    assertThat(first.origin(), is(new TableVersion.Origin(APP, 1)));
    assertThat(
        List.of(first.filesAdded(), first.filesRemoved(), first.rowsAdded(), first.rowsRemoved()),
        is(List.<Object>of(2L, 0L, 144L, 0L)));
    assertThat(first.time().isBefore(last.time()), is(true));
  }

  @Test
  void opensEarlierVersionsByNumberAndByTime() throws Exception {
    append(0, 10, 1);
    Thread.sleep(20);
    Instant between = Instant.now();
    Thread.sleep(20);
    append(10, 20, 2);
    assertThat(table.history().versionAt(between), is(1L));
    assertThat(table.history().versionAt(future()), is(2L));
    assertThat(
        table.history().snapshot(1).files().stream().mapToLong(DataFile::rows).sum(), is(10L));
    TableException early =
        assertThrows(
            TableException.class,
            () -> table.history().versionAt(between.minus(Duration.ofDays(9))));
    assertThat(early.getMessage(), containsString("no version as old as"));
    TableException none = assertThrows(TableException.class, () -> table.history().snapshot(77));
    assertThat(none.getMessage(), containsString("keeps no version 77"));
  }

  @Test
  void rollsBackAndGoesOn() throws IOException {
    append(0, 100, 1);
    List<DataFile> added = append(100, 150, 2);
    table.commit(CommitRequest.replace(Operation.UPSERT, List.of(), added, 2, APP, 3));
    sparkSees(0, 100);
    CommitResult result = table.history().rollback(2);
    assertThat(result, is(new CommitResult(Outcome.COMMITTED, 4)));
    sparkSees(0, 150);
    assertThat(table.history().rollback(1).version(), is(5L));
    sparkSees(0, 100);
    assertThat(table.history().rollback(1), is(new CommitResult(Outcome.EMPTY, 5)));
    // What was committed stays committed; the next cycle goes on.
    assertThat(table.lastCycle(APP), is(OptionalLong.of(3)));
    assertThat(
        table.commit(CommitRequest.append(Orders.write(table, "again", 100, 150), APP, 3)),
        is(new CommitResult(Outcome.ALREADY_COMMITTED, 5)));
    append(100, 120, 4);
    sparkSees(0, 120);
  }

  @Test
  void refusesToRollBackToAFileThatIsGone() throws IOException {
    append(0, 10, 1);
    List<DataFile> added = append(10, 20, 2);
    table.commit(CommitRequest.replace(Operation.UPSERT, List.of(), added, 2, APP, 3));
    Files.delete(Path.of(added.get(0).uri(table.uri())));
    TableException refused = assertThrows(TableException.class, () -> table.history().rollback(2));
    assertThat(refused.getMessage(), containsString("was removed"));
    assertThat(snapshot().version(), is(3L));
    sparkSees(0, 10);
  }

  @Test
  void compactsBesideAppends() throws IOException {
    append(0, 20, 1);
    append(20, 40, 2);
    List<DataFile> small = snapshot().files();
    append(40, 60, 3);
    List<DataFile> whole = compacted("whole", 0, 40);
    assertThat(
        table.maintenance().compact(whole, small), is(new CommitResult(Outcome.COMMITTED, 4)));
    sparkSees(0, 60);
    assertThat(snapshot().files(), hasSize(2));
    assertThat(table.lastCycle(APP), is(OptionalLong.of(3)));
    assertThat(table.history().versions().get(0).origin() == null, is(true));
    append(60, 70, 4);
    sparkSees(0, 70);
  }

  @Test
  void compactsNothingWhoseFilesHaveGone() throws IOException {
    append(0, 20, 1);
    List<DataFile> small = snapshot().files();
    table.commit(
        CommitRequest.replace(
            Operation.UPSERT, Orders.write(table, "new", 0, 30), small, 1, APP, 2));
    List<DataFile> whole = compacted("whole", 0, 20);
    assertThrows(ConcurrentCommitException.class, () -> table.maintenance().compact(whole, small));
    sparkSees(0, 30);
  }

  @Test
  void compactsWhileOthersAppend() throws Exception {
    append(0, 10, 1);
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try {
      Future<?> appending =
          pool.submit(
              () -> {
                for (int cycle = 2; cycle <= 12; cycle++) {
                  append((cycle - 1) * 10, cycle * 10, cycle);
                }
                return null;
              });
      int compactions = 0;
      while (!appending.isDone() || compactions == 0) {
        TableSnapshot read = snapshot();
        int rows = read.files().stream().mapToInt(file -> (int) file.rows()).sum();
        table.maintenance().compact(compacted("round-" + compactions++, 0, rows), read.files());
      }
      appending.get();
    } finally {
      pool.shutdownNow();
    }
    sparkSees(0, 120);
    assertThat(table.lastCycle(APP), is(OptionalLong.of(12)));
  }

  @Test
  void forgetsOldVersionsButNoCycle() throws IOException {
    for (int cycle = 1; cycle <= 14; cycle++) {
      append((cycle - 1) * 5, cycle * 5, cycle);
    }
    assertThat(table.maintenance().expire(Instant.now().minusSeconds(3600), 1), is(0));
    int versions = table.history().versions().size();
    assertThat(table.maintenance().expirable(future(), 3), hasSize(versions - 3));
    assertThat(table.maintenance().expire(future(), 3), is(versions - 3));
    assertThat(
        table.history().versions().stream().map(TableVersion::version).toList(),
        is(List.of(14L, 13L, 12L)));
    assertThat(
        table.history().snapshot(12).files().stream().mapToLong(DataFile::rows).sum(), is(60L));
    assertThrows(TableException.class, () -> table.history().snapshot(11));
    assertThrows(TableException.class, () -> table.history().rollback(11));
    assertThat(table.maintenance().expire(future(), 1), is(2));
    sparkSees(0, 70);
    for (long cycle = 1; cycle <= 14; cycle++) {
      assertThat(
          table
              .commit(CommitRequest.append(Orders.write(table, "again", 0, 5), APP, cycle))
              .outcome(),
          is(Outcome.ALREADY_COMMITTED));
    }
    append(70, 80, 15);
    sparkSees(0, 80);
  }

  @Test
  void findsWhatNoKeptVersionRefersTo() throws IOException {
    append(0, 10, 1);
    List<DataFile> replaced = append(10, 20, 2);
    Orders.write(table, "staged", 0, 10);
    table.commit(CommitRequest.replace(Operation.UPSERT, List.of(), replaced, 2, APP, 3));
    assertThat(table.maintenance().orphans(Instant.now().minusSeconds(3600)), is(empty()));
    assertThat(names(table.maintenance().orphans(future())), is(List.of("staged.parquet")));
    table.maintenance().expire(future(), 1);
    List<StoredFile> orphans = table.maintenance().orphans(future());
    assertThat(names(orphans), hasItem("append-2.parquet"));
    assertThat(names(orphans), not(hasItem("append-1.parquet")));
    Storage storage = Storage.of(table.uri());
    for (StoredFile orphan : orphans) {
      storage.delete(orphan.uri());
    }
    sparkSees(0, 10);
    append(10, 30, 4);
    sparkSees(0, 30);
    assertThat(table.history().rollback(3).outcome(), is(Outcome.COMMITTED));
    sparkSees(0, 10);
  }

  /** What a rollback has brought back is not removed with the version that took it away. */
  @Test
  void keepsFilesThatARollbackBroughtBack() throws IOException {
    append(0, 10, 1);
    List<DataFile> files = append(10, 20, 2);
    table.commit(CommitRequest.replace(Operation.UPSERT, List.of(), files, 2, APP, 3));
    table.history().rollback(2);
    table.maintenance().expire(future(), 1);
    Storage storage = Storage.of(table.uri());
    for (StoredFile orphan : table.maintenance().orphans(future())) {
      storage.delete(orphan.uri());
    }
    sparkSees(0, 20);
  }

  @Test
  void looksForNoOrphansWhereALiveFileIsMissing() throws IOException {
    List<DataFile> files = append(0, 10, 1);
    Files.delete(Path.of(files.get(0).uri(table.uri())));
    TableException refused =
        assertThrows(TableException.class, () -> table.maintenance().orphans(future()));
    assertThat(refused.getMessage(), containsString("is not there"));
  }

  private static List<String> names(List<StoredFile> files) {
    return files.stream().map(StoredFile::name).sorted().toList();
  }
}
