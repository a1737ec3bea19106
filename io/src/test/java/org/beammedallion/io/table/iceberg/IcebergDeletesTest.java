package org.beammedallion.io.table.iceberg;

import static org.beammedallion.fixtures.spark.SparkTables.iceberg;
import static org.beammedallion.fixtures.spark.SparkTables.rows;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileMetadata;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.io.parquet.read.RowBlock;
import org.beammedallion.io.parquet.read.RowParquetReader;
import org.beammedallion.io.storage.StorageException;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.CommitRequest.Operation;
import org.beammedallion.io.table.ConcurrentCommitException;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Orders;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableDefinition;
import org.beammedallion.io.table.TableException;
import org.beammedallion.io.table.TableFixture;
import org.beammedallion.io.table.TableLayout;
import org.beammedallion.io.table.TableSnapshot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that others deleted without rewriting files. */
class IcebergDeletesTest extends TableFixture {

  @Override
  protected Table open(String uri, TableLayout layout) {
    return IcebergTable.of(TableDefinition.ofFolder(uri, layout));
  }

  @Override
  protected String from(Table table) {
    return iceberg(table.uri());
  }

  /** Orders 0 to 99, of which Spark took some away in two turns, without rewriting files. */
  private void deleteInSpark(String version) throws IOException {
    append(0, 100, 1);
    SparkTables.sql(
        "ALTER TABLE "
            + from()
            + " SET TBLPROPERTIES ('write.delete.mode' = 'merge-on-read', 'format-version' = '"
            + version
            + "')");
    SparkTables.sql("DELETE FROM " + from() + " WHERE order_id LIKE '%7'");
    SparkTables.sql("DELETE FROM " + from() + " WHERE order_id IN ('o-000001', 'o-000099')");
    assertThat(deleteFiles() > 0, is(true));
  }

  private int deleteFiles() {
    return rows("SELECT file_path FROM " + from() + ".delete_files").size();
  }

  private List<String> readHere() throws IOException {
    List<String> orders = new ArrayList<>();
    for (DataFile file : snapshot().files()) {
      long before = orders.size();
      try (RowParquetReader reader =
          RowParquetReader.open(table.uri(), file, Orders.SCHEMA, true)) {
        for (RowBlock block = reader.next(); block != null; block = reader.next()) {
          for (int i = 0; i < block.count(); i++) {
            String order = Orders.ROWS.stringAt(block.bytes(), block.row(i), 0);
            orders.add(order);
            assertThat("where it came from", order, is("o-%06d".formatted(block.position(i))));
          }
        }
      }
      assertThat((long) orders.size() - before, is(file.liveRows()));
    }
    Collections.sort(orders);
    return orders;
  }

  private List<String> readInSpark() {
    return rows("SELECT order_id FROM " + from() + " ORDER BY order_id").stream()
        .map(row -> row.get(0))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"2", "3"})
  void rowsThatOthersDeletedByPositionAreNotThere(String version) throws IOException {
    deleteInSpark(version);
    assertThat(readHere(), is(readInSpark()));
    assertThat(readHere().size(), is(88));
    TableSnapshot read = snapshot();
    table.commit(
        CommitRequest.replace(
            Operation.UPSERT,
            Orders.write(table, "b", 0, 50),
            List.of(read.files().get(0)),
            read.version(),
            APP,
            2));
    assertThat(readHere(), is(readInSpark()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2", "3"})
  void aFileIsNotCompactedThatLostRowsMeanwhile(String version) throws IOException {
    deleteInSpark(version);
    TableSnapshot read = snapshot();
    SparkTables.sql("DELETE FROM " + from() + " WHERE order_id = 'o-000000'");
    List<DataFile> whole = Orders.write(table, "compacted", 0, 100);
    assertThrows(
        ConcurrentCommitException.class, () -> table.maintenance().compact(whole, read.files()));
    assertThat(readHere(), is(readInSpark()));
  }

  @Test
  void refusesDamagedDeletionVectors() throws IOException {
    deleteInSpark("3");
    Path vectors = Path.of(snapshot().files().get(0).deletes().get(0).uri());
    byte[] bytes = Files.readAllBytes(vectors);
    bytes[(int) snapshot().files().get(0).deletes().get(0).offset() + 12] ^= 1;
    Files.write(vectors, bytes);
    assertThat(
        assertThrows(StorageException.class, this::readHere).getMessage(),
        containsString("is damaged"));
  }

  @Test
  void refusesEqualityDeletesByName() throws IOException {
    append(0, 50, 1);
    BaseTable loaded = IcebergTableTest.load(table);
    org.apache.iceberg.DataFile file =
        IcebergCommit.liveTasks(loaded, snapshot().files()).get(0).file();
    loaded
        .newRowDelta()
        .addDeletes(
            FileMetadata.deleteFileBuilder(loaded.spec())
                .ofEqualityDeletes(1)
                .withPath(table.uri() + "/data/equality.parquet")
                .withFormat(FileFormat.PARQUET)
                .withPartition(file.partition())
                .withFileSizeInBytes(10)
                .withRecordCount(1)
                .build())
        .commit();
    String message = assertThrows(TableException.class, table::snapshot).getMessage();
    assertThat(message, containsString("equality deletes"));
    assertThat(message, containsString("rewrite_data_files"));
  }

  @Test
  void asksSparkForCopiesInsteadOfDeleteFiles() throws IOException {
    append(0, 50, 1);
    SparkTables.sql("UPDATE " + from() + " SET status = 'x' WHERE order_id = 'o-000001'");
    assertThat(
        rows("SELECT DISTINCT content FROM " + from() + ".all_files"), is(List.of(List.of("0"))));
  }
}
