package org.beammedallion.transforms.aggregate;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowBatchCoder;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/** Silver rows of orders, and gold computed from them on the DirectRunner. */
final class Orders {

  static final RecordSchema SCHEMA =
      RecordSchema.of(
          Field.required("order_id", FieldType.STRING),
          Field.optional("currency", FieldType.STRING),
          Field.optional("status", FieldType.STRING),
          Field.optional("amount", FieldType.decimal(12, 2)),
          Field.optional("volume", FieldType.decimal(30, 4)),
          Field.optional("quantity", FieldType.INT),
          Field.optional("points", FieldType.LONG),
          Field.optional("weight", FieldType.DOUBLE),
          Field.optional("ratio", FieldType.FLOAT),
          Field.optional("gift", FieldType.BOOLEAN),
          Field.optional("due", FieldType.DATE),
          Field.optional("paid_at", FieldType.TIMESTAMP),
          Field.optional("ordered_at", FieldType.TIMESTAMP),
          Field.optional(
              "customer",
              new FieldType.ObjectType(RecordSchema.of(Field.optional("city", FieldType.STRING)))),
          Field.optional(
              "tags", new FieldType.ArrayType(Field.required("element", FieldType.STRING))));

  static final int ORDERED_AT = SCHEMA.indexOf("ordered_at");

  private static final Map<Integer, ConcurrentLinkedQueue<String>> RESULTS =
      new ConcurrentHashMap<>();
  private static final AtomicInteger RUNS = new AtomicInteger();

  private Orders() {}

  /** A row of the named columns; the others are null. */
  static Map<String, Object> order(Object... namesAndValues) {
    Map<String, Object> order = new java.util.LinkedHashMap<>();
    order.put("order_id", "o");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      if (namesAndValues[i + 1] != null) {
        order.put((String) namesAndValues[i], namesAndValues[i + 1]);
      }
    }
    return order;
  }

  static long micros(String instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(instant));
  }

  static WindowedQuery query(String sql, WindowSpec window) {
    return WindowedQuery.of("orders", sql, SCHEMA, ORDERED_AT, window);
  }

  static WindowedQuery query(String sql, WindowSpec window, WindowedQuery.Path fastest) {
    return WindowedQuery.of("orders", sql, SCHEMA, ORDERED_AT, window, fastest);
  }

  /** The query by every path that it can take, the fastest first. */
  static List<WindowedQuery> byEveryPath(String sql, WindowSpec window) {
    List<WindowedQuery> queries = new ArrayList<>();
    for (WindowedQuery.Path path : WindowedQuery.Path.values()) {
      WindowedQuery query = query(sql, window, path);
      if (query.path() == path) {
        queries.add(0, query);
      }
    }
    return queries;
  }

  /** Gold's rows as text, sorted: the window's bounds and the columns, separated by spaces. */
  static List<String> gold(WindowedQuery query, List<Map<String, Object>> orders) {
    return gold(query, orders, TouchedWindows.all(query.window()));
  }

  static List<String> gold(
      WindowedQuery query, List<Map<String, Object>> orders, TouchedWindows touched) {
    int run = RUNS.incrementAndGet();
    RESULTS.put(run, new ConcurrentLinkedQueue<>());
    Pipeline pipeline = Pipeline.create(PipelineOptionsFactory.create());
    pipeline
        .apply(Create.of(batches(query.inputSchema(), orders)).withCoder(RowBatchCoder.of()))
        .apply(AggregateBySql.of(query, touched))
        .apply(ParDo.of(new CollectFn(run, query.outputSchema())));
    pipeline.run().waitUntilFinish();
    List<String> rows = new ArrayList<>(RESULTS.remove(run));
    rows.sort(null);
    return rows;
  }

  /** The orders, in batches of three. */
  static List<RowBatch> batches(RecordSchema schema, List<Map<String, Object>> orders) {
    List<RowBatch> batches = new ArrayList<>();
    for (int from = 0; from < orders.size(); from += 3) {
      batches.add(batch(schema, orders.subList(from, Math.min(from + 3, orders.size()))));
    }
    return batches;
  }

  static RowBatch batch(RecordSchema schema, List<Map<String, Object>> orders) {
    RowLayout layout = RowLayout.of(schema);
    RowBuilder builder = new RowBuilder(1024);
    for (int i = 0; i < orders.size(); i++) {
      int header = RowBatch.beginHeader(builder, 0, i);
      int row = builder.beginRow(layout);
      for (int field = 0; field < schema.fields().size(); field++) {
        Object value = orders.get(i).get(schema.fields().get(field).name());
        if (value != null) {
          set(builder, layout, row, field, value);
        }
      }
      RowBatch.endHeader(builder, header);
    }
    byte[] bytes = Arrays.copyOf(builder.bytes(), builder.length());
    return new RowBatch(
        0, bytes, bytes.length, orders.size(), orders.size(), List.of(), new long[0]);
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

  /** A gold row as text. */
  static String text(RecordSchema schema, byte[] row) {
    RowLayout layout = RowLayout.of(schema);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < layout.fieldCount(); i++) {
      text.append(i == 0 ? "" : " ")
          .append(layout.isNull(row, 0, i) ? null : value(layout, row, i));
    }
    return text.toString();
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

  private static final class CollectFn extends DoFn<byte[], Void> {

    private final int run;
    private final RecordSchema schema;

    CollectFn(int run, RecordSchema schema) {
      this.run = run;
      this.schema = schema;
    }

    @ProcessElement
    public void process(@Element byte[] row) {
      RESULTS.get(run).add(text(schema, row));
    }
  }
}
