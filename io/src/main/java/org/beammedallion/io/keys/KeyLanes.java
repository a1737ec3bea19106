package org.beammedallion.io.keys;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.beammedallion.io.table.ColumnStatistics;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.transforms.deduplicate.RowKey;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowLayout.Storage;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a key as numbers, one lane for each field: of two values the smaller never has the
 * greater number. Equal numbers do not mean equal values: of a text only eight bytes count, those
 * behind the beginning that all bounds of the table's files share.
 */
public final class KeyLanes implements Serializable {

  private final RowLayout layout;
  private final int[] fields;
  private final byte[][] prefixes;

  private KeyLanes(RowLayout layout, int[] fields, byte[][] prefixes) {
    this.layout = layout;
    this.fields = fields;
    this.prefixes = prefixes;
  }

  /**
   * Lanes for a key.
   *
   * @param files of the table, whose bounds tell where texts begin to differ
   */
  public static KeyLanes of(RowKey key, List<DataFile> files) {
    int[] fields =
        Arrays.stream(key.fields()).filter(field -> hasOrder(type(key.layout(), field))).toArray();
    byte[][] prefixes = new byte[fields.length][];
    for (int lane = 0; lane < fields.length; lane++) {
      prefixes[lane] =
          type(key.layout(), fields[lane]) instanceof FieldType.StringType
              ? commonPrefix(key.layout().schema().fields().get(fields[lane]).name(), files)
              : new byte[0];
    }
    return new KeyLanes(key.layout(), fields, prefixes);
  }

  /** Whether tables keep bounds of such a field, in the order of its values. */
  private static boolean hasOrder(FieldType type) {
    return switch (type.kind()) {
      case STRING, BOOLEAN, INT, LONG, DECIMAL, DATE, TIMESTAMP -> true;
      case FLOAT, DOUBLE, TIME, OBJECT, ARRAY -> false;
    };
  }

  private static FieldType type(RowLayout layout, int field) {
    return layout.schema().fields().get(field).type();
  }

  private static byte[] commonPrefix(String column, List<DataFile> files) {
    List<byte[]> bounds = new ArrayList<>();
    for (DataFile file : files) {
      for (ColumnStatistics each : file.statistics()) {
        if (each.path().equals(List.of(column))
            && each.min() instanceof String min
            && each.max() instanceof String max) {
          bounds.add(min.getBytes(StandardCharsets.UTF_8));
          bounds.add(max.getBytes(StandardCharsets.UTF_8));
        }
      }
    }
    if (bounds.isEmpty()) {
      return new byte[0];
    }
    byte[] first = bounds.get(0);
    int length = first.length;
    for (byte[] bound : bounds) {
      int mismatch = Arrays.mismatch(first, 0, length, bound, 0, bound.length);
      length = mismatch < 0 ? length : mismatch;
    }
    return Arrays.copyOf(first, length);
  }

  /** How many lanes there are; fewer than fields where one has no order. */
  public int count() {
    return fields.length;
  }

  /** The column that a lane stands for. */
  String column(int lane) {
    return field(lane).name();
  }

  private Field field(int lane) {
    return layout.schema().fields().get(fields[lane]);
  }

  public boolean isNull(byte[] bytes, int row, int lane) {
    return layout.isNull(bytes, row, fields[lane]);
  }

  /** The number of a row's value, which is not null. */
  public long at(byte[] bytes, int row, int lane) {
    int field = fields[lane];
    Storage storage = layout.storage(field);
    return switch (storage) {
      case BOOLEAN -> layout.booleanAt(bytes, row, field) ? 1 : 0;
      case INT -> layout.intAt(bytes, row, field);
      case LONG -> layout.longAt(bytes, row, field);
      case BIG_DECIMAL ->
          saturated(
              new BigInteger(
                  bytes, layout.startOf(bytes, row, field), layout.lengthOf(bytes, row, field)));
      default ->
          textLane(
              bytes,
              layout.startOf(bytes, row, field),
              layout.lengthOf(bytes, row, field),
              prefixes[lane]);
    };
  }

  /** The number of a lower bound, or the least one where the bound says nothing. */
  long lower(int lane, @Nullable Serializable bound) {
    return bound(lane, bound, RoundingMode.FLOOR, Long.MIN_VALUE);
  }

  /** The number of an upper bound, or the greatest one where the bound says nothing. */
  long upper(int lane, @Nullable Serializable bound) {
    return bound(lane, bound, RoundingMode.CEILING, Long.MAX_VALUE);
  }

  /** What is known of a column that has one value in all rows of a file, see {@link DataFile}. */
  @Nullable ColumnStatistics ofPartition(int lane, String value) {
    Serializable bound =
        switch (field(lane).type().kind()) {
          case STRING -> value;
          case INT, LONG -> Long.valueOf(value);
          case DATE -> LocalDate.parse(value).toEpochDay();
          case BOOLEAN, FLOAT, DOUBLE, DECIMAL, TIME, TIMESTAMP, OBJECT, ARRAY -> null;
        };
    return bound == null ? null : new ColumnStatistics(List.of(column(lane)), bound, bound, 0);
  }

  private long bound(int lane, @Nullable Serializable bound, RoundingMode rounding, long unknown) {
    FieldType type = field(lane).type();
    if (type instanceof DecimalType decimal) {
      return bound instanceof BigDecimal number
          ? saturated(number.setScale(decimal.scale(), rounding).unscaledValue())
          : unknown;
    } else if (type instanceof FieldType.StringType) {
      return bound instanceof String text && isWellFormed(text)
          ? textLane(text.getBytes(StandardCharsets.UTF_8), prefixes[lane])
          : unknown;
    } else if (type instanceof FieldType.BooleanType) {
      return bound instanceof Boolean value ? (value ? 1 : 0) : unknown;
    }
    return bound instanceof Long number ? number : unknown;
  }

  /** Half a surrogate pair has no bytes in UTF-8. */
  private static boolean isWellFormed(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  private static long saturated(BigInteger number) {
    if (number.bitLength() < Long.SIZE) {
      return number.longValue();
    }
    return number.signum() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
  }

  private static long textLane(byte[] text, byte[] prefix) {
    return textLane(text, 0, text.length, prefix);
  }

  private static long textLane(byte[] bytes, int start, int length, byte[] prefix) {
    int end = start + length;
    int from = start + Math.min(length, prefix.length);
    int order = Arrays.compareUnsigned(bytes, start, from, prefix, 0, prefix.length);
    if (order != 0) {
      return order < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
    long lane = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      lane = (lane << Byte.SIZE) | (from + i < end ? bytes[from + i] & 0xFF : 0);
    }
    // Bytes are unsigned, numbers are not.
    return lane ^ Long.MIN_VALUE;
  }
}
