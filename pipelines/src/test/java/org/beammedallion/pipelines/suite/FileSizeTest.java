package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import java.nio.file.Path;
import org.beammedallion.fixtures.DataSet;
import org.beammedallion.fixtures.orders.OrdersGenerator;
import org.beammedallion.fixtures.orders.OrdersSpec;
import org.beammedallion.fixtures.spark.SparkTables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A load over many partitions does not become a heap of small files. */
class FileSizeTest {

  private static final int DAYS = 200;

  @TempDir Path folder;

  @Test
  void writesOneFileForEachSmallPartition() throws Exception {
    DataSet data =
        OrdersGenerator.write(
            OrdersSpec.of(150_000).withFiles(2).withDays(DAYS), folder.resolve("input"));
    // So many bundles that each would write a file for every day.
    String before = System.getProperty("spark.default.parallelism");
    System.setProperty("spark.default.parallelism", "16");
    try {
      Lake lake = new Lake(folder.resolve("lake"));
      lake.cycle(data.pipeline(), Runner.SPARK);
      String silver = lake.table("silver", "orders");
      long days =
          Long.parseLong(
              SparkTables.rows("SELECT count(DISTINCT ordered_at_day) FROM " + silver)
                  .get(0)
                  .get(0));
      long files = SparkTables.filesRead("SELECT * FROM " + silver);
      assertThat(days >= DAYS, is(true));
      assertThat("files for " + days + " days", files, is(lessThanOrEqualTo(days + days / 10)));
    } finally {
      if (before == null) {
        System.clearProperty("spark.default.parallelism");
      } else {
        System.setProperty("spark.default.parallelism", before);
      }
    }
  }
}
