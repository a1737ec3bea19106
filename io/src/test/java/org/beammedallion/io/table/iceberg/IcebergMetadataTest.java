package org.beammedallion.io.table.iceberg;

import static org.beammedallion.fixtures.spark.SparkTables.iceberg;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.TableProperties;
import org.beammedallion.io.storage.StoredFile;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Orders;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableDefinition;
import org.beammedallion.io.table.TableException;
import org.beammedallion.io.table.TableFixture;
import org.beammedallion.io.table.TableLayout;
import org.beammedallion.io.table.iceberg.catalog.FolderTableOperations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of metadata: which are kept, and what is known without them. */
class IcebergMetadataTest extends TableFixture {

  @Override
  protected Table open(String uri, TableLayout layout) {
    return IcebergTable.of(TableDefinition.ofFolder(uri, layout));
  }

  @Override
  protected String from(Table table) {
    return iceberg(table.uri());
  }

  @Test
  void remembersCyclesWhenSnapshotsHaveExpired() throws IOException {
    append(0, 10, 1);
    table.commit(
        CommitRequest.append(Orders.write(table, "other", 10, 20), "other", 1)
            .withMetrics(Map.of("read", "12")));
    assertThat(
        IcebergTableTest.load(table).currentSnapshot().summary().get("medallion.read"), is("12"));
    IcebergTableTest.load(table)
        .expireSnapshots()
        .expireOlderThan(Long.MAX_VALUE)
        .retainLast(1)
        .commit();
    assertThat(table.lastCycle(APP), is(OptionalLong.of(1)));
    CommitRequest again = CommitRequest.append(Orders.write(table, "again", 0, 10), APP, 1);
    assertThat(table.commit(again).alreadyCommitted(), is(true));
    // And the other way round: the snapshots know, should the property be lost.
    IcebergTableTest.load(table).updateProperties().remove("medallion.last-cycle.other").commit();
    assertThat(table.lastCycle("other"), is(OptionalLong.of(1)));
    sparkSeesOrders(0, 20);
  }

  @Test
  void findsItsVersionWithoutTheHint() throws IOException {
    append(0, 10, 1);
    append(10, 20, 2);
    Path hint = Path.of(table.uri(), "metadata", "version-hint.text");
    Files.writeString(hint, "1");
    assertThat(snapshot().version(), is(2L));
    Files.delete(hint);
    append(20, 30, 3);
    assertThat(Files.readString(hint), is("4"));
    sparkSeesOrders(0, 30);
  }

  private List<Integer> metadataVersions() throws IOException {
    try (var files = Files.list(Path.of(table.uri(), "metadata"))) {
      return files
          .flatMapToInt(
              file -> FolderTableOperations.versionOf(file.getFileName().toString()).stream())
          .sorted()
          .boxed()
          .toList();
    }
  }

  private void keepOnly(int versions, boolean deleteAfterCommit) {
    IcebergTableTest.load(table)
        .updateProperties()
        .set(TableProperties.METADATA_PREVIOUS_VERSIONS_MAX, Integer.toString(versions))
        .set(
            TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED,
            Boolean.toString(deleteAfterCommit))
        .commit();
  }

  @Test
  void removesOldMetadataWithEachCommitWhereTheTableAsksForIt() throws IOException {
    append(0, 10, 1);
    keepOnly(2, true);
    for (int cycle = 2; cycle <= 6; cycle++) {
      append((cycle - 1) * 10, cycle * 10, cycle);
    }
    assertThat(metadataVersions(), is(List.of(6, 7, 8)));
    assertThat(table.history().snapshot(1).rows(), is(10L));
    sparkSeesOrders(0, 60);
  }

  @Test
  void maintenanceRemovesMetadataThatTheLatestDoesNotRemember() throws IOException {
    append(0, 10, 1);
    keepOnly(2, false);
    for (int cycle = 2; cycle <= 11; cycle++) {
      append((cycle - 1) * 10, cycle * 10, cycle);
    }
    Instant now = Instant.now();
    assertThat(table.maintenance().orphans(now.minusSeconds(3600)), is(List.of()));
    List<String> names =
        table.maintenance().orphans(now.plusSeconds(60)).stream().map(StoredFile::name).toList();
    List<String> expected = new ArrayList<>();
    for (int version = 1; version <= 10; version++) {
      expected.add("v" + version + ".metadata.json");
    }
    assertThat("the oldest goes first", names, is(expected));
    for (String name : names) {
      Files.delete(Path.of(table.uri(), "metadata", name));
    }
    append(110, 120, 12);
    sparkSeesOrders(0, 120);
  }

  /** It read version 2, and version 3 is there no more. */
  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void whoSleptWhileMetadataWasRemovedLosesNothing(int kept) throws IOException {
    append(0, 10, 1);
    BaseTable sleeper = IcebergTableTest.load(table);
    List<DataFile> files = Orders.write(table, "late", 60, 70);
    keepOnly(kept, true);
    for (int cycle = 2; cycle <= 6; cycle++) {
      append((cycle - 1) * 10, cycle * 10, cycle);
    }
    assertThat(metadataVersions().get(0), is(8 - kept));
    new IcebergCommit(sleeper, Orders.LAYOUT, CommitRequest.append(files, "late", 1)).run();
    assertThat(metadataVersions().get(0), is(9 - kept));
    sparkSeesOrders(0, 70);
  }

  @ParameterizedTest
  @ValueSource(strings = {"snap-.*\\.avro", ".*-m0\\.avro"})
  void refusesManifestsThatAreDamaged(String name) throws IOException {
    append(0, 10, 1);
    append(10, 20, 2);
    List<Path> manifests;
    try (var files = Files.list(Path.of(table.uri(), "metadata"))) {
      manifests = files.filter(file -> file.getFileName().toString().matches(name)).toList();
    }
    assertThat(manifests.isEmpty(), is(false));
    for (Path manifest : manifests) {
      Files.write(manifest, Arrays.copyOf(Files.readAllBytes(manifest), 40));
    }
    assertThat(
        assertThrows(TableException.class, open(table.uri(), table.layout())::snapshot)
            .getMessage(),
        containsString("cannot be read"));
  }
}
