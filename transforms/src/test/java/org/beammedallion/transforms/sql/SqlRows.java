package org.beammedallion.transforms.sql;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/** Encoded rows of plain values, and what the DirectRunner makes of them as text. */
public final class SqlRows {

  private static final Map<Integer, ConcurrentLinkedQueue<String>> RESULTS =
      new ConcurrentHashMap<>();
  private static final AtomicInteger RUNS = new AtomicInteger();

  private SqlRows() {}

  /** An encoded row of the named values; the others are null. */
  public static byte[] encoded(RecordSchema schema, Map<String, Object> values) {
    RowBuilder builder = new RowBuilder(256);
    append(RowLayout.of(schema), values, builder);
    return Arrays.copyOf(builder.bytes(), builder.length());
  }

  /** Appends a row of the named values. */
  public static void append(RowLayout layout, Map<String, Object> values, RowBuilder builder) {
    int row = builder.beginRow(layout);
    for (int field = 0; field < layout.fieldCount(); field++) {
      Object value = values.get(layout.schema().fields().get(field).name());
      if (value != null) {
        set(builder, layout, row, field, value);
      }
    }
  }

  /** Runs a pipeline; its encoded rows as text, sorted. */
  public static List<String> asText(
      RecordSchema schema, Function<Pipeline, PCollection<byte[]>> transform) {
    return asText(schema, " ", transform);
  }

  /** The same with something else than a space between values. */
  public static List<String> asText(
      RecordSchema schema, String separator, Function<Pipeline, PCollection<byte[]>> transform) {
    int run = RUNS.incrementAndGet();
    RESULTS.put(run, new ConcurrentLinkedQueue<>());
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    PAssert.that(transform.apply(pipeline))
        .satisfies(
            rows -> {
              rows.forEach(row -> kept(run).add(String.join(separator, values(schema, row))));
              return null;
            });
    pipeline.run().waitUntilFinish();
    List<String> rows = new ArrayList<>(kept(run));
    RESULTS.remove(run);
    rows.sort(null);
    return rows;
  }

  private static Queue<String> kept(int run) {
    return Objects.requireNonNull(RESULTS.get(run));
  }

  private static void set(RowBuilder builder, RowLayout layout, int row, int field, Object value) {
    if (value instanceof BigDecimal decimal) {
      builder.setDecimal(layout, row, field, decimal);
    } else if (value instanceof Integer number) {
      builder.setInt(layout, row, field, number);
    } else if (value instanceof Long number) {
      builder.setLong(layout, row, field, number);
    } else if (value instanceof Double number) {
      builder.setDouble(layout, row, field, number);
    } else if (value instanceof Float number) {
      builder.setFloat(layout, row, field, number);
    } else if (value instanceof Boolean bool) {
      builder.setBoolean(layout, row, field, bool);
    } else if (value instanceof LocalDate date) {
      builder.setInt(layout, row, field, (int) date.toEpochDay());
    } else if (value instanceof Map<?, ?> object) {
      int nested = builder.beginRow(layout.object(field));
      object.forEach(
          (name, part) ->
              set(
                  builder,
                  layout.object(field),
                  nested,
                  layout.object(field).schema().indexOf((String) name),
                  part));
      builder.endVariable(layout, row, field, nested);
    } else {
      builder.setString(layout, row, field, (String) value);
    }
  }

  /** The values of a row as text, with a space between. */
  public static String text(RecordSchema schema, byte[] row) {
    return String.join(" ", values(schema, row));
  }

  /** The values of a row, each as text. */
  static List<String> values(RecordSchema schema, byte[] row) {
    RowLayout layout = RowLayout.of(schema);
    List<String> values = new ArrayList<>();
    for (int i = 0; i < layout.fieldCount(); i++) {
      values.add(String.valueOf(layout.isNull(row, 0, i) ? null : value(layout, row, i)));
    }
    return values;
  }

  private static @Nullable Object value(RowLayout layout, byte[] row, int field) {
    FieldType type = layout.schema().fields().get(field).type();
    if (type instanceof DecimalType) {
      return layout.decimalAt(row, 0, field);
    } else if (type instanceof FieldType.TimestampType) {
      return Instant.EPOCH.plus(layout.longAt(row, 0, field), ChronoUnit.MICROS);
    } else if (type instanceof FieldType.DateType) {
      return LocalDate.ofEpochDay(layout.intAt(row, 0, field));
    }
    return switch (layout.storage(field)) {
      case BOOLEAN -> layout.booleanAt(row, 0, field);
      case DOUBLE -> layout.doubleAt(row, 0, field);
      case BYTES -> layout.stringAt(row, 0, field);
      default -> layout.longAt(row, 0, field);
    };
  }
}
