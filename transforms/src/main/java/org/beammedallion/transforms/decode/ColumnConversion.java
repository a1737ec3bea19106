package org.beammedallion.transforms.decode;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Locale;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.rule.TemporalFormat;
import org.beammedallion.quality.schema.FieldType.StringType.Content;
import org.beammedallion.transforms.decode.ColumnMeaning.Category;
import org.beammedallion.transforms.decode.ColumnMeaning.Unit;
import org.jspecify.annotations.Nullable;

/**
 * Turns values of a column of a file with a schema into values of a field, exactly or not at all.
 * Holds the value that it converted last; not thread-safe.
 *
 * <p>A whole number may become any number that holds it, a decimal too; a floating point number a
 * decimal by its shortest decimal form, and a whole number where it is whole. A text becomes a
 * date, time or timestamp by the field's format. Nothing else changes its kind.
 */
public final class ColumnConversion {

  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final long MICROS_PER_DAY = 86_400_000_000L;
  private static final int MAX_UNSCALED_BYTES = 64;
  private static final long[] POWERS = new long[19];
  private static final DateTimeFormatter LOCAL = DateTimeFormatter.ISO_LOCAL_DATE_TIME;

  /** 2^63, the first double that is no long. */
  private static final double LONG_LIMIT = 0x1p63;

  static {
    POWERS[0] = 1;
    for (int i = 1; i < POWERS.length; i++) {
      POWERS[i] = POWERS[i - 1] * 10;
    }
  }

  private final FieldPlan field;
  private final ColumnMeaning meaning;
  private final Category category;
  private final boolean nanIsNull;
  private final @Nullable LongUnaryOperator calendar;
  private final TemporalText temporal = new TemporalText();
  private final FreeForm freeForm = new FreeForm();

  private long bits;
  private byte[] bytes = {};
  private int from;
  private int length;
  private @Nullable Fault fault;

  private ColumnConversion(
      FieldPlan field,
      ColumnMeaning meaning,
      TypedSettings settings,
      @Nullable LongUnaryOperator calendar) {
    this.field = field;
    this.meaning = meaning;
    this.category =
        (meaning.category() == Category.BYTES && settings.binaryIsText())
            ? Category.TEXT
            : meaning.category();
    this.nanIsNull = settings.nanIsNull();
    this.calendar = calendar;
  }

  /**
   * @param calendar from days of a date, or microseconds of a timestamp, as an old writer counted
   *     them to what they are; null where they are right
   */
  public static ColumnConversion of(
      FieldPlan field,
      ColumnMeaning meaning,
      TypedSettings settings,
      @Nullable LongUnaryOperator calendar) {
    return new ColumnConversion(field, meaning, settings, calendar);
  }

  /**
   * Whether a whole number, as the column has it, is the field's value: nothing need be converted.
   *
   * @param columnBits of the column's numbers
   */
  public boolean isIdentity(int columnBits) {
    return category == Category.INTEGER
        && field.kind == FieldPlan.Kind.INTEGER
        && columnBits <= field.precision;
  }

  /** Why the last value could not be converted; null where it could, or is null. */
  public @Nullable Fault fault() {
    return fault;
  }

  /** The last value, where the field's values have a fixed size. */
  public long bits() {
    return bits;
  }

  /** Holds the last value, where the field's values have no fixed size. */
  public byte[] bytes() {
    return bytes;
  }

  public int from() {
    return from;
  }

  public int length() {
    return length;
  }

  /** Converts a boolean; false where there is no value, which is a fault, or null. */
  public boolean ofBoolean(boolean value) {
    fault = null;
    return field.kind == FieldPlan.Kind.BOOLEAN
        ? fixed(value ? 1 : 0)
        : fail(Mismatch.OTHER_TYPE, () -> Boolean.toString(value));
  }

