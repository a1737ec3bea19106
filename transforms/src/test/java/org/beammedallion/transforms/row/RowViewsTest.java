package org.beammedallion.transforms.row;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.extensions.sql.SqlTransform;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.RecordSchema;
import org.joda.time.DateTime;
import org.joda.time.DateTimeZone;
import org.junit.jupiter.api.Test;

class RowViewsTest {

  private static final RecordSchema ITEM =
      RecordSchema.of(
          Field.required("sku", FieldType.STRING), Field.optional("at", FieldType.TIMESTAMP));

  private static final RecordSchema SCHEMA =
      RecordSchema.of(
          Field.required("text", FieldType.STRING),
          Field.required("flag", FieldType.BOOLEAN),
          Field.required("small", FieldType.INT),
          Field.required("large", FieldType.LONG),
          Field.required("single", FieldType.FLOAT),
          Field.required("number", FieldType.DOUBLE),
          Field.required("price", FieldType.decimal(12, 2)),
          Field.required("huge", FieldType.decimal(30, 5)),
          Field.required("day", FieldType.DATE),
          Field.required("time", FieldType.TIME),
          Field.required("at", FieldType.TIMESTAMP),
          Field.required("item", new ObjectType(ITEM)),
          Field.required("items", new ArrayType(Field.optional("element", new ObjectType(ITEM)))),
          Field.required(
              "matrix",
              new ArrayType(
                  Field.required(
                      "element", new ArrayType(Field.required("element", FieldType.LONG))))),
          Field.optional("nothing", FieldType.STRING));

  private static final Instant AT = Instant.parse("2026-11-02T08:28:05.123456Z");

  private static RowBuilder sample() {
    return sample(List.of("a", "b"));
  }

  private static RowBuilder sample(List<String> skus) {
    RowLayout layout = RowLayout.of(SCHEMA);
    RowBuilder builder = new RowBuilder(64);
    builder.appendLong(-1);
    int row = builder.beginRow(layout);
    builder.setString(layout, row, 0, "björn");
    builder.setBoolean(layout, row, 1, true);
    builder.setInt(layout, row, 2, -7);
    builder.setLong(layout, row, 3, Long.MIN_VALUE);
    builder.setFloat(layout, row, 4, 1.5f);
    builder.setDouble(layout, row, 5, -0.1);
    builder.setDecimal(layout, row, 6, new BigDecimal("12.50"));
    builder.setDecimal(layout, row, 7, new BigDecimal("-1234567890123456789012345.00001"));
    builder.setInt(layout, row, 8, (int) LocalDate.of(2026, 11, 2).toEpochDay());
    builder.setLong(layout, row, 9, 3_600_000_001L);
    builder.setLong(layout, row, 10, AT.getEpochSecond() * 1_000_000 + 123_456);
    int start = builder.length();
    item(builder, layout.object(11), "x");
    builder.endVariable(layout, row, 11, start);
    int array = builder.beginArray();
    for (String sku : skus) {
      int element = builder.beginVariableElement(array);
      item(builder, layout.array(12).object(), sku);
      builder.endVariableElement(element);
    }
    builder.appendNullElement(array);
    builder.endVariable(layout, row, 12, array);
    int matrix = builder.beginArray();
    int inner = builder.beginVariableElement(matrix);
    int numbers = builder.beginArray();
    for (long number = 1; number <= 2; number++) {
      builder.beginFixedElement(numbers);
      builder.appendLong(number);
    }
    builder.endVariableElement(inner);
    builder.endVariable(layout, row, 13, matrix);
    return builder;
  }

  private static void item(RowBuilder builder, RowLayout layout, String sku) {
    int row = builder.beginRow(layout);
    builder.setString(layout, row, 0, sku);
    builder.setLong(layout, row, 1, -1);
  }

  private static Row view(RowViews views, RowBuilder builder) {
    return views.view(builder.bytes(), 8, builder.length() - 8);
  }

