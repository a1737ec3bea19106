package org.beammedallion.transforms.aggregate;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.beammedallion.quality.pipeline.WindowSpec;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowBatchCoder;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.sql.SqlRows;
import org.beammedallion.transforms.window.TouchedWindows;

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
    return SqlRows.asText(
        query.outputSchema(),
        pipeline ->
            pipeline
                .apply(
                    Create.of(batches(query.inputSchema(), orders)).withCoder(RowBatchCoder.of()))
                .apply(AggregateBySql.of(query, touched)));
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
      SqlRows.append(layout, orders.get(i), builder);
      RowBatch.endHeader(builder, header);
    }
    byte[] bytes = Arrays.copyOf(builder.bytes(), builder.length());
    return new RowBatch(
        0, bytes, bytes.length, orders.size(), orders.size(), List.of(), new long[0]);
  }

  /** What feeds give of orders that are split over them. */
  static List<byte[]> blocks(
      WindowedQuery query, TouchedWindows touched, List<List<Map<String, Object>>> feeds) {
    List<byte[]> blocks = new ArrayList<>();
    for (List<Map<String, Object>> orders : feeds) {
      RowFeed feed = query.feed(touched);
      RowBatch batch = batch(query.inputSchema(), orders);
      byte[] bytes = batch.bytes();
      for (int header = 0; header < batch.length(); header = RowBatch.next(bytes, header)) {
        feed.add(bytes, header + RowBatch.HEADER, RowBatch.rowLength(bytes, header), blocks::add);
      }
      feed.flush(blocks::add);
    }
    return blocks;
  }

  /** Encoded rows of gold as text. */
  static PCollection<String> texts(WindowedQuery query, PCollection<byte[]> gold) {
    RecordSchema schema = query.outputSchema();
    return gold.apply(
        "As text",
        MapElements.into(TypeDescriptors.strings()).via(row -> SqlRows.text(schema, row)));
  }
}
