package org.beammedallion.transforms.decode;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.beammedallion.transforms.decode.ConnectType.Category;
import org.beammedallion.transforms.decode.DebeziumFormat.Decimals;
import org.beammedallion.transforms.decode.DebeziumFormat.TimeUnit;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/**
 * Writes values as Kafka Connect's converters give them: times as numbers, decimals as bytes. What
 * the schema of a record does not tell, the {@link DebeziumFormat} does. Not thread-safe.
 */
final class ConnectWriter extends ValueWriter {

  /** Stands for a large value that was not changed, and that the source's log does not hold. */
  private static final byte[] UNAVAILABLE =
      "__debezium_unavailable_value".getBytes(StandardCharsets.US_ASCII);

  private static final long MICROS_PER_DAY = 86_400_000_000L;

  /** A decimal of 38 digits takes 16 bytes; some more may be trailing zeros. */
  private static final int MAX_UNSCALED_BYTES = 64;

  private final DebeziumFormat format;
  private final Faults faults;
  private final NumberText numberText = new NumberText();
  private final JsonScanner scanner = new JsonScanner(4);
  private final JsonMembers decimalMembers = new JsonMembers("scale", "value");
  private final RowLayout layout;
  private final Map<String, FieldPlan> planned = new HashMap<>();
  private @Nullable ConnectType[] types = {};

  /**
   * @param plan of the records whose fields' types {@link #types} sets
   */
  ConnectWriter(RowBuilder builder, DebeziumFormat format, Faults faults, ObjectPlan plan) {
    super(builder);
    this.format = format;
    this.faults = faults;
    this.layout = plan.layout;
    for (FieldPlan field : plan.fields) {
      planned.put(new String(field.name, StandardCharsets.UTF_8), field);
    }
  }

  /** Sets the types of the columns, by their names in the source; unknown ones are left out. */
  void types(Map<String, ConnectType> byName) {
    types = new ConnectType[planned.size()];
    byName.forEach(
        (name, type) -> {
          FieldPlan field = planned.get(name);
          if (field != null) {
            types[field.index] = type;
          }
        });
  }

  private @Nullable ConnectType typeOf(FieldPlan field) {
    return field.layout == layout && !field.isElement() && field.index < types.length
        ? types[field.index]
        : null;
  }

  @Override
  @Nullable Mismatch number(FieldPlan field, int at, NumberText number) {
    switch (field.kind) {
      case DATE, TIME, TIMESTAMP, BOOLEAN -> {
        Mismatch mismatch = number.toInteger(Long.SIZE);
        return mismatch != null ? mismatch : integer(field, at, number.bits(), typeOf(field));
      }
      default -> {
        return super.number(field, at, number);
      }
    }
  }

  /**
   * Writes a whole number into a field that is a date, time, timestamp or boolean.
   *
   * @param type of the value, or null where it is not known
   */
  @Nullable Mismatch integer(FieldPlan field, int at, long value, @Nullable ConnectType type) {
    ConnectType known = type == null ? ConnectType.PLAIN : type;
    boolean plain = known.category() == Category.PLAIN;
    TimeUnit unit = known.unit() == null ? format.timeUnit() : known.unit();
    try {
      switch (field.kind) {
        case BOOLEAN -> {
          return value == 0 || value == 1 ? bool(field, at, value == 1) : Mismatch.OTHER_TYPE;
        }
        case DATE -> {
          return plain || known.category() == Category.DATE
              ? inRange(field, at, value, TemporalText.isDay(value))
              : Mismatch.OTHER_TYPE;
        }
        case TIME -> {
          long micros = unit.toMicros(value);
          return plain || known.category() == Category.TIME
              ? inRange(field, at, micros, micros >= 0 && micros < MICROS_PER_DAY)
              : Mismatch.OTHER_TYPE;
        }
        case TIMESTAMP -> {
          long micros = unit.toMicros(value);
          return plain || known.category() == Category.TIMESTAMP
              ? inRange(
                  field, at, micros, TemporalText.isDay(Math.floorDiv(micros, MICROS_PER_DAY)))
              : Mismatch.OTHER_TYPE;
        }
        default -> {
          return Mismatch.OTHER_TYPE;
        }
      }
    } catch (ArithmeticException e) {
      return Mismatch.OUT_OF_RANGE;
    }
  }

  private @Nullable Mismatch inRange(FieldPlan field, int at, long value, boolean fits) {
    if (!fits) {
      return Mismatch.OUT_OF_RANGE;
    }
    fixed(field, at, value);
    return null;
  }