  @Test
  void readsEachTypeOnTouch() {
    Row row = view(RowViews.of(SCHEMA), sample());

    assertThat(row.getString("text"), is("björn"));
    assertThat(row.getBoolean("flag"), is(true));
    assertThat(row.getInt32("small"), is(-7));
    assertThat(row.getInt64("large"), is(Long.MIN_VALUE));
    assertThat(row.getFloat("single"), is(1.5f));
    assertThat(row.getDouble("number"), is(-0.1));
    assertThat(row.getDecimal("price"), is(new BigDecimal("12.50")));
    assertThat(row.getDecimal("huge"), is(new BigDecimal("-1234567890123456789012345.00001")));
    assertThat(row.getLogicalTypeValue("day", LocalDate.class), is(LocalDate.of(2026, 11, 2)));
    assertThat(row.getLogicalTypeValue("time", LocalTime.class), is(LocalTime.of(1, 0, 0, 1_000)));
    assertThat(row.getLogicalTypeValue("at", Instant.class), is(AT));
    assertThat(row.getRow("item").getString("sku"), is("x"));
    assertThat(
        row.getRow("item").getLogicalTypeValue("at", Instant.class),
        is(Instant.ofEpochSecond(-1, 999_999_000)));
    List<Object> items = new ArrayList<>(row.getArray("items"));
    assertThat(((Row) items.get(1)).getString("sku"), is("b"));
    assertThat(items.get(2), is(nullValue()));
    assertThat(
        ((Collection<?>) row.<Object>getArray("matrix").iterator().next()), is(List.of(1L, 2L)));
    assertThat(row.getString("nothing"), is(nullValue()));
  }

  @Test
  void survivesBeamsOwnCoder() throws Exception {
    for (RowViews views : List.of(RowViews.of(SCHEMA), RowViews.forSql(SCHEMA))) {
      Row row = view(views, sample());

      Row decoded = CoderUtils.clone(RowCoder.of(views.beamSchema()), row);

      assertThat(decoded.equals(row), is(true));
      assertThat(row.equals(decoded), is(true));
    }
  }

  @Test
  void worksAfterSerialization() {
    RowViews views = SerializableUtils.clone(RowViews.of(SCHEMA));

    assertThat(view(views, sample()).getString("text"), is("björn"));
  }

  @Test
  void givesSqlTimestampsOfMilliseconds() {
    Row row = view(RowViews.forSql(SCHEMA), sample());

    assertThat(row.getDateTime("at"), is(new DateTime(AT.toEpochMilli(), DateTimeZone.UTC)));
    assertThat(row.getRow("item").getDateTime("at").getMillis(), is(-1L));
  }

  @Test
  void isEqualByValuesWhateverTheOrderOfTheVariableParts() {
    RecordSchema schema =
        RecordSchema.of(
            Field.required("a", FieldType.STRING), Field.required("b", FieldType.STRING));
    RowLayout layout = RowLayout.of(schema);
    RowBuilder forward = new RowBuilder(64);
    int first = forward.beginRow(layout);
    forward.setString(layout, first, 0, "1");
    forward.setString(layout, first, 1, "22");
    RowBuilder backward = new RowBuilder(64);
    int second = backward.beginRow(layout);
    backward.setString(layout, second, 1, "22");
    backward.setString(layout, second, 0, "1");
    RowViews views = RowViews.of(schema);

    Row one = views.view(forward.bytes(), first, forward.length());
    Row other = views.view(backward.bytes(), second, backward.length());

    assertThat(one.equals(other), is(true));
    assertThat(one.hashCode(), is(other.hashCode()));
    assertThat(
        view(RowViews.of(SCHEMA), sample(List.of("a"))),
        is(not(view(RowViews.of(SCHEMA), sample()))));
  }

  @Test
  void handsOutEachRowOfABatch() {
    RecordSchema schema = RecordSchema.of(Field.required("a", FieldType.INT));
    RowLayout layout = RowLayout.of(schema);
    RowBuilder builder = new RowBuilder(64);
    for (int i = 0; i < 3; i++) {
      int header = RowBatch.beginHeader(builder, 0, i);
      builder.setInt(layout, builder.beginRow(layout), 0, i);
      RowBatch.endHeader(builder, header);
    }
    List<Integer> seen = new ArrayList<>();

    RowViews.of(schema)
        .forEach(
            new RowBatch(0, builder.bytes(), builder.length(), 3, 3, List.of(), new long[0]),
            row -> seen.add(row.getInt32(0)));

    assertThat(seen, is(List.of(0, 1, 2)));
  }

  @Test
  void copiesAViewThatComesBackUntouched() {
    RowBuilder sample = sample();
    RowBuilder target = new RowBuilder(64);

    RowEncoder.of(SCHEMA).encode(view(RowViews.of(SCHEMA), sample), target);

    assertThat(
        Arrays.equals(sample.bytes(), 8, sample.length(), target.bytes(), 0, target.length()),
        is(true));
  }

