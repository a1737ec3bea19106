package org.beammedallion.transforms.row;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.transforms.row.RowLayout.Storage;

/**
 * Writes rows of a {@link RowLayout} into a buffer that grows. Rows, nested objects and arrays are
 * opened with {@code begin…}, which returns where they start, and filled by that position; each
 * field is set once. What is opened last is finished first. Not thread-safe.
 */
public final class RowBuilder {

  private byte[] bytes;
  private int end;

  public RowBuilder(int capacity) {
    bytes = new byte[Math.max(capacity, 64)];
  }

  /** The buffer; replaced by a larger one when it is full, so do not hold on to it. */
  public byte[] bytes() {
    return bytes;
  }

  /** Bytes written so far. */
  public int length() {
    return end;
  }

  /**
   * Forgets what was written from {@code length} on, for example a row that turned out to be bad.
   */
  public void truncate(int length) {
    end = length;
  }

  /** Makes room for {@code count} more bytes. */
  public void ensure(int count) {
    if (count > bytes.length - end) {
      long wanted = Math.max((long) end + count, (long) bytes.length * 2);
      bytes = Arrays.copyOf(bytes, (int) Math.min(wanted, Integer.MAX_VALUE - 16));
    }
  }

  public void appendByte(int value) {
    ensure(1);
    bytes[end++] = (byte) value;
  }

  public void appendInt(int value) {
    ensure(4);
    RowLayout.INT.set(bytes, end, value);
    end += 4;
  }

  public void appendLong(long value) {
    ensure(8);
    RowLayout.LONG.set(bytes, end, value);
    end += 8;
  }

  public void append(byte[] source, int offset, int length) {
    ensure(length);
    System.arraycopy(source, offset, bytes, end, length);
    end += length;
  }

  /** Overwrites four bytes at a position written before. */
  public void putInt(int position, int value) {
    RowLayout.INT.set(bytes, position, value);
  }

  /** Overwrites eight bytes at a position written before. */
  public void putLong(int position, long value) {
    RowLayout.LONG.set(bytes, position, value);
  }

  /** Opens a row in which every field is null; returns where it starts. */
  public int beginRow(RowLayout layout) {
    int row = end;
    byte[] nullRow = layout.nullRow();
    append(nullRow, 0, nullRow.length);
    return row;
  }

  private int slot(RowLayout layout, int row, int field) {
    bytes[row + (field >>> 3)] &= (byte) ~(1 << (field & 7));
    return row + layout.slot(field);
  }

  public void setBoolean(RowLayout layout, int row, int field, boolean value) {
    bytes[slot(layout, row, field)] = (byte) (value ? 1 : 0);
  }

  public void setInt(RowLayout layout, int row, int field, int value) {
    RowLayout.INT.set(bytes, slot(layout, row, field), value);
  }

  public void setLong(RowLayout layout, int row, int field, long value) {
    RowLayout.LONG.set(bytes, slot(layout, row, field), value);
  }

  public void setFloat(RowLayout layout, int row, int field, float value) {
    setInt(layout, row, field, Float.floatToIntBits(value));
  }

  public void setDouble(RowLayout layout, int row, int field, double value) {
    setLong(layout, row, field, Double.doubleToLongBits(value));
  }

  /**
   * Copies the value of a field, which is not null, from a row of another layout where it has the
   * same type.
   */
  public void copyField(
      RowLayout from,
      byte[] source,
      int sourceRow,
      int sourceField,
      RowLayout layout,
      int row,
      int field) {
    switch (from.storage(sourceField)) {
      case BOOLEAN ->
          setBoolean(layout, row, field, from.booleanAt(source, sourceRow, sourceField));
      case INT, FLOAT -> setInt(layout, row, field, from.intAt(source, sourceRow, sourceField));
      case LONG, DOUBLE -> setLong(layout, row, field, from.longAt(source, sourceRow, sourceField));
      default ->
          setBytes(
              layout,
              row,
              field,
              source,
              from.startOf(source, sourceRow, sourceField),
              from.lengthOf(source, sourceRow, sourceField));
    }
  }

  public void setBytes(
      RowLayout layout, int row, int field, byte[] source, int offset, int length) {
    int start = end;
    append(source, offset, length);
    endVariable(layout, row, field, start);
  }

  public void setString(RowLayout layout, int row, int field, String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    setBytes(layout, row, field, utf8, 0, utf8.length);
  }

  /**
   * Sets a decimal of any precision.
   *
   * @throws ArithmeticException where the type's scale cannot hold the value
   */
  public void setDecimal(RowLayout layout, int row, int field, BigDecimal value) {
    DecimalType type = (DecimalType) layout.schema().fields().get(field).type();
    BigDecimal scaled = value.setScale(type.scale());
    if (layout.storage(field) == Storage.LONG) {
      setLong(layout, row, field, scaled.unscaledValue().longValueExact());
    } else {
      byte[] unscaled = scaled.unscaledValue().toByteArray();
      setBytes(layout, row, field, unscaled, 0, unscaled.length);
    }
  }

  /** Closes a variable field whose value is everything written since {@code start}. */
  public void endVariable(RowLayout layout, int row, int field, int start) {
    int slot = slot(layout, row, field);
    RowLayout.INT.set(bytes, slot, start - row);
    RowLayout.INT.set(bytes, slot + 4, end - start);
  }

  /**
   * Opens an array; returns where it starts. Elements follow by {@code append…} and {@code
   * beginElement}.
   */
  public int beginArray() {
    int start = end;
    appendInt(0);
    return start;
  }

  public void appendNullElement(int array) {
    appendByte(1);
    increment(array);
  }

  /** Announces an element of fixed size: its value must be appended next. */
  public void beginFixedElement(int array) {
    appendByte(0);
    increment(array);
  }

  /** Opens an element of variable size; returns where its value starts. */
  public int beginVariableElement(int array) {
    appendByte(0);
    appendInt(0);
    increment(array);
    return end;
  }

  /** Closes the element of variable size whose value is everything written since {@code start}. */
  public void endVariableElement(int start) {
    RowLayout.INT.set(bytes, start - 4, end - start);
  }

  private void increment(int array) {
    RowLayout.INT.set(bytes, array, (int) RowLayout.INT.get(bytes, array) + 1);
  }
}
