package org.beammedallion.io.parquet.write;

import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.beammedallion.io.parquet.TimeText;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.transforms.row.ArrayLayout;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowLayout.Storage;
import org.jspecify.annotations.Nullable;

/**
 * Writes one leaf column of many rows, one after the other. The way from the row to the leaf is a
 * list of steps, each into a field of an object or into the elements of an array.
 */
final class LeafWriter {

  /**
   * A step is a field of {@code layout}, or, where that is null, every element of {@code array}.
   */
  record Step(@Nullable RowLayout layout, int field, @Nullable ArrayLayout array, Field declared) {}

  private enum Kind {
    BOOLEAN,
    INT,
    LONG,
    LONG_AS_INT,
    FLOAT,
    DOUBLE,
    TEXT,
    TIME,
    FIXED
  }

  private final ColumnDescriptor column;
  private final Step[] steps;
  private final Kind kind;
  private final byte[] fixed;
  private final byte[] time = new byte[TimeText.MAX_LENGTH];

  LeafWriter(ColumnDescriptor column, Step[] steps) {
    this.column = column;
    this.steps = steps;
    FieldType type = steps[steps.length - 1].declared().type();
    boolean asInt = column.getPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.INT32;
    kind =
        type instanceof FieldType.TimeType
            ? Kind.TIME
            : switch (Storage.of(type)) {
              case BOOLEAN -> Kind.BOOLEAN;
              case INT -> Kind.INT;
              case LONG -> asInt ? Kind.LONG_AS_INT : Kind.LONG;
              case FLOAT -> Kind.FLOAT;
              case DOUBLE -> Kind.DOUBLE;
              case BIG_DECIMAL -> Kind.FIXED;
              case BYTES, OBJECT, ARRAY -> Kind.TEXT;
            };
    fixed = new byte[kind == Kind.FIXED ? column.getPrimitiveType().getTypeLength() : 0];
  }

  ColumnDescriptor column() {
    return column;
  }

  /** Whether the column can be written by {@link #write(FlatColumnWriter, byte[], int[], int)}. */
  boolean isFlat() {
    return steps.length == 1
        && switch (kind) {
          case INT, LONG, LONG_AS_INT, TEXT -> true;
          default -> false;
        };
  }

  /** A writer for a flat column. */
  FlatColumnWriter flatWriter(
      PageWriter pages, ParquetProperties properties, CompactEncodings encodings) {
    return kind == Kind.TEXT
        ? new TextColumnWriter(column, pages, properties, encodings)
        : new NumberColumnWriter(column, pages, properties, encodings);
  }

  void write(ColumnWriter writer, byte[] bytes, int[] rows, int count) {
    for (int i = 0; i < count; i++) {
      field(writer, 0, bytes, rows[i], 0, 0);
    }
  }

  /** The same for a flat column; this is where the time goes. */
  void write(FlatColumnWriter writer, byte[] bytes, int[] rows, int count) {
    RowLayout layout = layoutOf(steps[0]);
    int field = steps[0].field();
    if (writer instanceof TextColumnWriter texts) {
      for (int i = 0; i < count; i++) {
        int row = rows[i];
        if (layout.isNull(bytes, row, field)) {
          texts.writeNull();
        } else {
          texts.write(bytes, layout.startOf(bytes, row, field), layout.lengthOf(bytes, row, field));
        }
      }
      return;
    }
    NumberColumnWriter numbers = (NumberColumnWriter) writer;
    boolean narrow = kind == Kind.INT;
    for (int i = 0; i < count; i++) {
      if (layout.isNull(bytes, rows[i], field)) {
        numbers.writeNull();
      } else {
        numbers.write(
            narrow ? layout.intAt(bytes, rows[i], field) : layout.longAt(bytes, rows[i], field));
      }
    }
  }

