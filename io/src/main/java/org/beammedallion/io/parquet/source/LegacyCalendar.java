package org.beammedallion.io.parquet.source;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoField;
import java.util.Calendar;
import java.util.Locale;
import java.util.TimeZone;
import java.util.function.LongUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Dates and timestamps as Spark before version 3 counted them: by the Julian calendar before
 * 1582-10-15. What a clock on the wall showed stays, as when Spark reads such files. Files of other
 * writers, and of later versions, are right as they are.
 */
final class LegacyCalendar {

  private static final String VERSION = "org.apache.spark.version";
  private static final String LEGACY_DATES = "org.apache.spark.legacyDateTime";
  private static final String LEGACY_INT96 = "org.apache.spark.legacyINT96";
  private static final String ZONE = "org.apache.spark.timeZone";
  private static final Pattern NUMBERS =
      Pattern.compile("(\\d{1,6})\\.(\\d{1,6}).*", Pattern.DOTALL);

  /** 1582-10-15. */
  private static final long FIRST_GREGORIAN_DAY = -141_427;

  private static final TimeZone UTC = TimeZone.getTimeZone("UTC");

  /**
   * From 1900 on, offsets of time zones are the same in both of Java's calendars; before, one knows
   * local mean times, and the other does not.
   */
  private static final long FIRST_EQUAL_MICROS = micros(Instant.parse("1900-01-02T00:00:00Z"));

  private final boolean dates;
  private final boolean int96;
  private final ZoneId zone;

  private LegacyCalendar(boolean dates, boolean int96, ZoneId zone) {
    this.dates = dates;
    this.int96 = int96;
    this.zone = zone;
  }

  static LegacyCalendar of(SourceFooter footer) {
    String version = footer.keyValue(VERSION);
    return new LegacyCalendar(
        version != null && (isBefore(version, 3, 0) || footer.keyValue(LEGACY_DATES) != null),
        version != null && (isBefore(version, 3, 1) || footer.keyValue(LEGACY_INT96) != null),
        zoneOf(footer.keyValue(ZONE)));
  }

  private static boolean isBefore(String version, int major, int minor) {
    Matcher matcher = NUMBERS.matcher(version);
    if (!matcher.matches()) {
      return false;
    }
    int first = Integer.parseInt(matcher.group(1));
    return first < major || (first == major && Integer.parseInt(matcher.group(2)) < minor);
  }

  private static ZoneId zoneOf(@Nullable String name) {
    try {
      return name == null ? ZoneOffset.UTC : ZoneId.of(name);
    } catch (DateTimeException e) {
      return ZoneOffset.UTC;
    }
  }

  /** What corrects days or microseconds of such a column, or null where they are right. */
  @Nullable LongUnaryOperator of(ColumnForm.Calendar column) {
    return switch (column) {
      case NONE -> null;
      case DAYS -> dates ? LegacyCalendar::day : null;
      case MICROS -> dates ? this::micros : null;
      case INT96 -> int96 ? this::micros : null;
    };
  }

  private static long day(long days) {
    if (days >= FIRST_GREGORIAN_DAY) {
      return days;
    }
    return date(calendar(UTC, days * 86_400_000L)).toEpochDay();
  }

  private long micros(long micros) {
    if (micros >= FIRST_EQUAL_MICROS) {
      return micros;
    }
    Calendar calendar = calendar(TimeZone.getTimeZone(zone), Math.floorDiv(micros, 1_000L));
    int nanos =
        calendar.get(Calendar.MILLISECOND) * 1_000_000
            + (int) Math.floorMod(micros, 1_000L) * 1_000;
    LocalDateTime local =
        date(calendar)
            .atTime(
                calendar.get(Calendar.HOUR_OF_DAY),
                calendar.get(Calendar.MINUTE),
                calendar.get(Calendar.SECOND),
                nanos);
    ZonedDateTime time = local.atZone(zone);
    // Where a clock shows a time twice, the calendar tells by summer time which it is.
    boolean winter = calendar.get(Calendar.DST_OFFSET) == 0;
    return micros((winter ? time.withLaterOffsetAtOverlap() : time).toInstant());
  }

  private static long micros(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000);
  }

  private static Calendar calendar(TimeZone zone, long millis) {
    return new Calendar.Builder()
        .setCalendarType("gregory")
        .setLocale(Locale.ROOT)
        .setTimeZone(zone)
        .setInstant(millis)
        .build();
  }

  /** The date that the calendar shows; 29 February of a year that has none is the day after. */
  private static LocalDate date(Calendar calendar) {
    return LocalDate.of(calendar.get(Calendar.YEAR), calendar.get(Calendar.MONTH) + 1, 1)
        .with(ChronoField.ERA, calendar.get(Calendar.ERA))
        .plusDays(calendar.get(Calendar.DAY_OF_MONTH) - 1L);
  }
}