  /**
   * Converts a whole number, the unscaled value of a decimal, or a number that counts days or time;
   * false where there is no value.
   */
  public boolean ofLong(long value) {
    fault = null;
    return switch (category) {
      case INTEGER -> integer(value);
      case UNSIGNED ->
          value >= 0 ? integer(value) : big(new BigInteger(Long.toUnsignedString(value)), 0);
      case DECIMAL -> decimal(value);
      case DATE -> date(value);
      case TIME -> time(value);
      case TIMESTAMP -> timestamp(value);
      default -> fail(Mismatch.OTHER_TYPE, () -> Long.toString(value));
    };
  }

  /** Converts a floating point number; false where there is no value. */
  public boolean ofDouble(double value) {
    fault = null;
    if (Double.isNaN(value) && nanIsNull) {
      return false;
    }
    return switch (field.kind) {
      case DOUBLE -> fixed(Double.doubleToLongBits(value));
      case FLOAT -> narrow(value);
      case INTEGER -> whole(value);
      case DECIMAL, BIG_DECIMAL -> {
        if (!Double.isFinite(value)) {
          yield fail(Mismatch.OTHER_TYPE, () -> shown(value));
        }
        BigDecimal exact = new BigDecimal(shown(value));
        yield big(exact.unscaledValue(), exact.scale());
      }
      default -> fail(Mismatch.OTHER_TYPE, () -> shown(value));
    };
  }

  /** Converts a text, bytes, or the unscaled value of a decimal; false where there is no value. */
  public boolean ofBytes(byte[] value, int start, int count) {
    fault = null;
    return switch (category) {
      case TEXT -> text(value, start, count);
      case BYTES -> {
        if (field.kind != FieldPlan.Kind.STRING || field.content != Content.TEXT) {
          yield fail(Mismatch.OTHER_TYPE, () -> count + " bytes");
        }
        byte[] exact = java.util.Arrays.copyOfRange(value, start, start + count);
        byte[] base64 = Base64.getEncoder().encode(exact);
        yield variable(base64, 0, base64.length);
      }
      case DECIMAL -> {
        if (count == 0) {
          yield fail(Mismatch.OTHER_TYPE, () -> "a decimal without bytes");
        } else if (count <= Long.BYTES) {
          yield decimal(bigEndian(value, start, count));
        } else if (count > MAX_UNSCALED_BYTES) {
          yield fail(Mismatch.OUT_OF_RANGE, () -> "a decimal of " + count + " bytes");
        }
        yield big(new BigInteger(value, start, count), meaning.scale());
      }
      default -> fail(Mismatch.OTHER_TYPE, () -> count + " bytes");
    };
  }

  /** Notes that the column holds something else than the field wants, whatever the value is. */
  public void ofOtherShape(String shown) {
    fail(Mismatch.OTHER_TYPE, () -> shown);
  }

  private boolean fixed(long value) {
    bits = value;
    return true;
  }

  private boolean variable(byte[] value, int start, int count) {
    bytes = value;
    from = start;
    length = count;
    return true;
  }

  private boolean fail(Mismatch mismatch, Supplier<String> shown) {
    fault = new Fault(Reason.TYPE_MISMATCH, mismatch.detail(field, Excerpt.of(shown.get())));
    return false;
  }

  private boolean integer(long value) {
    switch (field.kind) {
      case INTEGER -> {
        return (field.precision == Integer.SIZE && value != (int) value)
            ? fail(Mismatch.OUT_OF_RANGE, () -> Long.toString(value))
            : fixed(value);
      }
      case DECIMAL -> {
        return scaled(value, 0);
      }
      case BIG_DECIMAL -> {
        return big(BigInteger.valueOf(value), 0);
      }
      case DOUBLE -> {
        return fixed(Double.doubleToLongBits((double) value));
      }
      case FLOAT -> {
        return fixed(Float.floatToIntBits((float) value));
      }
      case BOOLEAN -> {
        if (value == 0 || value == 1) {
          return fixed(value);
        }
      }
      default -> {}
    }
    return fail(Mismatch.OTHER_TYPE, () -> Long.toString(value));
  }

