package org.beammedallion.transforms.star;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

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
          Field.required("ordered_at", FieldType.TIMESTAMP),
          Field.optional(
              "place",
              new FieldType.ObjectType(RecordSchema.of(Field.optional("town", FieldType.STRING)))),
          Field.optional(
              "tags", new FieldType.ArrayType(Field.optional("element", FieldType.STRING))));

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
        "SELECT o.amount * 2 FROM orders o | Column 1 of the query has no name",
        "SELECT * FROM orders o | name each, without *",
        "SELECT SUM(amount) AS revenue FROM orders | SUM adds rows up",
        "SELECT order_id FROM orders WHERE COUNT(*) > 1 | COUNT adds rows up",
        "SELECT order_id FROM orders WHERE product IN (SELECT product FROM orders) | A subquery inside an expression",
        "SELECT ROW_NUMBER() OVER (PARTITION BY product) AS n FROM orders | OVER is not supported",
        "SELECT CURRENT_DATE AS today FROM orders | gives another value each time",
        "SELECT order_id FROM orders WHERE amuont > 1 | did you mean 'amount'?",
        "SELECT order_id = o.ordr_id AS x FROM orders o | did you mean 'order_id'?",
        "SELECT order_id.x AS x FROM orders o | 'order_id' is no object",
        "SELECT place.twon FROM orders o | did you mean 'town'?",
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
            + " | AS OF takes a timestamp or a date of silver",
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

  private static final String CUSTOMERS =
      " FROM orders o LEFT JOIN dim_customer FOR SYSTEM_TIME AS OF o.ordered_at AS c"
          + " ON c.customer_id = o.customer_id";

  @Test
  void computesExpressions() {
    FactPlan plan =
        plan(
            "SELECT ordered_at, customer_key, amount * 2 AS twice, CAST(amount AS DECIMAL(10, 1)) AS cast_amount,"
                + " COALESCE(c.segment, 'unknown') AS segment, place.town, product > 3 AS late, 'web' AS channel"
                + CUSTOMERS);
    assertThat(
        plan.output(),
        equalTo(
            RecordSchema.of(
                Field.required("ordered_at", FieldType.TIMESTAMP),
                Field.optional("customer_key", FieldType.LONG),
                Field.optional("twice", FieldType.decimal(38, 2)),
                Field.optional("cast_amount", FieldType.decimal(10, 1)),
                Field.required("segment", FieldType.STRING),
                Field.optional("town", FieldType.STRING),
                Field.optional("late", FieldType.BOOLEAN),
                Field.required("channel", FieldType.STRING))));
    assertThat(
        plan.silver().names(),
        equalTo(List.of("ordered_at", "amount", "place", "product", "customer_id")));
    assertThat(
        "what an expression reads of a dimension decides about its facts",
        plan.joins().get(0).rows().names(),
        hasItem("segment"));
  }

  @Test
  void asksOfAConditionWhatItCanBeforeTheJoinAndBeamSqlLast() {
    String select = "SELECT ordered_at, customer_key" + CUSTOMERS + " WHERE ";
    assertThat(
        plan(select + "amount > 10 AND segment = 'business'").expressions(), is(nullValue()));
    FactPlan plan = plan(select + "amount > 10 AND UPPER(segment) = 'BUSINESS'");
    assertThat(plan.expressions(), is(notNullValue()));
    assertThat(plan.expressions().sql(), not(containsString("10")));
  }

  @Test
  void tellsWhichExpressionIsWrong() {
    String select = "SELECT ordered_at, customer_key,\n";
    assertRefusedAt(select + "  NOSUCH(amount) AS x" + CUSTOMERS, 2, 3, "NOSUCH");
    assertRefusedAt(select + " 1 AS x" + CUSTOMERS + "\nWHERE amount > 1 AND NOT place", 3, 22, "");
    assertRefusedAt(select + " CARDINALITY(tags) AS x" + CUSTOMERS, 2, 14, "arrays");
    assertRefusedAt(select + " place || 'x' AS x" + CUSTOMERS, 2, 2, "Text is needed");
    assertRefusedAt(select + " STDDEV_POP(amount) AS x" + CUSTOMERS, 2, 2, "");
    assertRefusedAt(
        select + " valid_to > ordered_at AS x" + CUSTOMERS, 2, 2, "changes when a later");
    assertRefusedAt(
        select + " 1 AS x" + CUSTOMERS + "\nWHERE is_current", 3, 7, "changes when a later");
    assertRefusedAt(
        "SELECT ordered_at, customer_key + 0 AS customer_key" + CUSTOMERS,
        1,
        0,
        "select c.customer_key too");
  }

  private static void assertRefusedAt(String sql, int line, int column, String reason) {
    InvalidQueryException refused =
        Assertions.assertThrows(InvalidQueryException.class, () -> plan(sql));
    assertThat(refused.getMessage(), containsString(reason));
    assertThat(refused.getMessage(), refused.line(), is(line));
    assertThat(refused.getMessage(), refused.column(), column == 0 ? greaterThan(0) : is(column));
  }

  private static void assertRefused(String sql, String reason) {
    InvalidQueryException refused =
        Assertions.assertThrows(InvalidQueryException.class, () -> plan(sql));
    assertThat(refused.getMessage(), containsString(reason));
    assertThat("has a place", refused.line(), is(1));
  }
}
