package org.beammedallion.quality.rule;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Locale;
import java.util.function.BiFunction;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.DateType;
import org.beammedallion.quality.schema.FieldType.TimeType;
import org.beammedallion.quality.schema.FieldType.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * Values that a contract compares a field with, brought into the units in which the field is
 * stored.
 */
public final class Literals {

  /** ISO-8601, with a blank allowed for the T and the offset allowed to be absent. */
  private static final DateTimeFormatter ISO =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .appendLiteral('T')
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .optionalStart()
          .appendOffsetId()
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  /** Doubles reach 1e308; written out, a number with a much greater exponent fills the memory. */
  private static final int LARGEST_EXPONENT = 1_000;

  private Literals() {}

  /** Whether the fields of the type have an order that {@link #units} maps to. */
  public static boolean isOrdered(FieldType type) {
    return switch (type.kind()) {
      case INT, LONG, FLOAT, DOUBLE, DECIMAL, DATE, TIME, TIMESTAMP -> true;
      case STRING, BOOLEAN, OBJECT, ARRAY -> false;
    };
  }

  /**
   * The literal as a number: of a number its value, of a date days since 1970-01-01, of a time
   * microseconds since midnight, of a timestamp microseconds since 1970-01-01T00:00:00Z. Dates and
   * times are read in the field's format, or else as ISO-8601.
   *
   * @throws IllegalArgumentException with a message for a person where the text is no value of the
   *     type
   */
  public static BigDecimal units(FieldType type, String text) {
    if (type instanceof DateType date) {
      return BigDecimal.valueOf(date(text, date.format()).toEpochDay());
    } else if (type instanceof TimeType time) {
      return BigDecimal.valueOf(time(text, time.format()).toNanoOfDay() / 1000);
    } else if (type instanceof TimestampType timestamp) {
      return micros(instant(text, timestamp));
    } else if (!isOrdered(type)) {
      throw new IllegalArgumentException("values of this type have no order");
    }
    BigDecimal number;
    try {
      number = new BigDecimal(text.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' is not a number", e);
    }
    if (Math.abs((long) number.scale()) > LARGEST_EXPONENT) {
      throw new IllegalArgumentException("'" + text + "' is beyond the range of any type");
    }
    return number;
  }

  /**
   * Microseconds since 1970-01-01T00:00:00Z, of any year: {@link ChronoUnit#between} fails for
   * instants more than 292 years away.
   */
  public static BigDecimal micros(Instant instant) {
    return BigDecimal.valueOf(instant.getEpochSecond())
        .movePointRight(6)
        .add(BigDecimal.valueOf(instant.getNano() / 1_000));
  }

  private static LocalDate date(String text, @Nullable String format) {
    LocalDate date = inOwnFormat(text, format, TemporalFormat::date);
    if (date == null) {
      date = iso(text, format).query(TemporalQueries.localDate());
    }
    if (date == null) {
      throw new IllegalArgumentException("'" + text + "' is not a date");
    }
    return date;
  }

  private static LocalTime time(String text, @Nullable String format) {
    LocalTime time = inOwnFormat(text, format, TemporalFormat::time);
    try {
      return time == null ? LocalTime.parse(text.strip()) : time;
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a time of day" + inFormat(format), e);
    }
  }

  private static Instant instant(String text, TimestampType type) {
    Instant instant =
        inOwnFormat(
            text, type.format(), (format, own) -> format.instant(own, type.defaultTimezone()));
    if (instant != null) {
      return instant;
    }
    TemporalAccessor parsed = iso(text, type.format());
    if (parsed.isSupported(ChronoField.INSTANT_SECONDS)) {
      return Instant.from(parsed);
    }
    LocalDate date = LocalDate.from(parsed);
    // A limit may be a date alone, which in ISO-8601 is a text of its own form: its midnight.
    LocalTime time = parsed.query(TemporalQueries.localTime());
    return date.atTime(time == null ? LocalTime.MIDNIGHT : time)
        .atZone(type.defaultTimezone())
        .toInstant();
  }

  /** What the text says in the field's own format, or null where it is not of that format. */
  private static <T> @Nullable T inOwnFormat(
      String text, @Nullable String format, BiFunction<TemporalFormat, String, T> read) {
    if (format == null) {
      return null;
    }
    try {
      return read.apply(TemporalFormat.of(format), text.strip());
    } catch (DateTimeException e) {
      // The standard's own examples give limits in ISO-8601 beside another format.
      return null;
    }
  }

  private static TemporalAccessor iso(String text, @Nullable String format) {
    String stripped = text.strip();
    String iso =
        stripped.length() > 10 && stripped.charAt(10) == ' '
            ? stripped.substring(0, 10) + 'T' + stripped.substring(11)
            : stripped;
    try {
      return ISO.parse(iso);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a date or point in time" + inFormat(format), e);
    }
  }

  private static String inFormat(@Nullable String format) {
    return format == null
        ? " in ISO-8601, such as 2026-11-01T08:00:00Z"
        : " in the format '" + format + "' or in ISO-8601";
  }
}