  private boolean decimal(long unscaled) {
    return field.kind == FieldPlan.Kind.DECIMAL
        ? scaled(unscaled, meaning.scale())
        : big(BigInteger.valueOf(unscaled), meaning.scale());
  }

  /** A decimal of up to 18 digits. */
  private boolean scaled(long unscaled, int scale) {
    int shift = field.scale - scale;
    if (shift < 0 || shift > field.precision) {
      return big(BigInteger.valueOf(unscaled), scale);
    }
    long limit = POWERS[field.precision - shift];
    return (unscaled < limit && unscaled > -limit)
        ? fixed(unscaled * POWERS[shift])
        : big(BigInteger.valueOf(unscaled), scale);
  }

  /** An exact number of any size. */
  private boolean big(BigInteger unscaled, int scale) {
    BigDecimal value = new BigDecimal(unscaled, scale);
    switch (field.kind) {
      case INTEGER -> {
        BigDecimal plain = value.stripTrailingZeros();
        if (plain.scale() > 0) {
          return fail(Mismatch.NOT_WHOLE, value::toPlainString);
        }
        BigInteger whole = plain.precision() - plain.scale() > 20 ? null : plain.toBigInteger();
        return (whole == null || whole.bitLength() >= field.precision)
            ? fail(Mismatch.OUT_OF_RANGE, value::toString)
            : fixed(whole.longValue());
      }
      case DECIMAL, BIG_DECIMAL -> {
        return exact(value);
      }
      case DOUBLE -> {
        return fixed(Double.doubleToLongBits(value.doubleValue()));
      }
      case FLOAT -> {
        return fixed(Float.floatToIntBits(value.floatValue()));
      }
      default -> {
        return fail(Mismatch.OTHER_TYPE, value::toPlainString);
      }
    }
  }

  private boolean exact(BigDecimal value) {
    BigDecimal plain = value.stripTrailingZeros();
    if (plain.signum() == 0) {
      plain = BigDecimal.ZERO;
    } else if (plain.scale() > field.scale) {
      return fail(Mismatch.FRACTION_TOO_LONG, value::toString);
    } else if (plain.precision() - (long) plain.scale() > field.precision - field.scale) {
      return fail(Mismatch.OUT_OF_RANGE, value::toString);
    }
    BigInteger scaled = plain.setScale(field.scale).unscaledValue();
    if (field.kind == FieldPlan.Kind.DECIMAL) {
      return fixed(scaled.longValueExact());
    }
    byte[] shortest = scaled.toByteArray();
    return variable(shortest, 0, shortest.length);
  }

  private boolean narrow(double value) {
    float narrow = (float) value;
    return (Float.isInfinite(narrow) && !Double.isInfinite(value))
        ? fail(Mismatch.OUT_OF_RANGE, () -> shown(value))
        : fixed(Float.floatToIntBits(narrow));
  }

  private boolean whole(double value) {
    if (!Double.isFinite(value)) {
      return fail(Mismatch.OTHER_TYPE, () -> shown(value));
    } else if (value != Math.rint(value)) {
      return fail(Mismatch.NOT_WHOLE, () -> shown(value));
    } else if (value >= LONG_LIMIT || value < -LONG_LIMIT) {
      return fail(Mismatch.OUT_OF_RANGE, () -> shown(value));
    }
    return integer((long) value);
  }

  private String shown(double value) {
    return category == Category.FLOAT ? Float.toString((float) value) : Double.toString(value);
  }

  private boolean date(long days) {
    if (field.kind != FieldPlan.Kind.DATE) {
      return fail(Mismatch.OTHER_TYPE, () -> LocalDate.ofEpochDay(days).toString());
    }
    long right = calendar == null ? days : calendar.applyAsLong(days);
    return TemporalText.isDay(right)
        ? fixed(right)
        : fail(Mismatch.OUT_OF_RANGE, () -> LocalDate.ofEpochDay(right).toString());
  }

