package org.beammedallion.transforms.star;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.transforms.Create;
import org.beammedallion.quality.pipeline.DimensionSpec;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.sql.SqlRows;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** What Beam SQL makes of wide rows. */
class ComputeFactsTest {

  private static final RecordSchema ORDERS =
      RecordSchema.of(
          Field.required("order_id", FieldType.STRING),
          Field.optional("amount", FieldType.decimal(12, 2)),
          Field.optional("product", FieldType.INT),
          Field.optional(
              "place",
              new FieldType.ObjectType(RecordSchema.of(Field.optional("town", FieldType.STRING)))),
          Field.required("ordered_at", FieldType.TIMESTAMP));

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
              Field.required("product_id", FieldType.INT),
              Field.optional("name", FieldType.STRING)));

  private static final long TIME = 1_772_359_200_000_007L;

  private static List<String> facts(String query, List<Map<String, Object>> wide) {
    FactPlan plan =
        FactQuery.plan(
            "SELECT ordered_at, product_key, "
                + query.replace(
                    " FROM",
                    " FROM orders AS o LEFT JOIN dim_product AS p ON p.product_id = o.product"),
            "orders",
            ORDERS,
            4,
            List.of(PRODUCT));
    return SqlRows.asText(
        plan.output(),
        pipeline ->
            pipeline
                .apply(
                    Create.of(
                            wide.stream()
                                .map(row -> SqlRows.encoded(plan.wide().schema(), row))
                                .toList())
                        .withCoder(ByteArrayCoder.of()))
                .apply(ComputeFacts.of(plan, Objects.requireNonNull(plan.expressions()))));
  }

  @Test
  void computesBesideColumnsThatStayAsTheyAre() {
    assertThat(
        "microseconds are kept, text beyond ASCII too",
        facts(
            "amount * 2 AS twice, name || ' – é' AS label, place.town, product + 1 AS next_one,"
                + " COALESCE(name, 'ü') AS known FROM",
            List.of(
                Map.of(
                    "o.ordered_at",
                    TIME,
                    "p.product_key",
                    7L,
                    "o.amount",
                    new BigDecimal("10.25"),
                    "p.name",
                    "naïve",
                    "o.place",
                    Map.of("town", "Köln"),
                    "o.product",
                    3),
                Map.of("o.ordered_at", TIME + 1))),
        contains(
            "2026-03-01T10:00:00.000007Z 7 20.50 naïve – é Köln 4 naïve",
            "2026-03-01T10:00:00.000008Z null null null null null ü"));
  }

  @Test
  void roundsWhereItCastsToFewerDigits() {
    assertThat(
        facts(
            "CAST(amount * 0.5 AS DECIMAL(12, 2)) AS half, CAST(amount * 0.1 AS DECIMAL(5, 1)) * 2 AS twice,"
                + " CAST(order_id AS DECIMAL(10, 2)) AS parsed, CAST(1.005E0 AS DECIMAL(10, 2)) AS doubled,"
                + " CAST(product AS DECIMAL(38, 2)) AS whole FROM",
            List.of(
                Map.of(
                    "o.ordered_at",
                    TIME,
                    "o.amount",
                    new BigDecimal("0.25"),
                    "o.order_id",
                    "1.235"),
                Map.of(
                    "o.ordered_at",
                    TIME + 1,
                    "o.amount",
                    new BigDecimal("-0.51"),
                    "o.order_id",
                    "-7",
                    "o.product",
                    7))),
        contains(
            "2026-03-01T10:00:00.000007Z null 0.13 0.0 1.24 1.01 null",
            "2026-03-01T10:00:00.000008Z null -0.26 -0.2 -7.00 1.01 7.00"));
  }

  @Test
  void leavesOutWhatTheConditionRefuses() {
    assertThat(
        facts(
            "order_id FROM WHERE amount > 10.5 AND UPPER(name) = 'A' OR CHAR_LENGTH(order_id) = 3",
            List.of(
                Map.of(
                    "o.ordered_at",
                    TIME,
                    "o.order_id",
                    "1",
                    "o.amount",
                    new BigDecimal("10.51"),
                    "p.name",
                    "a"),
                Map.of(
                    "o.ordered_at",
                    TIME,
                    "o.order_id",
                    "2",
                    "o.amount",
                    new BigDecimal("10.50"),
                    "p.name",
                    "a"),
                Map.of(
                    "o.ordered_at", TIME, "o.order_id", "3", "o.amount", new BigDecimal("10.51")),
                Map.of("o.ordered_at", TIME, "o.order_id", "4", "p.name", "a"),
                Map.of("o.ordered_at", TIME, "o.order_id", "555"))),
        contains("2026-03-01T10:00:00.000007Z null 1", "2026-03-01T10:00:00.000007Z null 555"));
  }

  @Test
  void saysOfWhichTimeTheRowIsThatCannotBeComputed() {
    RuntimeException failure =
        Assertions.assertThrows(
            RuntimeException.class,
            () ->
                facts(
                    "CAST(order_id AS BIGINT) AS number FROM",
                    List.of(
                        Map.of("o.ordered_at", TIME, "o.order_id", "1"),
                        Map.of("o.ordered_at", TIME + 5, "o.order_id", "😀x"))));
    assertThat(
        failure.getMessage(),
        allOf(
            containsString("the row of 2026-03-01T10:00:00.000012Z: "),
            containsString("'😀x' is not a whole number"),
            containsString("NULLIF")));
  }

  @Test
  void givesNullForADivisionByZero() {
    assertThat(
        facts(
            "1 / product AS share, amount / product AS apiece, MOD(product, 0) AS rest,"
                + " 1.5E0 / product AS half FROM",
            List.of(
                Map.of("o.ordered_at", TIME, "o.product", 0, "o.amount", new BigDecimal("1.00")),
                Map.of(
                    "o.ordered_at", TIME + 1, "o.product", 4, "o.amount", new BigDecimal("1.00")))),
        contains(
            "2026-03-01T10:00:00.000007Z null null null null null",
            "2026-03-01T10:00:00.000008Z null 0.25 0.2500000000000 null 0.375"));
  }

  @Test
  void givesNoFactsWithoutRows() {
    assertThat(facts("product + 1 AS next_one FROM", List.of()), is(empty()));
  }
}