  @Override
  @Nullable Mismatch text(FieldPlan field, int at, byte[] text, int from, int to) {
    if (Arrays.equals(text, from, to, UNAVAILABLE, 0, UNAVAILABLE.length)) {
      faults.unsupported(
          field.label()
              + " was not sent: the source's log does not hold large values that did not change. Let it hold whole rows"
              + " (in PostgreSQL: ALTER TABLE … REPLICA IDENTITY FULL).");
      return null;
    }
    boolean read;
    switch (field.kind) {
      case DECIMAL, BIG_DECIMAL -> {
        return decimalText(field, at, text, from, to);
      }
      case TIMESTAMP -> read = temporal.timestamp(text, from, to, field.zone());
      case DATE -> read = temporal.date(text, from, to);
      // Times with a zone are always in UTC.
      case TIME -> read = temporal.time(text, from, to > from && text[to - 1] == 'Z' ? to - 1 : to);
      default -> {
        return super.text(field, at, text, from, to);
      }
    }
    if (!read) {
      return Mismatch.OTHER_TYPE;
    }
    fixed(field, at, temporal.value());
    return null;
  }

  private @Nullable Mismatch decimalText(FieldPlan field, int at, byte[] text, int from, int to) {
    ConnectType type = typeOf(field);
    boolean bytes =
        type == null ? format.decimals() == Decimals.BYTES : type.category() == Category.DECIMAL;
    if (!bytes) {
      return from < to && numberText.scan(text, from, to) == to
          ? super.number(field, at, numberText)
          : Mismatch.OTHER_TYPE;
    }
    byte[] unscaled = base64(text, from, to);
    return unscaled == null
        ? Mismatch.OTHER_TYPE
        : decimal(field, at, unscaled, type == null ? field.scale : type.scale());
  }

  private static byte @Nullable [] base64(byte[] text, int from, int to) {
    try {
      return Base64.getDecoder().decode(Arrays.copyOfRange(text, from, to));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Writes a decimal that is given by its unscaled value, big-endian two's complement. */
  @Nullable Mismatch decimal(FieldPlan field, int at, byte[] unscaled, int scale) {
    if (field.kind != FieldPlan.Kind.DECIMAL && field.kind != FieldPlan.Kind.BIG_DECIMAL) {
      return Mismatch.OTHER_TYPE;
    } else if (unscaled.length == 0) {
      return Mismatch.OTHER_TYPE;
    } else if (unscaled.length > MAX_UNSCALED_BYTES) {
      return Mismatch.OUT_OF_RANGE;
    }
    BigDecimal value = new BigDecimal(new BigInteger(unscaled), scale).stripTrailingZeros();
    if (value.signum() == 0) {
      value = BigDecimal.ZERO;
    } else if (value.scale() > field.scale) {
      return Mismatch.FRACTION_TOO_LONG;
    } else if (value.precision() - (long) value.scale() > field.precision - field.scale) {
      return Mismatch.OUT_OF_RANGE;
    }
    BigInteger scaled = value.setScale(field.scale).unscaledValue();
    if (field.kind == FieldPlan.Kind.DECIMAL) {
      fixed(field, at, scaled.longValueExact());
    } else {
      byte[] bytes = scaled.toByteArray();
      variable(field, at, bytes, 0, bytes.length);
    }
    return null;
  }

  /** A decimal with a scale of its own: {@code {"scale": 2, "value": "BN4="}}. */
  @Override
  @Nullable Mismatch structure(FieldPlan field, int at, byte[] text, int from, int to) {
    if (field.kind == FieldPlan.Kind.STRING) {
      return super.structure(field, at, text, from, to);
    } else if (text[from] != '{') {
      return Mismatch.OTHER_TYPE;
    }
    try {
      scanner.reset(text, from, to);
      decimalMembers.scan(scanner, text, from, 1);
      Long scale = decimalMembers.integer(0, scanner);
      if (scale == null || scale != scale.intValue() || !decimalMembers.isPlainText(1)) {
        return Mismatch.OTHER_TYPE;
      }
      byte[] unscaled = base64(text, decimalMembers.textFrom(1), decimalMembers.textTo(1));
      return unscaled == null
          ? Mismatch.OTHER_TYPE
          : decimal(field, at, unscaled, scale.intValue());
    } catch (MalformedRecord e) {
      return Mismatch.OTHER_TYPE;
    }
  }
}
