package org.beammedallion.transforms.sql;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.quality.schema.RecordSchema;
import org.jspecify.annotations.Nullable;

/** Rows of every type, with nulls, zeros, extremes and texts beyond ASCII, for us and for Spark. */
public final class SampleRows {

  public static final RecordSchema SCHEMA =
      RecordSchema.of(
          Field.required("id", FieldType.LONG),
          Field.optional("g", FieldType.STRING),
          Field.optional("s", FieldType.STRING),
          Field.optional("digits", FieldType.STRING),
          Field.optional("i", FieldType.INT),
          Field.optional("l", FieldType.LONG),
          Field.optional("d", FieldType.decimal(12, 2)),
          Field.optional("big", FieldType.decimal(30, 4)),
          Field.optional("f", FieldType.DOUBLE),
          Field.optional("r", FieldType.FLOAT),
          Field.optional("b", FieldType.BOOLEAN),
          Field.optional("due", FieldType.DATE),
          Field.optional("t", FieldType.TIMESTAMP),
          Field.required("at", FieldType.TIMESTAMP));

  private static final String[] TEXTS = {
    "😀x",
    "ab",
    "",
    "  Straße ",
    "naïve café",
    "x😀y😀",
    "e\u0301tude",
    "日本語テキスト",
    "a%b_c",
    "ｦ",
    "İstanbul",
    null
  };
  private static final String[] DIGITS = {
    "12", " -7 ", "0", "999999", "+5", "1", "-1", "42", "007", "3", "10", null
  };
  private static final Integer[] INTS = {7, -7, 0, 3, 1, 2, -3, 100, null, 5, 2_147_483_647, -1};
  private static final Long[] LONGS = {
    2L, 0L, -3L, 4L, 1_000_000_000_007L, null, 7L, -1L, 3L, 0L, 11L, 5L
  };
  private static final String[] DECIMALS = {
    "0.01",
    "-0.01",
    "0.00",
    "10.50",
    "-10.55",
    "99999.99",
    null,
    "1.00",
    "0.10",
    "2.25",
    "-2.25",
    "3.33"
  };
  private static final String[] BIGS = {
    "12345678901234567890123456.7891",
    "-0.0001",
    "0.0000",
    "1.5000",
    "-2.0000",
    null,
    "3.1416",
    "1.0000",
    "100.0000",
    "0.0001",
    "7.0000",
    "-1.5000"
  };
  private static final Double[] DOUBLES = {
    0.1, -0.0, 0.0, 1e10, 1.5e-7, 123456789.125, null, -2.5, 3.5, 0.5, 1e20, 100.0
  };
  private static final Float[] FLOATS = {
    0.1f, 1.5f, 0f, -2.25f, 1e10f, null, 3.4f, 0.5f, 100f, -0.1f, 7f, 2f
  };
  private static final String[] TIMES = {
    "2024-02-29T23:59:59.999999Z",
    "1969-12-31T23:59:59.000001Z",
    "2024-12-30T00:00:00Z",
    "2021-01-03T12:30:45.5Z",
    "1900-01-01T00:00:00Z",
    "2024-03-31T01:30:00Z",
    null,
    "2000-01-01T00:00:00Z",
    "2023-05-15T08:07:06.123Z",
    "2016-12-31T23:59:59Z",
    "1582-10-15T00:00:00Z",
    "2024-01-31T10:00:00Z"
  };

  private SampleRows() {}

  /** The rows, each by its columns' names. */
  public static List<Map<String, Object>> rows() {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      Map<String, Object> row = new HashMap<>();
      row.put("id", (long) i);
      row.put("at", 1_700_000_000_000_000L + i);
      put(row, "g", new String[] {"a", "b", "😀", null}[i % 4]);
      put(row, "s", TEXTS[i]);
      put(row, "digits", DIGITS[i]);
      put(row, "i", INTS[i]);
      put(row, "l", LONGS[i]);
      put(row, "d", DECIMALS[i] == null ? null : new BigDecimal(DECIMALS[i]));
      put(row, "big", BIGS[i] == null ? null : new BigDecimal(BIGS[i]));
      put(row, "f", DOUBLES[i]);
      put(row, "r", FLOATS[i]);
      put(row, "b", new Boolean[] {true, false, null}[i % 3]);
      Instant time = TIMES[i] == null ? null : Instant.parse(TIMES[i]);
      put(
          row,
          "t",
          time == null ? null : time.getEpochSecond() * 1_000_000 + time.getNano() / 1000);
      Instant other = TIMES[(i + 1) % 12] == null ? null : Instant.parse(TIMES[(i + 1) % 12]);
      put(row, "due", other == null ? null : LocalDate.ofInstant(other, ZoneOffset.UTC));
      rows.add(row);
    }
    return rows;
  }

  private static void put(Map<String, Object> row, String name, @Nullable Object value) {
    if (value != null) {
      row.put(name, value);
    }
  }

  /** Makes the rows known to Spark, as a view. */
  public static void asView(String name) {
    asView(name, rows());
  }

  /** Makes rows of the same schema known to Spark. */
  public static void asView(String name, List<Map<String, Object>> samples) {
    StructField[] fields =
        SCHEMA.fields().stream()
            .map(each -> DataTypes.createStructField(each.name(), sparkType(each.type()), true))
            .toArray(StructField[]::new);
    List<Row> rows =
        samples.stream()
            .map(
                row ->
                    RowFactory.create(
                        SCHEMA.fields().stream()
                            .map(each -> sparkValue(each.type(), row.get(each.name())))
                            .toArray()))
            .toList();
    SparkTables.session()
        .createDataFrame(rows, new StructType(fields))
        .createOrReplaceTempView(name);
  }

  private static DataType sparkType(FieldType type) {
    if (type instanceof DecimalType decimal) {
      return DataTypes.createDecimalType(decimal.precision(), decimal.scale());
    } else if (type instanceof FieldType.IntegerType whole) {
      return whole.bits() == Integer.SIZE ? DataTypes.IntegerType : DataTypes.LongType;
    } else if (type instanceof FieldType.FloatType number) {
      return number.bits() == Float.SIZE ? DataTypes.FloatType : DataTypes.DoubleType;
    } else if (type instanceof FieldType.BooleanType) {
      return DataTypes.BooleanType;
    } else if (type instanceof FieldType.DateType) {
      return DataTypes.DateType;
    }
    return type instanceof FieldType.TimestampType ? DataTypes.TimestampType : DataTypes.StringType;
  }

  private static @Nullable Object sparkValue(FieldType type, @Nullable Object value) {
    return value instanceof Long micros && type instanceof FieldType.TimestampType
        ? Instant.EPOCH.plus(micros, ChronoUnit.MICROS)
        : value;
  }
}
