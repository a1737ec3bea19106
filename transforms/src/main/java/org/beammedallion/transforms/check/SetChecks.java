package org.beammedallion.transforms.check;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.beammedallion.quality.rule.Literals;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.transforms.row.ArrayLayout;
import org.beammedallion.transforms.row.RowLayout.Storage;

/** Whether a value is in a list. */
final class SetChecks {

  private static final int SHOWN_VALUES = 10;

  private SetChecks() {}

  static ValueCheck oneOf(List<String> values, FieldType type) {
    String demand = "must be one of " + shown(values);
    return new Contained(members(values, type), true, true, demand);
  }

  static ValueCheck noneOf(List<String> values, boolean nullIsMissing, FieldType type) {
    String demand =
        values.isEmpty()
            ? "must not be missing"
            : "must not be missing, which null and " + shown(values) + " stand for";
    if (!nullIsMissing) {
      demand = "must not be " + shown(values) + ", which stands for a missing value";
    }
    return new Contained(members(values, type), false, !nullIsMissing, demand);
  }

  private static String shown(List<String> values) {
    List<String> some =
        values.stream().limit(SHOWN_VALUES).map(value -> value.isEmpty() ? "''" : value).toList();
    return String.join(", ", some) + (values.size() > SHOWN_VALUES ? ", …" : "");
  }

  private static final class Contained extends ValueCheck {
    private final Members members;
    private final boolean wanted;
    private final boolean acceptsNull;
    private final String demand;

    Contained(Members members, boolean wanted, boolean acceptsNull, String demand) {
      this.members = members;
      this.wanted = wanted;
      this.acceptsNull = acceptsNull;
      this.demand = demand;
    }

    @Override
    boolean accepts(byte[] bytes, int start, int length) {
      return members.contain(bytes, start, length) == wanted;
    }

    @Override
    boolean acceptsNull() {
      return acceptsNull;
    }

    @Override
    String demand() {
      return demand;
    }
  }

  private interface Members {
    boolean contain(byte[] bytes, int start, int length);
  }

  private static Members members(List<String> values, FieldType type) {
    Storage storage = Storage.of(type);
    return switch (storage) {
      case BYTES -> new Texts(values);
      case BOOLEAN -> {
        boolean hasTrue = values.contains("true");
        boolean hasFalse = values.contains("false");
        yield (bytes, start, length) -> bytes[start] != 0 ? hasTrue : hasFalse;
      }
      case FLOAT -> {
        double[] numbers =
            values.stream()
                .mapToDouble(value -> Literals.units(type, value).floatValue())
                .sorted()
                .toArray();
        yield (bytes, start, length) ->
            isIn(numbers, Float.intBitsToFloat(ArrayLayout.intAt(bytes, start)));
      }
      case DOUBLE -> {
        double[] numbers =
            values.stream()
                .mapToDouble(value -> Literals.units(type, value).doubleValue())
                .sorted()
                .toArray();
        yield (bytes, start, length) ->
            isIn(numbers, Double.longBitsToDouble(ArrayLayout.longAt(bytes, start)));
      }
      case BIG_DECIMAL -> {
        Set<BigInteger> numbers = new HashSet<>(wholes(values, type));
        yield (bytes, start, length) -> numbers.contains(new BigInteger(bytes, start, length));
      }
      case INT, LONG -> {
        long[] numbers =
            wholes(values, type).stream()
                .filter(number -> number.bitLength() <= 63)
                .mapToLong(BigInteger::longValueExact)
                .sorted()
                .toArray();
        yield storage == Storage.INT
            ? (bytes, start, length) ->
                Arrays.binarySearch(numbers, ArrayLayout.intAt(bytes, start)) >= 0
            : (bytes, start, length) ->
                Arrays.binarySearch(numbers, ArrayLayout.longAt(bytes, start)) >= 0;
      }
      case OBJECT, ARRAY -> {
        if (!values.isEmpty()) {
          throw new IllegalArgumentException(
              "Objects and arrays cannot be compared with " + values + ".");
        }
        yield (bytes, start, length) -> false;
      }
    };
  }

  /** By value, unlike {@link Arrays#binarySearch(double[], double)}: the two zeros are equal. */
  private static boolean isIn(double[] numbers, double value) {
    for (double number : numbers) {
      if (number == value) {
        return true;
      }
    }
    return false;
  }

  /** As they are stored; what has more decimal places than the type can equal no value of it. */
  private static List<BigInteger> wholes(List<String> values, FieldType type) {
    int scale = type instanceof DecimalType decimal ? decimal.scale() : 0;
    return values.stream()
        .map(value -> Literals.units(type, value).movePointRight(scale).stripTrailingZeros())
        .filter(value -> value.scale() <= 0)
        .map(BigDecimal::toBigIntegerExact)
        .toList();
  }

  /** A hash table of byte strings, open-addressed and at most half full. */
  private static final class Texts implements Members {
    private final byte[][] table;
    private final int mask;

    Texts(List<String> values) {
      mask = Math.max(4, Integer.highestOneBit(Math.max(1, values.size())) * 4) - 1;
      table = new byte[mask + 1][];
      for (String value : values) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        int slot = hash(text, 0, text.length) & mask;
        while (table[slot] != null && !Arrays.equals(table[slot], text)) {
          slot = (slot + 1) & mask;
        }
        table[slot] = text;
      }
    }

    @Override
    public boolean contain(byte[] bytes, int start, int length) {
      int slot = hash(bytes, start, length) & mask;
      for (byte[] text = table[slot]; text != null; text = table[slot]) {
        if (text.length == length && Arrays.equals(text, 0, length, bytes, start, start + length)) {
          return true;
        }
        slot = (slot + 1) & mask;
      }
      return false;
    }

    private static int hash(byte[] bytes, int start, int length) {
      int hash = length;
      for (int i = start; i < start + length; i++) {
        hash = 31 * hash + bytes[i];
      }
      return hash ^ hash >>> 15;
    }
  }
}
