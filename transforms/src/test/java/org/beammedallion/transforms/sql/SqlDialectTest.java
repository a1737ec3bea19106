package org.beammedallion.transforms.sql;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.lessThan;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.junit.jupiter.api.Test;

class SqlDialectTest {

  private static final int QUERIES = 100;

  /** What belongs to a query is garbage when it is planned: a driver plans them for months. */
  @Test
  void plannersOfEarlierQueriesAreForgotten() {
    List<WeakReference<Schema>> schemas = new ArrayList<>();
    for (int query = 0; query < QUERIES; query++) {
      Schema schema = Schema.builder().addInt64Field("n").addStringField("s" + query).build();
      SqlDialect.plan("SELECT n, COUNT(*) AS c FROM t GROUP BY n", "t", schema);
      schemas.add(new WeakReference<>(schema));
    }
    System.gc();
    long held = schemas.stream().filter(schema -> schema.get() != null).count();
    assertThat(held, lessThan(QUERIES / 2L));
  }
}
