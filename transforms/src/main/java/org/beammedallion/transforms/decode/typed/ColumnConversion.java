package org.beammedallion.transforms.decode.typed;

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
import org.beammedallion.quality.rule.EpochUnit;
import org.beammedallion.quality.rule.TemporalFormat;
import org.beammedallion.transforms.decode.json.FreeForm;
import org.beammedallion.transforms.decode.record.Excerpt;
import org.beammedallion.transforms.decode.record.Fault;
import org.beammedallion.transforms.decode.record.FieldPlan;
import org.beammedallion.transforms.decode.record.Mismatch;
import org.beammedallion.transforms.decode.record.NumberConversion;
import org.beammedallion.transforms.decode.record.TemporalText;
import org.beammedallion.transforms.decode.record.Utf8;
import org.beammedallion.transforms.decode.typed.ColumnMeaning.Category;
import org.beammedallion.transforms.decode.typed.ColumnMeaning.Unit;
import org.jspecify.annotations.Nullable;

/**
 * Turns values of a column of a file with a schema into values of a field, exactly or not at all.
 * Holds the value that it converted last; not thread-safe.
 *
 * <p>A number may become any number that holds it, and the nearest floating point number. Of a
 * floating point number its shortest decimal form counts. A text becomes a date, time or timestamp
 * by the field's format. Nothing else changes its kind. It is the one rule of Avro and Parquet.
 */
public final class ColumnConversion {

  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final long MICROS_PER_DAY = 86_400_000_000L;
  private static final DateTimeFormatter LOCAL = DateTimeFormatter.ISO_LOCAL_DATE_TIME;

  private final FieldPlan field;
  private final ColumnMeaning meaning;
  private final Category category;
  private final boolean nanIsNull;
  private final @Nullable LongUnaryOperator calendar;
  private final TemporalText temporal = new TemporalText();
  private final NumberConversion numbers = new NumberConversion();
  private @Nullable FreeForm freeForm;

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
    this.category = meaning.category();
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

  public FieldPlan field() {
    return field;
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
          value >= 0 ? integer(value) : decimal(new BigInteger(Long.toUnsignedString(value)), 0);
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
    boolean single = category == Category.FLOAT;
    EpochUnit unit = epoch();
    if (unit != null && Double.isFinite(value)) {
      return temporal.epoch(NumberConversion.shown(value, single), unit)
          ? fixed(temporal.value())
          : fail(Mismatch.OUT_OF_RANGE, () -> NumberConversion.shown(value, single));
    }
    Mismatch mismatch = numbers.floating(field, value, single);
    return mismatch == null
        ? number()
        : fail(mismatch, () -> NumberConversion.shown(value, single));
  }

  /** Converts a decimal with a scale of its own; false where there is no value. */
  public boolean ofDecimal(byte[] unscaled, int scale) {
    fault = null;
    if (unscaled.length == 0) {
      return fail(Mismatch.OTHER_TYPE, () -> "a decimal without bytes");
    } else if (unscaled.length > NumberConversion.MAX_UNSCALED_BYTES) {
      return fail(Mismatch.OUT_OF_RANGE, () -> "a decimal of " + unscaled.length + " bytes");
    }
    return decimal(new BigInteger(unscaled), scale);
  }

  /** Converts a text, bytes, or the unscaled value of a decimal; false where there is no value. */
  public boolean ofBytes(byte[] value, int start, int count) {
    fault = null;
    return switch (category) {
      case TEXT -> text(value, start, count);
      case BYTES -> {
        if (field.kind != FieldPlan.Kind.STRING || field.content.isJson()) {
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
        } else if (count > NumberConversion.MAX_UNSCALED_BYTES) {
          yield fail(Mismatch.OUT_OF_RANGE, () -> "a decimal of " + count + " bytes");
        }
        yield decimal(new BigInteger(value, start, count), meaning.scale());
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

  /** Takes what the numbers have converted. */
  private boolean number() {
    if (field.kind != FieldPlan.Kind.BIG_DECIMAL) {
      return fixed(numbers.bits());
    }
    return variable(numbers.bytes(), 0, numbers.bytes().length);
  }

  private boolean integer(long value) {
    EpochUnit unit = epoch();
    if (unit != null) {
      return temporal.epoch(value, unit)
          ? fixed(temporal.value())
          : fail(Mismatch.OUT_OF_RANGE, () -> Long.toString(value));
    }
    Mismatch mismatch = numbers.integer(field, value);
    return mismatch == null ? number() : fail(mismatch, () -> Long.toString(value));
  }

  /** What numbers count where the field is a timestamp; null where they stand for none. */
  private @Nullable EpochUnit epoch() {
    TemporalFormat format = field.kind == FieldPlan.Kind.TIMESTAMP ? field.format() : null;
    return format == null ? null : format.epoch();
  }

  private boolean decimal(long unscaled) {
    Mismatch mismatch = numbers.decimal(field, unscaled, meaning.scale());
    return mismatch == null
        ? number()
        : fail(
            mismatch, () -> NumberConversion.shown(BigInteger.valueOf(unscaled), meaning.scale()));
  }

  private boolean decimal(BigInteger unscaled, int scale) {
    Mismatch mismatch = numbers.decimal(field, unscaled, scale);
    return mismatch == null
        ? number()
        : fail(mismatch, () -> NumberConversion.shown(unscaled, scale));
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
    long micros;
    try {
      micros = unit().toMicros(value);
    } catch (ArithmeticException e) {
      micros = -1;
    }
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
              (!field.content.isJson() || isJson(value, start, to))
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

  private boolean isJson(byte[] value, int start, int to) {
    FreeForm form = freeForm;
    if (form == null) {
      form = new FreeForm();
      freeForm = form;
    }
    return form.holds(field.content, value, start, to);
  }

  private static long bigEndian(byte[] value, int start, int count) {
    long number = value[start];
    for (int i = 1; i < count; i++) {
      number = number << 8 | (value[start + i] & 0xFF);
    }
    return number;
  }
}