  private void field(
      ColumnWriter writer, int depth, byte[] bytes, int row, int repetition, int definition) {
    Step step = steps[depth];
    RowLayout layout = layoutOf(step);
    int field = step.field();
    boolean required = step.declared().required();
    if (layout.isNull(bytes, row, field)) {
      writeNull(writer, required, repetition, definition);
      return;
    }
    int defined = required ? definition : definition + 1;
    if (depth + 1 == steps.length) {
      switch (kind) {
        case BOOLEAN -> writer.write(layout.booleanAt(bytes, row, field), repetition, defined);
        case INT -> writer.write(layout.intAt(bytes, row, field), repetition, defined);
        case LONG -> writer.write(layout.longAt(bytes, row, field), repetition, defined);
        case LONG_AS_INT ->
            writer.write((int) layout.longAt(bytes, row, field), repetition, defined);
        case FLOAT -> writer.write(layout.floatAt(bytes, row, field), repetition, defined);
        case DOUBLE -> writer.write(layout.doubleAt(bytes, row, field), repetition, defined);
        case TIME -> writer.write(timeOf(layout.longAt(bytes, row, field)), repetition, defined);
        case TEXT, FIXED ->
            writer.write(
                binaryOf(
                    bytes, layout.startOf(bytes, row, field), layout.lengthOf(bytes, row, field)),
                repetition,
                defined);
      }
    } else {
      descend(writer, depth + 1, bytes, layout.startOf(bytes, row, field), repetition, defined);
    }
  }

  private void descend(
      ColumnWriter writer, int depth, byte[] bytes, int start, int repetition, int definition) {
    ArrayLayout array = steps[depth].array();
    if (array == null) {
      field(writer, depth, bytes, start, repetition, definition);
    } else {
      elements(writer, depth, array, bytes, start, repetition, definition);
    }
  }

  private void elements(
      ColumnWriter writer,
      int depth,
      ArrayLayout array,
      byte[] bytes,
      int start,
      int repetition,
      int definition) {
    int count = ArrayLayout.count(bytes, start);
    if (count == 0) {
      writer.writeNull(repetition, definition);
      return;
    }
    boolean required = array.element().required();
    int repeated = 1;
    for (int i = 0; i < depth; i++) {
      repeated += steps[i].array() == null ? 0 : 1;
    }
    int present = definition + 1;
    int element = ArrayLayout.first(start);
    for (int i = 0; i < count; i++) {
      int level = i == 0 ? repetition : repeated;
      if (ArrayLayout.isNull(bytes, element)) {
        writeNull(writer, required, level, present);
      } else {
        int at = array.valueStart(element);
        int defined = required ? present : present + 1;
        if (depth + 1 == steps.length) {
          element(writer, bytes, at, array.valueLength(bytes, element), level, defined);
        } else {
          descend(writer, depth + 1, bytes, at, level, defined);
        }
      }
      element = array.next(bytes, element);
    }
  }

  private void element(
      ColumnWriter writer, byte[] bytes, int at, int length, int repetition, int definition) {
    switch (kind) {
      case BOOLEAN -> writer.write(bytes[at] != 0, repetition, definition);
      case INT -> writer.write(ArrayLayout.intAt(bytes, at), repetition, definition);
      case LONG -> writer.write(ArrayLayout.longAt(bytes, at), repetition, definition);
      case LONG_AS_INT -> writer.write((int) ArrayLayout.longAt(bytes, at), repetition, definition);
      case FLOAT ->
          writer.write(Float.intBitsToFloat(ArrayLayout.intAt(bytes, at)), repetition, definition);
      case DOUBLE ->
          writer.write(
              Double.longBitsToDouble(ArrayLayout.longAt(bytes, at)), repetition, definition);
      case TIME -> writer.write(timeOf(ArrayLayout.longAt(bytes, at)), repetition, definition);
      case TEXT, FIXED -> writer.write(binaryOf(bytes, at, length), repetition, definition);
    }
  }

  /**
   * Reused, never constant: a dictionary keeps what is constant, and the array will hold other
   * rows.
   */
  private Binary binaryOf(byte[] bytes, int start, int length) {
    if (kind == Kind.TEXT) {
      return Binary.fromReusedByteArray(bytes, start, length);
    }
    byte sign = (byte) (bytes[start] >> 7);
    int padding = fixed.length - length;
    java.util.Arrays.fill(fixed, 0, padding, sign);
    System.arraycopy(bytes, start, fixed, padding, length);
    return Binary.fromReusedByteArray(fixed);
  }

  private Binary timeOf(long micros) {
    return Binary.fromReusedByteArray(time, 0, TimeText.write(micros, time));
  }

  private void writeNull(ColumnWriter writer, boolean required, int repetition, int definition) {
    if (required) {
      throw new IllegalArgumentException(
          "Column '"
              + String.join(".", column.getPath())
              + "' is required and a row holds null in it: rows must be checked against their contract before they are written.");
    }
    writer.writeNull(repetition, definition);
  }

  private static RowLayout layoutOf(Step step) {
    RowLayout layout = step.layout();
    if (layout == null) {
      throw new IllegalStateException("A step into an array is taken for a field.");
    }
    return layout;
  }
}
