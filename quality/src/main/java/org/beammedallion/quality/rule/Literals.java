package org.beammedallion.quality.rule;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Locale;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.DateType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.quality.schema.FieldType.FloatType;
import org.beammedallion.quality.schema.FieldType.IntegerType;
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

  private Literals() {}

  /** Whether the fields of the type have an order that {@link #units} maps to. */
  public static boolean isOrdered(FieldType type) {
    return type instanceof IntegerType
        || type instanceof FloatType
        || type instanceof DecimalType
        || type instanceof DateType
        || type instanceof TimeType
        || type instanceof TimestampType;
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
      Instant instant = instant(text, timestamp);
      return BigDecimal.valueOf(ChronoUnit.MICROS.between(Instant.EPOCH, instant));
    } else if (!isOrdered(type)) {
      throw new IllegalArgumentException("values of this type have no order");
    }
    try {
      return new BigDecimal(text.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' is not a number", e);
    }
  }

  private static LocalDate date(String text, @Nullable String format) {
    LocalDate date = parse(text, format).query(TemporalQueries.localDate());
    if (date == null) {
      throw new IllegalArgumentException("'" + text + "' is not a date");
    }
    return date;
  }

  private static LocalTime time(String text, @Nullable String format) {
    TemporalAccessor parsed;
    try {
      parsed = format == null ? DateTimeFormatter.ISO_TIME.parse(text) : parse(text, format);
    } catch (DateTimeException | IllegalArgumentException e) {
      try {
        parsed = DateTimeFormatter.ISO_TIME.parse(text);
      } catch (DateTimeException e2) {
        throw new IllegalArgumentException(
            "'" + text + "' is not a time of day" + inFormat(format), e2);
      }
    }
    LocalTime time = parsed.query(TemporalQueries.localTime());
    if (time == null) {
      throw new IllegalArgumentException("'" + text + "' is not a time of day" + inFormat(format));
    }
    return time;
  }

  private static Instant instant(String text, TimestampType type) {
    TemporalAccessor parsed = parse(text, type.format());
    if (parsed.isSupported(ChronoField.INSTANT_SECONDS)) {
      return Instant.from(parsed);
    }
    LocalDate date = parsed.query(TemporalQueries.localDate());
    if (date == null) {
      throw new IllegalArgumentException("'" + text + "' is not a point in time");
    }
    LocalTime time = parsed.query(TemporalQueries.localTime());
    ZoneId zone = parsed.query(TemporalQueries.zone());
    LocalDateTime local = date.atTime(time == null ? LocalTime.MIDNIGHT : time);
    return ZonedDateTime.of(local, zone == null ? type.defaultTimezone() : zone).toInstant();
  }

  private static TemporalAccessor parse(String text, @Nullable String format) {
    String stripped = text.strip();
    if (format != null) {
      try {
        return DateTimeFormatter.ofPattern(format, Locale.ENGLISH).parse(stripped);
      } catch (DateTimeException e) {
        // The standard's own examples give limits in ISO-8601 beside another format.
      }
    }
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