  @Test
  void encodesARowThatBeamMade() throws Exception {
    for (RowViews views : List.of(RowViews.of(SCHEMA), RowViews.forSql(SCHEMA))) {
      RowBuilder sample = sample();
      Row decoded = CoderUtils.clone(RowCoder.of(views.beamSchema()), view(views, sample));
      RowBuilder target = new RowBuilder(64);

      RowEncoder.of(SCHEMA).encode(decoded, target);

      Row again = views.view(target.bytes(), 0, target.length());
      assertThat(again.equals(decoded), is(true));
      assertThat(again.getString("text"), is("björn"));
    }
  }

  @Test
  void encodesOneChangedFieldOfAView() {
    Row row = view(RowViews.of(SCHEMA), sample());
    Row changed = Row.fromRow(row).withFieldValue("text", "changed").build();
    RowBuilder target = new RowBuilder(64);

    RowEncoder.of(SCHEMA).encode(changed, target);

    Row encoded = RowViews.of(SCHEMA).view(target.bytes(), 0, target.length());
    assertThat(encoded.getString("text"), is("changed"));
    assertThat(encoded.getLogicalTypeValue("at", Instant.class), is(AT));
    assertThat(encoded.<Row>getArray("items"), is(row.<Row>getArray("items")));
  }

  @Test
  void findsFieldsOfAnotherSchemaByName() {
    RecordSchema wide =
        RecordSchema.of(Field.required("x", FieldType.INT), Field.required("a", FieldType.LONG));
    RecordSchema narrow =
        RecordSchema.of(Field.required("a", FieldType.LONG), Field.optional("b", FieldType.INT));
    Row row = Row.withSchema(BeamSchemas.of(wide)).addValues(1, 2L).build();
    RowBuilder target = new RowBuilder(64);

    RowEncoder.of(narrow).encode(row, target);

    assertThat(RowValues.of(RowLayout.of(narrow), target.bytes(), 0).get("a"), is(2L));
    assertThat(RowValues.of(RowLayout.of(narrow), target.bytes(), 0).get("b"), is(nullValue()));
  }

  @Test
  void refusesRowsThatDoNotFitTheContract() {
    RecordSchema loose = RecordSchema.of(Field.optional("v", FieldType.decimal(38, 10)));
    RecordSchema strict = RecordSchema.of(Field.required("v", FieldType.decimal(4, 2)));
    RowEncoder encoder = RowEncoder.of(strict);

    for (String value : List.of("1.234", "100", "1e999999999", "1e-999999999")) {
      Row row = Row.withSchema(BeamSchemas.of(loose)).addValue(new BigDecimal(value)).build();
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class, () -> encoder.encode(row, new RowBuilder(64)));
      assertThat(
          e.getMessage(), allOf(containsString("'v'"), containsString("precision=4, scale=2")));
    }
    Row missing = Row.withSchema(BeamSchemas.of(loose)).addValue(null).build();
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> encoder.encode(missing, new RowBuilder(64)));
    assertThat(e.getMessage(), containsString("contract requires"));
  }

  @Test
  void isUnderstoodByBeamSql() {
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    RowViews views = RowViews.forSql(SCHEMA);
    PCollection<Row> rows =
        pipeline.apply(Create.of(view(views, sample())).withRowSchema(views.beamSchema()));

    PCollection<Row> result =
        rows.apply(
            SqlTransform.query(
                "SELECT text, SUM(price) AS total, COUNT(*) AS orders, MAX(`day`) AS last_day, "
                    + "TUMBLE_START(`at`, INTERVAL '1' HOUR) AS window_start "
                    + "FROM PCOLLECTION GROUP BY text, TUMBLE(`at`, INTERVAL '1' HOUR)"));

    PAssert.thatSingleton(result)
        .satisfies(
            row -> {
              assertThat(row.getString("text"), is("björn"));
              assertThat(row.getDecimal("total").compareTo(new BigDecimal("12.5")), is(0));
              assertThat(
                  row.getLogicalTypeValue("last_day", LocalDate.class),
                  is(LocalDate.of(2026, 11, 2)));
              assertThat(
                  row.getDateTime("window_start"), is(DateTime.parse("2026-11-02T08:00:00Z")));
              return null;
            });
    pipeline.run();
  }
}
