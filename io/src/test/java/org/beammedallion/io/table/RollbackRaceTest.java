package org.beammedallion.io.table;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.beammedallion.io.storage.PausedStorage;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.storage.StoredFile;
import org.beammedallion.io.table.CommitRequest.Operation;
import org.beammedallion.io.table.CommitResult.Outcome;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Somebody else commits while a table is rolled back: after the rollback has seen that the files
 * that it brings back are there, and before it commits.
 */
class RollbackRaceTest {

  private static final String APP = "orders/silver";

  @TempDir Path folder;
  private Table table;
  private List<DataFile> second = List.of();

  /** Version 2 has the orders 0 to 20; version 3 has lost the latter half. */
  private void makeThreeVersions(String format) throws IOException {
    table =
        TableFormat.named(format)
            .table(TableDefinition.ofFolder("paused:" + folder + "/silver/orders", Orders.LAYOUT));
    table.commit(CommitRequest.append(Orders.write(table, "first", 0, 10), APP, 1));
    second = Orders.write(table, "second", 10, 20);
    table.commit(CommitRequest.append(second, APP, 2));
    table.commit(CommitRequest.replace(Operation.UPSERT, List.of(), second, 2, APP, 3));
    assertThat(rows(), is(10L));
  }

  private void duringTheRollback(PausedStorage.Action action) {
    PausedStorage.afterStat(second.get(0).uri(table.uri()), action);
  }

  /** Rows of files that are there. */
  private long rows() throws IOException {
    long rows = 0;
    for (DataFile file : table.snapshot().orElseThrow().files()) {
      String uri = file.uri(table.uri());
      assertThat(uri, Storage.of(uri).stat(uri).isPresent(), is(true));
      rows += file.rows();
    }
    return rows;
  }

  private static Instant future() {
    return Instant.now().plus(Duration.ofDays(1));
  }

  private void forgetAndRemove() throws IOException {
    table.maintenance().expire(future(), 1);
    table.maintenance().beginRemoval();
    List<StoredFile> orphans = table.maintenance().orphans(future());
    assertThat(
        orphans.stream().map(StoredFile::uri).toList(), hasItem(second.get(0).uri(table.uri())));
    for (StoredFile orphan : orphans) {
      Storage.of(table.uri()).delete(orphan.uri());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void filesThatAreBeingRemovedAreNotBroughtBack(String format) throws IOException {
    makeThreeVersions(format);
    duringTheRollback(this::forgetAndRemove);
    TableException refused = assertThrows(TableException.class, () -> table.history().rollback(2));
    assertThat(refused.getMessage(), containsString("keeps no version 2"));
    assertThat(rows(), is(10L));
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void filesThatWereBroughtBackAreNotRemoved(String format) throws IOException {
    makeThreeVersions(format);
    table.maintenance().expire(future(), 2);
    table.history().rollback(2);
    table.maintenance().expire(future(), 1);
    table.maintenance().beginRemoval();
    for (StoredFile orphan : table.maintenance().orphans(future())) {
      Storage.of(table.uri()).delete(orphan.uri());
    }
    assertThat(rows(), is(20L));
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void aCompactionInBetweenIsGoneAlongWith(String format) throws IOException {
    makeThreeVersions(format);
    List<DataFile> live = table.snapshot().orElseThrow().files();
    duringTheRollback(() -> table.maintenance().compact(Orders.write(table, "whole", 0, 10), live));
    assertThat(table.history().rollback(2), is(new CommitResult(Outcome.COMMITTED, 5)));
    assertThat(rows(), is(20L));
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void rowsThatComeInBetweenAreNotTakenAway(String format) throws IOException {
    makeThreeVersions(format);
    duringTheRollback(
        () -> table.commit(CommitRequest.append(Orders.write(table, "third", 20, 25), APP, 4)));
    ConcurrentCommitException refused =
        assertThrows(ConcurrentCommitException.class, () -> table.history().rollback(2));
    assertThat(refused.getMessage(), containsString("version 4 came in between"));
    assertThat(rows(), is(15L));
    assertThat(table.history().rollback(2).outcome(), is(Outcome.COMMITTED));
    assertThat(rows(), is(20L));
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void aCompactionOfFilesThatARollbackTookAwayIsRefused(String format) throws IOException {
    makeThreeVersions(format);
    table.history().rollback(2);
    List<DataFile> live = table.snapshot().orElseThrow().files();
    List<DataFile> whole = Orders.write(table, "whole", 0, 20);
    table.history().rollback(3);
    assertThrows(ConcurrentCommitException.class, () -> table.maintenance().compact(whole, live));
    assertThat(rows(), is(10L));
  }
}
