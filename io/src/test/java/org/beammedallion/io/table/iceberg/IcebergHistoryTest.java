package org.beammedallion.io.table.iceberg;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.util.List;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.CommitRequest.Operation;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Orders;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableDefinition;
import org.beammedallion.io.table.TableHistoryContract;
import org.junit.jupiter.api.Test;

class IcebergHistoryTest extends TableHistoryContract {

  @Override
  protected Table open(String uri) {
    return IcebergTable.of(TableDefinition.ofFolder(uri, Orders.LAYOUT));
  }

  @Override
  protected String from(Table table) {
    return SparkTables.iceberg(table.uri());
  }

  /** Rows of that version have numbers of their own. */
  @Test
  void rollsBackAndCompactsATableOfFormatThree() throws IOException {
    Table third =
        IcebergTable.of(
            TableDefinition.ofFolder(folder + "/lake 3/orders", Orders.LAYOUT)
                .withFormatVersion(3));
    third.commit(CommitRequest.append(Orders.write(third, "a", 0, 10), "app", 1));
    List<DataFile> second = Orders.write(third, "b", 10, 20);
    third.commit(CommitRequest.append(second, "app", 2));
    third.commit(CommitRequest.replace(Operation.UPSERT, List.of(), second, 2, "app", 3));
    third.history().rollback(2);
    String count =
        "SELECT COUNT(*), COUNT(DISTINCT _row_id) FROM " + SparkTables.iceberg(third.uri());
    assertThat(SparkTables.rows(count), is(List.of(List.of("20", "20"))));
    third
        .maintenance()
        .compact(Orders.write(third, "whole", 0, 20), third.snapshot().orElseThrow().files());
    assertThat(SparkTables.rows(count), is(List.of(List.of("20", "20"))));
  }
}
