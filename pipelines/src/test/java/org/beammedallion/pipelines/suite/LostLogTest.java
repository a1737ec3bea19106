package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import org.beammedallion.io.progress.DamagedLogException;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the progress log is gone and the tables are not, no cycle is taken for done. */
class LostLogTest {

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void aLogThatIsBehindItsTablesIsAnErrorWithAWayOut(String format) throws Exception {
    Shop shop = Shop.open(folder.resolve("shop"), format);
    Lake lake = new Lake(folder.resolve("lake"));
    lake.cycle(shop.pipeline(), Runner.DIRECT);
    shop.secondData();
    lake.cycle(shop.pipeline(), Runner.DIRECT);
    var rows = lake.rows("silver", "orders");
    Files.move(lake.folder().resolve("_medallion"), folder.resolve("log"));
    String message =
        assertThrows(DamagedLogException.class, () -> lake.run(shop.pipeline(), Runner.DIRECT))
            .getMessage();
    assertThat(
        message, containsString("comes to cycle 1, and the table silver.orders has cycle 2"));
    assertThat(message, containsString("remove the pipeline's tables and this folder together"));
    assertThat(lake.rows("silver", "orders"), is(rows));
    Files.move(lake.folder(), folder.resolve("before"));
    assertThat(lake.cycle(shop.pipeline(), Runner.DIRECT).read(), is(5L));
    assertThat(lake.rows("silver", "orders"), is(rows));
  }
}