  private Unit unit() {
    Unit unit = meaning.unit();
    if (unit == null) {
      throw new IllegalStateException("A time without a unit.");
    }
    return unit;
  }

  private String unitName() {
    return unit().name().toLowerCase(Locale.ROOT);
  }

  private boolean time(long value) {
    long micros = Unit.NANOS == meaning.unit() ? Math.floorDiv(value, 1_000L) : value;
    micros = Unit.MILLIS == meaning.unit() ? micros * 1_000 : micros;
    boolean inDay = micros >= 0 && micros < MICROS_PER_DAY;
    long time = micros;
    if (field.kind != FieldPlan.Kind.TIME) {
      return fail(
          Mismatch.OTHER_TYPE,
          () -> inDay ? LocalTime.ofNanoOfDay(time * 1_000).toString() : Long.toString(value));
    }
    return inDay ? fixed(micros) : fail(Mismatch.OUT_OF_RANGE, () -> value + " " + unitName());
  }

  private boolean timestamp(long value) {
    long micros;
    try {
      micros = unit().toMicros(value);
      micros = calendar == null ? micros : calendar.applyAsLong(micros);
    } catch (ArithmeticException e) {
      return fail(Mismatch.OUT_OF_RANGE, () -> value + " " + unitName());
    }
    long instant = micros;
    if (field.kind != FieldPlan.Kind.TIMESTAMP) {
      return fail(Mismatch.OTHER_TYPE, () -> shownInstant(instant));
    } else if (!isInYears(micros)) {
      return fail(Mismatch.OUT_OF_RANGE, () -> shownInstant(instant));
    } else if (!meaning.utc()) {
      long second = Math.floorDiv(micros, MICROS_PER_SECOND);
      micros =
          field.zone().epochSecond(second) * MICROS_PER_SECOND
              + Math.floorMod(micros, MICROS_PER_SECOND);
      if (!isInYears(micros)) {
        return fail(Mismatch.OUT_OF_RANGE, () -> shownInstant(instant));
      }
    }
    return fixed(micros);
  }

  private static boolean isInYears(long micros) {
    return TemporalText.isDay(Math.floorDiv(micros, MICROS_PER_DAY));
  }

  private String shownInstant(long micros) {
    Instant instant = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    return meaning.utc()
        ? instant.toString()
        : LOCAL.format(instant.atOffset(ZoneOffset.UTC).toLocalDateTime());
  }

  private boolean text(byte[] value, int start, int count) {
    int to = start + count;
    int invalid = Utf8.firstInvalid(value, start, to);
    if (invalid >= 0) {
      fault =
          new Fault(
              Reason.MALFORMED,
              field.label()
                  + ": invalid UTF-8 at byte "
                  + (invalid - start)
                  + " of the text: "
                  + Excerpt.of(value[invalid])
                  + " does not belong there. Have the source write UTF-8.");
      return false;
    }
    TemporalFormat format = field.format();
    boolean read =
        switch (field.kind) {
          case STRING ->
              (field.content == Content.TEXT || freeForm.holds(field.content, value, start, to))
                  && variable(value, start, count);
          case TIMESTAMP ->
              format == null
                  ? temporal.timestamp(value, start, to, field.zone())
                  : temporal.timestamp(value, start, to, format, field.zone().zone());
          case DATE ->
              format == null
                  ? temporal.date(value, start, to)
                  : temporal.date(value, start, to, format);
          case TIME ->
              format == null
                  ? temporal.time(value, start, to)
                  : temporal.time(value, start, to, format);
          default -> false;
        };
    if (!read) {
      return fail(Mismatch.OTHER_TYPE, () -> Excerpt.of(value, start, to));
    }
    bits = temporal.value();
    return true;
  }

  private static long bigEndian(byte[] value, int start, int count) {
    long number = value[start];
    for (int i = 1; i < count; i++) {
      number = number << 8 | (value[start + i] & 0xFF);
    }
    return number;
  }
}
