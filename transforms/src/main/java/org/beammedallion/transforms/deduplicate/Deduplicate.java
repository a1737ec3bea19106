package org.beammedallion.transforms.deduplicate;

import java.math.BigDecimal;
import java.util.List;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.SchemaCoder;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.transforms.Values;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;

/**
 * Of the rows with one key the latest stays, as in silver: the one with the greatest value of a
 * field, and of several of these the one that is greater in its fields, from the first to the last,
 * so that the result does not depend on the order in which rows arrive. Null is less than any
 * value.
 *
 * <p>Bounded or unbounded, within the windows of the input. Rows are combined before they travel,
 * so that a key with very many rows costs no more than others.
 *
 * <pre>{@code
 * rows.apply(Deduplicate.latest("updated_at", "order_id"));
 * }</pre>
 */
public final class Deduplicate extends PTransform<PCollection<Row>, PCollection<Row>> {

  private static final List<Schema.TypeName> UNFIT_FOR_KEYS =
      List.of(
          Schema.TypeName.FLOAT,
          Schema.TypeName.DOUBLE,
          Schema.TypeName.MAP,
          Schema.TypeName.ARRAY,
          Schema.TypeName.ITERABLE,
          Schema.TypeName.ROW);

  private static final List<Schema.TypeName> UNORDERED =
      List.of(
          Schema.TypeName.MAP,
          Schema.TypeName.ARRAY,
          Schema.TypeName.ITERABLE,
          Schema.TypeName.ROW);

  private final String latestBy;
  private final List<String> key;

  private Deduplicate(String latestBy, List<String> key) {
    this.latestBy = latestBy;
    this.key = key;
  }

  /**
   * @param latestBy field of a type that is ordered: a number, a text, a date, a time
   * @param key fields that tell rows apart, at least one; none of a type whose equal values may
   *     differ in their bytes, such as DOUBLE
   */
  public static Deduplicate latest(String latestBy, String... key) {
    if (key.length == 0) {
      throw new IllegalArgumentException(
          "Deduplicate needs the fields of the key: Deduplicate.latest(\"updated_at\", \"order_id\").");
    }
    return new Deduplicate(latestBy, List.of(key));
  }

  @Override
  public PCollection<Row> expand(PCollection<Row> rows) {
    Schema schema = rows.getSchema();
    Schema.Builder fields = Schema.builder();
    for (String name : key) {
      Schema.Field field = field(schema, name);
      if (UNFIT_FOR_KEYS.contains(field.getType().getTypeName())) {
        throw new IllegalArgumentException(
            "The key field '"
                + name
                + "' is of type "
                + field.getType().getTypeName()
                + ", which cannot be compared reliably. Use fields of other types.");
      }
      fields.addField(field);
    }
    Schema.Field order = field(schema, latestBy);
    if (UNORDERED.contains(order.getType().getTypeName())) {
      throw new IllegalArgumentException(
          "The field '"
              + latestBy
              + "' is of type "
              + order.getType().getTypeName()
              + ", which has no order. Use a number, a text, a date or a time.");
    }
    Schema keySchema = fields.build();
    int[] positions = key.stream().mapToInt(schema::indexOf).toArray();
    return rows.apply("Key", WithKeys.of(new KeyOf(keySchema, positions)))
        .setCoder(KvCoder.of(RowCoder.of(keySchema), SchemaCoder.of(schema)))
        .apply("Latest", Combine.perKey(new LatestFn(schema.indexOf(latestBy))))
        .apply("Rows", Values.create())
        .setRowSchema(schema);
  }

  private static Schema.Field field(Schema schema, String name) {
    if (!schema.hasField(name)) {
      throw new IllegalArgumentException(
          "The rows have no field '" + name + "'. They have: " + schema.getFieldNames() + ".");
    }
    return schema.getField(name);
  }

  private static final class KeyOf implements SerializableFunction<Row, Row> {
    private final Schema schema;
    private final int[] positions;

    KeyOf(Schema schema, int[] positions) {
      this.schema = schema;
      this.positions = positions;
    }

    @Override
    public Row apply(Row row) {
      Row.Builder key = Row.withSchema(schema);
      for (int position : positions) {
        Object value = row.getValue(position);
        // 1.0 and 1.00 are one key.
        key.addValue(value instanceof BigDecimal number ? number.stripTrailingZeros() : value);
      }
      return key.build();
    }
  }

  private static final class LatestFn extends Combine.BinaryCombineFn<Row> {
    private final int latestBy;

    LatestFn(int latestBy) {
      this.latestBy = latestBy;
    }

    @Override
    public Row apply(Row left, Row right) {
      int order =
          RowValues.compare(
              left.getBaseValue(latestBy, Object.class),
              right.getBaseValue(latestBy, Object.class));
      if (order == 0) {
        order = RowValues.compare(left, right);
      }
      return order >= 0 ? left : right;
    }
  }
}
