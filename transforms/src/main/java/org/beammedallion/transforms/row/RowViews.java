package org.beammedallion.transforms.row;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.apache.beam.sdk.schemas.Factory;
import org.apache.beam.sdk.schemas.FieldValueGetter;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.TypeName;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.RowWithGetters;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.RecordSchema;
import org.jspecify.annotations.Nullable;

/**
 * Beam {@link Row}s over encoded rows: making one costs a few objects, and only the fields that are
 * touched are decoded, each time again. The rows look into the buffer they were made of, which must
 * not change while they live. The way back is {@link RowEncoder}. Thread-safe.
 */
public final class RowViews implements Serializable {

  private static final long serialVersionUID = 1L;

  private final RowLayout layout;
  private final Schema beamSchema;
  private final Getters getters;

  private RowViews(RowLayout layout, Schema beamSchema) {
    this.layout = layout;
    this.beamSchema = beamSchema;
    List<FieldValueGetter<EncodedRow, Object>> list = new ArrayList<>();
    for (int i = 0; i < layout.fieldCount(); i++) {
      list.add(
          new Getter(i, layout.schema().fields().get(i), layout, beamSchema.getField(i).getType()));
    }
    this.getters = new Getters(Collections.unmodifiableList(list));
  }

  /** Rows of {@link BeamSchemas#of}: for transforms of users. */
  public static RowViews of(RecordSchema schema) {
    return new RowViews(RowLayout.of(schema), BeamSchemas.of(schema));
  }

  /** Rows of {@link BeamSchemas#forSql}: for Beam SQL. */
  public static RowViews forSql(RecordSchema schema) {
    return new RowViews(RowLayout.of(schema), BeamSchemas.forSql(schema));
  }

  static RowViews of(RowLayout layout, Schema beamSchema) {
    return new RowViews(layout, beamSchema);
  }

  public Schema beamSchema() {
    return beamSchema;
  }

  /**
   * A view of the row in {@code bytes} that starts at {@code start}.
   *
   * @param length of the row in bytes
   */
  public Row view(byte[] bytes, int start, int length) {
    return Row.withSchema(beamSchema)
        .withFieldValueGetters(getters, new EncodedRow(layout, bytes, start, length));
  }

  /** Hands out a view of each row of a batch. */
  public void forEach(RowBatch batch, Consumer<Row> consumer) {
    byte[] bytes = batch.bytes();
    for (int header = 0; header < batch.length(); header = RowBatch.next(bytes, header)) {
      consumer.accept(view(bytes, header + RowBatch.HEADER, RowBatch.rowLength(bytes, header)));
    }
  }

  /**
   * The encoded row of the layout's schema that a view looks into, or null where {@code row} is no
   * such view.
   */
  static @Nullable EncodedRow encoded(Row row, RowLayout layout) {
    return row instanceof RowWithGetters<?> view
            && view.getGetterTarget() instanceof EncodedRow encoded
            && (encoded.layout == layout || encoded.layout.schema().equals(layout.schema()))
        ? encoded
        : null;
  }

  private record Getters(List<FieldValueGetter<EncodedRow, Object>> list)
      implements Factory<List<FieldValueGetter<EncodedRow, Object>>> {

    @Override
    public List<FieldValueGetter<EncodedRow, Object>> create(
        TypeDescriptor<?> type, Schema schema) {
      return list;
    }
  }

  /** Reads one field of an encoded row as the Java type that Beam wants. */
  private static final class Getter implements FieldValueGetter<EncodedRow, Object> {

    private static final long serialVersionUID = 1L;

    private final int index;
    private final String name;
    private final FieldValues values;

    Getter(int index, Field field, RowLayout layout, Schema.FieldType beamType) {
      this.index = index;
      this.name = field.name();
      this.values =
          new FieldValues(
              field.type(),
              beamType.getTypeName() == TypeName.DATETIME,
              field.type() instanceof ObjectType
                  ? of(layout.object(index), rowSchema(beamType))
                  : null,
              field.type() instanceof ArrayType
                  ? new ArrayValues(layout.array(index), elementType(beamType))
                  : null);
    }

    @Override
    public @Nullable Object get(EncodedRow row) {
      RowLayout layout = row.layout;
      byte[] bytes = row.bytes;
      if (layout.isNull(bytes, row.start, index)) {
        return null;
      }
      return layout.storage(index).isVariable()
          ? values.at(
              bytes,
              layout.startOf(bytes, row.start, index),
              layout.lengthOf(bytes, row.start, index))
          : values.at(bytes, row.start + layout.slot(index), 0);
    }

    @Override
    public String name() {
      return name;
    }
  }

  static Schema rowSchema(Schema.FieldType type) {
    Schema schema = type.getRowSchema();
    if (schema == null) {
      throw new IllegalArgumentException("A row was expected, not " + type + ".");
    }
    return schema;
  }

  static Schema.FieldType elementType(Schema.FieldType type) {
    Schema.FieldType element = type.getCollectionElementType();
    if (element == null) {
      throw new IllegalArgumentException("An array was expected, not " + type + ".");
    }
    return element;
  }
}
