package org.beammedallion.transforms.row;

import java.io.Serializable;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.RecordSchema;
import org.jspecify.annotations.Nullable;

/**
 * Where each field of an encoded row stands. Reading a field is a load at a fixed offset; a row is
 * never parsed.
 *
 * <p>A row at offset {@code row} of a byte array is, little-endian:
 *
 * <pre>
 *   null bits, one per field, least significant first, 1 = null    ceil(n / 8) bytes
 *   slots, one per field, in order:
 *     boolean                                    1 byte, 0 or 1
 *     int, date (days), float                    4 bytes
 *     long, time and timestamp (µs), double      8 bytes
 *     decimal of precision up to 18 (unscaled)   8 bytes
 *     everything else                            4 bytes offset from {@code row}, 4 bytes length
 *   variable part, in any order:
 *     string                                     UTF-8
 *     decimal of precision over 18               unscaled value, big-endian two's complement, shortest form
 *     object                                     a row of the object's layout
 *     array                                      4 bytes count, then for each element: 1 byte (1 = null, then nothing follows),
 *                                                the slot's bytes, or 4 bytes length and the value where it is of variable size
 * </pre>
 *
 * The slot of a null field is all zeros, so that equal rows built in the same order of fields have
 * equal bytes.
 */
public final class RowLayout implements Serializable {

  static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long MICROS_PER_DAY = 86_400_000_000L;

  /** How a field's value is stored. */
  public enum Storage {
    BOOLEAN(1, false),
    INT(4, false),
    LONG(8, false),
    FLOAT(4, false),
    DOUBLE(8, false),
    BYTES(8, true),
    BIG_DECIMAL(8, true),
    OBJECT(8, true),
    ARRAY(8, true);

    private final int width;
    private final boolean variable;

    Storage(int width, boolean variable) {
      this.width = width;
      this.variable = variable;
    }

    /** Bytes that the slot takes. */
    public int width() {
      return width;
    }

    /** Whether the slot holds an offset and a length instead of the value. */
    public boolean isVariable() {
      return variable;
    }

    public static Storage of(FieldType type) {
      return switch (type.kind()) {
        case STRING -> BYTES;
        case BOOLEAN -> BOOLEAN;
        case INT, DATE -> INT;
        case LONG, TIME, TIMESTAMP -> LONG;
        case FLOAT -> FLOAT;
        case DOUBLE -> DOUBLE;
        case DECIMAL -> ((DecimalType) type).fitsLong() ? LONG : BIG_DECIMAL;
        case OBJECT -> OBJECT;
        case ARRAY -> ARRAY;
      };
    }
  }

  private final RecordSchema schema;
  private final int fieldCount;
  private final Storage[] storages;
  private final int[] slots;
  private final @Nullable RowLayout[] objects;
  private final @Nullable ArrayLayout[] arrays;
  private final int fixedBytes;

  /** The bytes of a row in which every field is null. */
  private final byte[] nullRow;

  private RowLayout(RecordSchema schema) {
    this.schema = schema;
    List<Field> fields = schema.fields();
    fieldCount = fields.size();
    storages = new Storage[fieldCount];
    slots = new int[fieldCount];
    objects = new RowLayout[fieldCount];
    arrays = new ArrayLayout[fieldCount];
    int offset = (fieldCount + 7) >>> 3;
    for (int i = 0; i < fieldCount; i++) {
      FieldType type = fields.get(i).type();
      storages[i] = Storage.of(type);
      slots[i] = offset;
      offset += storages[i].width();
      if (type instanceof ObjectType object) {
        objects[i] = RowLayout.of(object.schema());
      } else if (type instanceof ArrayType array) {
        arrays[i] = ArrayLayout.of(array);
      }
    }
    fixedBytes = offset;
    nullRow = new byte[fixedBytes];
    for (int i = 0; i < fieldCount; i++) {
      nullRow[i >>> 3] |= (byte) (1 << (i & 7));
    }
  }

