package org.beammedallion.transforms.star;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import java.util.List;
import org.beammedallion.quality.pipeline.DimensionSpec;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.sql.InvalidQueryException;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a fact's SQL may say, and why it may not say more. */
class FactQueryTest {

  private static final RecordSchema ORDERS =
      RecordSchema.of(
          Field.required("order_id", FieldType.STRING),
          Field.required("customer_id", FieldType.STRING),
          Field.optional("product", FieldType.INT),
          Field.required("amount", FieldType.decimal(12, 2)),
          Field.required("ordered_at", FieldType.TIMESTAMP));

  private static final DimensionSpec CUSTOMER =
      new DimensionSpec(
          "dim_customer",
          List.of("customer_id"),
          List.of("segment"),
          List.of("segment"),
          "changed_at",
          "customer_key",
          RecordSchema.of(
              Field.required("customer_key", FieldType.LONG),
              Field.required("customer_id", FieldType.STRING),
              Field.optional("segment", FieldType.STRING),
              Field.required("valid_from", FieldType.TIMESTAMP),
              Field.optional("valid_to", FieldType.TIMESTAMP),
              Field.required("is_current", FieldType.BOOLEAN)));

  private static final DimensionSpec PRODUCT =
      new DimensionSpec(
          "dim_product",
          List.of("product_id"),
          List.of("name"),
          List.of(),
          null,
          "product_key",
          RecordSchema.of(
              Field.required("product_key", FieldType.LONG),
              Field.required("product_id", FieldType.LONG),
              Field.optional("name", FieldType.STRING)));

  private static FactPlan plan(String sql) {
    return FactQuery.plan(sql, "orders", ORDERS, 4, List.of(CUSTOMER, PRODUCT));
  }

  @Test
  void readsTheColumnsAndTheJoin() {
    FactPlan plan =
        plan(
            "SELECT o.order_id, c.customer_key, segment AS kind, o.ordered_at AS happened"
                + " FROM orders o LEFT JOIN dim_customer FOR SYSTEM_TIME AS OF o.ordered_at AS c"
                + " ON o.customer_id = c.customer_id");
    assertThat(
        plan.output(),
        equalTo(
            RecordSchema.of(
                Field.required("order_id", FieldType.STRING),
                Field.optional("customer_key", FieldType.LONG),
                Field.optional("kind", FieldType.STRING),
                Field.required("happened", FieldType.TIMESTAMP))));
    assertThat(
        "no other column is read",
        plan.silver().names(),
        equalTo(List.of("ordered_at", "order_id", "customer_id")));
    assertThat(plan.output().names().get(plan.outputTime()), is("happened"));
    FactPlan.Join join = plan.joins().get(0);
    assertThat(join.rows().names().contains("is_current"), is(false));
    assertThat(join.surrogateColumn(), is("customer_key"));
    assertThat(plan.outputOf("order_id"), is("order_id"));
    assertThat(plan.outputOf("customer_id") == null, is(true));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "SELECT COUNT(*) FROM orders GROUP BY product | it knows no DISTINCT, GROUP BY",
        "SELECT o.amount * 2 FROM orders o | takes columns as they are",
        "SELECT * FROM orders o | takes columns as they are",
        "SELECT order_id FROM orders WHERE amount > 1 | leave out WHERE",
        "SELECT order_id FROM orders UNION SELECT order_id FROM orders | made by one SELECT",
        "SELECT order_id FROM (SELECT * FROM orders) | by their names",
        "SELECT order_id, ordered_at FROM orders | joins no dimension; add LEFT JOIN of one of dim_customer",
        "SELECT order_id, ordered_at FROM ordres | which is 'orders'",
        "SELECT order_idd FROM orders | did you mean 'order_id'?",
      })
  void refusesWhatIsNoFact(String sql, String reason) {
    assertRefused(sql, reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "JOIN dim_customer FOR SYSTEM_TIME AS OF ordered_at AS c ON c.customer_id = o.customer_id"
            + " | joined with LEFT JOIN",
        "LEFT JOIN dim_custmer AS c ON c.customer_id = o.customer_id | did you mean 'dim_customer'?",
        "LEFT JOIN dim_customer AS c ON c.customer_id = o.customer_id"
            + " | LEFT JOIN dim_customer FOR SYSTEM_TIME AS OF o.<timestamp> AS c ON",
        "LEFT JOIN dim_customer FOR SYSTEM_TIME AS OF o.amount AS c ON c.customer_id = o.customer_id"
            + " | AS OF takes a timestamp of silver",
        "LEFT JOIN dim_customer FOR SYSTEM_TIME AS OF o.ordered_at AS c ON c.segment = o.customer_id"
            + " | joined by its business key, so ON must compare each of customer_id",
        "LEFT JOIN dim_customer FOR SYSTEM_TIME AS OF o.ordered_at AS c ON c.customer_id > o.customer_id"
            + " | by =, joined by AND",
        "LEFT JOIN dim_customer FOR SYSTEM_TIME AS OF o.ordered_at AS c ON c.custmer_id = o.customer_id"
            + " | did you mean 'customer_id'?",
      })
  void refusesOtherJoins(String join, String reason) {
    assertRefused("SELECT order_id, ordered_at, c.customer_key FROM orders o " + join, reason);
  }

  @Test
  void refusesWhatItCouldNotKeepRight() {
    String join =
        " FROM orders o LEFT JOIN dim_customer FOR SYSTEM_TIME AS OF o.ordered_at AS c"
            + " ON c.customer_id = o.customer_id";
    assertRefused("SELECT order_id, c.customer_key" + join, "select 'ordered_at' too");
    assertRefused("SELECT ordered_at, c.segment" + join, "select c.customer_key too");
    assertRefused("SELECT ordered_at, c.customer_key, c.valid_to" + join, "changes when a later");
    assertRefused("SELECT ordered_at, customer_id" + join, "several tables have a column");
    assertRefused("SELECT ordered_at, amount, order_id AS amount" + join, "called 'amount'");
    assertRefused(
        "SELECT o.ordered_at, p.product_key FROM orders o LEFT JOIN dim_product p ON p.product_id = o.product",
        "of different types");
    assertRefused(
        "SELECT o.ordered_at, p.product_key FROM orders o"
            + " LEFT JOIN dim_product FOR SYSTEM_TIME AS OF o.ordered_at p ON p.product_id = o.product",
        "keeps no history");
  }

  private static void assertRefused(String sql, String reason) {
    InvalidQueryException refused =
        Assertions.assertThrows(InvalidQueryException.class, () -> plan(sql));
    assertThat(refused.getMessage(), containsString(reason));
    assertThat("has a place", refused.line(), is(1));
  }
}
