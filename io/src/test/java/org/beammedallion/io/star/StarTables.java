package org.beammedallion.io.star;

import static org.beammedallion.io.writing.TableFiles.micros;
import static org.beammedallion.io.writing.TableFiles.row;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.beammedallion.io.star.StageFact.DimensionFiles;
import org.beammedallion.io.writing.TableFiles;
import org.beammedallion.quality.pipeline.DimensionSpec;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.star.FactPlan;
import org.beammedallion.transforms.star.FactQuery;
import org.jspecify.annotations.Nullable;

/** Orders in silver, customers with history and products without, all of one day. */
final class StarTables {

  static final long HOUR = 3_600_000_000L;

  /** As a contract had it that did not require the time yet. */
  private static final RecordSchema STORED =
      RecordSchema.of(
          Field.required("id", FieldType.LONG),
          Field.optional("customer", FieldType.STRING),
          Field.optional("product", FieldType.LONG),
          Field.optional("happened", FieldType.TIMESTAMP));

  private static final RecordSchema ORDERS =
      RecordSchema.of(
          Field.required("id", FieldType.LONG),
          Field.optional("customer", FieldType.STRING),
          Field.optional("product", FieldType.LONG),
          Field.required("happened", FieldType.TIMESTAMP));

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

  private final Path folder;

  StarTables(Path folder) {
    this.folder = folder;
  }

  /** A time of the day. */
  static long at(String time) {
    return micros("2026-03-01T" + time + "Z");
  }

  /** The plan of a query that reads {@code o}, {@code c} and {@code p}. */
  static FactPlan plan(String columns, String ending) {
    return FactQuery.plan(
        "SELECT "
            + columns
            + " FROM orders AS o"
            + " LEFT JOIN dim_customer FOR SYSTEM_TIME AS OF o.happened AS c"
            + " ON c.customer_id = o.customer"
            + " LEFT JOIN dim_product AS p ON p.product_id = o.product"
            + ending,
        "orders",
        ORDERS,
        3,
        List.of(CUSTOMER, PRODUCT));
  }

  static Object[] order(long id, @Nullable String customer, @Nullable Long product, String time) {
    return row(id, customer, product, at(time));
  }

  static Object[] customer(long key, String id, String segment, String from, @Nullable String to) {
    return row(key, id, segment, at(from), to == null ? null : at(to), to == null);
  }

  static Object[] product(long key, long id, @Nullable String name) {
    return row(key, id, name);
  }

  TableFiles silver() {
    return TableFiles.in(folder.resolve("silver"), STORED);
  }

  DimensionFiles customers(Object[]... rows) throws IOException {
    return dimension(CUSTOMER, rows);
  }

  DimensionFiles products(Object[]... rows) throws IOException {
    return dimension(PRODUCT, rows);
  }

  private DimensionFiles dimension(DimensionSpec dimension, Object[]... rows) throws IOException {
    TableFiles table = TableFiles.in(folder.resolve(dimension.table()), dimension.schema());
    return new DimensionFiles(table.folder(), table.write(rows));
  }
}