  public static RowLayout of(RecordSchema schema) {
    return new RowLayout(schema);
  }

  public RecordSchema schema() {
    return schema;
  }

  public int fieldCount() {
    return fieldCount;
  }

  public Storage storage(int field) {
    return storages[field];
  }

  /** Bytes of the null bits and the slots: the least that a row takes. */
  public int fixedBytes() {
    return fixedBytes;
  }

  /** A row in which every field is null; not to be changed. */
  byte[] nullRow() {
    return nullRow;
  }

  /** Where the slot of a field stands, counted from the start of the row. */
  public int slot(int field) {
    return slots[field];
  }

  /** The layout of a field that is an object. */
  public RowLayout object(int field) {
    RowLayout layout = objects[field];
    if (layout == null) {
      throw new IllegalArgumentException(
          "Field '" + schema.fields().get(field).name() + "' is not an object.");
    }
    return layout;
  }

  /** The layout of a field that is an array. */
  public ArrayLayout array(int field) {
    ArrayLayout layout = arrays[field];
    if (layout == null) {
      throw new IllegalArgumentException(
          "Field '" + schema.fields().get(field).name() + "' is not an array.");
    }
    return layout;
  }

  public boolean isNull(byte[] bytes, int row, int field) {
    return (bytes[row + (field >>> 3)] >>> (field & 7) & 1) != 0;
  }

  public boolean booleanAt(byte[] bytes, int row, int field) {
    return bytes[row + slots[field]] != 0;
  }

  public int intAt(byte[] bytes, int row, int field) {
    return (int) INT.get(bytes, row + slots[field]);
  }

  /**
   * A long, a time or timestamp in microseconds, or the unscaled value of a decimal of precision up
   * to 18.
   */
  public long longAt(byte[] bytes, int row, int field) {
    return (long) LONG.get(bytes, row + slots[field]);
  }

  /** A timestamp in microseconds, or the midnight in UTC that begins a date. */
  public long timeAt(byte[] bytes, int row, int field) {
    return storages[field] == Storage.INT
        ? intAt(bytes, row, field) * MICROS_PER_DAY
        : longAt(bytes, row, field);
  }

  public float floatAt(byte[] bytes, int row, int field) {
    return Float.intBitsToFloat(intAt(bytes, row, field));
  }

  public double doubleAt(byte[] bytes, int row, int field) {
    return Double.longBitsToDouble(longAt(bytes, row, field));
  }

  /** Where the value of a variable field starts, as an index into {@code bytes}. */
  public int startOf(byte[] bytes, int row, int field) {
    return row + (int) INT.get(bytes, row + slots[field]);
  }

  /** Length in bytes of the value of a variable field. */
  public int lengthOf(byte[] bytes, int row, int field) {
    return (int) INT.get(bytes, row + slots[field] + 4);
  }

  public String stringAt(byte[] bytes, int row, int field) {
    return new String(
        bytes, startOf(bytes, row, field), lengthOf(bytes, row, field), StandardCharsets.UTF_8);
  }

  /** A decimal of any precision, with the scale of its type. */
  public BigDecimal decimalAt(byte[] bytes, int row, int field) {
    int scale = ((DecimalType) schema.fields().get(field).type()).scale();
    if (storages[field] == Storage.LONG) {
      return BigDecimal.valueOf(longAt(bytes, row, field), scale);
    }
    return new BigDecimal(
        new BigInteger(bytes, startOf(bytes, row, field), lengthOf(bytes, row, field)), scale);
  }

  /** Eight bytes as a little-endian number. */
  public static long littleEndianLong(byte[] bytes, int position) {
    return (long) LONG.get(bytes, position);
  }

  /** Four bytes as they stand in memory, for lengths. */
  public static int littleEndianInt(byte[] bytes, int position) {
    return (int) INT.get(bytes, position);
  }
}
