package org.beammedallion.transforms.sql.function;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalAdjusters;
import java.time.temporal.TemporalField;
import org.apache.beam.sdk.extensions.sql.BeamSqlUdf;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.linq4j.function.Strict;

/** Dates as days, times and timestamps as microseconds, since 1970-01-01 and in UTC. */
public final class TimeFunctions {

  private static final long MICROS_PER_DAY = 86_400_000_000L;

  private TimeFunctions() {}

  public static final class TimestampOfDate implements BeamSqlUdf {
    @Strict
    public static Long eval(Long days) {
      return Math.multiplyExact(days, MICROS_PER_DAY);
    }
  }

  public static final class DateOfTimestamp implements BeamSqlUdf {
    @Strict
    public static Long eval(Long micros) {
      return Math.floorDiv(micros, MICROS_PER_DAY);
    }
  }

  public static final class TimeOfTimestamp implements BeamSqlUdf {
    @Strict
    public static Long eval(Long micros) {
      return Math.floorMod(micros, MICROS_PER_DAY);
    }
  }

  /** Part of a timestamp; weeks and their years are those of ISO 8601. */
  public static final class ExtractFromTimestamp implements BeamSqlUdf {
    @Strict
    public static Long eval(String part, Long micros) {
      LocalDateTime time = dateTime(micros);
      if (part.equals("DOW")) {
        return time.getDayOfWeek().getValue() % 7 + 1L;
      }
      return time.getLong(field(part));
    }
  }

  private static TemporalField field(String part) {
    return switch (part) {
      case "YEAR" -> ChronoField.YEAR;
      case "QUARTER" -> IsoFields.QUARTER_OF_YEAR;
      case "MONTH" -> ChronoField.MONTH_OF_YEAR;
      case "WEEK" -> IsoFields.WEEK_OF_WEEK_BASED_YEAR;
      case "ISOYEAR" -> IsoFields.WEEK_BASED_YEAR;
      case "DAY" -> ChronoField.DAY_OF_MONTH;
      case "DOY" -> ChronoField.DAY_OF_YEAR;
      case "ISODOW" -> ChronoField.DAY_OF_WEEK;
      case "HOUR" -> ChronoField.HOUR_OF_DAY;
      case "MINUTE" -> ChronoField.MINUTE_OF_HOUR;
      case "SECOND" -> ChronoField.SECOND_OF_MINUTE;
      default -> throw new IllegalArgumentException("no part of a timestamp: " + part);
    };
  }

  /** The start of the unit that holds a timestamp; weeks begin on Mondays. */
  public static final class TruncateTimestamp implements BeamSqlUdf {
    @Strict
    public static Long eval(String unit, Long micros) {
      LocalDateTime time = dateTime(micros);
      LocalDate day = time.toLocalDate();
      return micros(
          switch (unit) {
            case "YEAR" -> day.withDayOfYear(1).atStartOfDay();
            case "QUARTER" ->
                day.withMonth((day.getMonthValue() - 1) / 3 * 3 + 1)
                    .withDayOfMonth(1)
                    .atStartOfDay();
            case "MONTH" -> day.withDayOfMonth(1).atStartOfDay();
            case "WEEK" ->
                day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)).atStartOfDay();
            default -> time.truncatedTo(unit(unit));
          });
    }
  }

  /** Adds units of time. */
  public static final class AddToTimestamp implements BeamSqlUdf {
    @Strict
    public static Long eval(String unit, Long count, Long micros) {
      return micros(
          unit.equals("QUARTER")
              ? dateTime(micros).plusMonths(Math.multiplyExact(3L, count))
              : dateTime(micros).plus(count, unit(unit)));
    }
  }

  /** Whole units from the first to the second timestamp. */
  public static final class CountUnits implements BeamSqlUdf {
    @Strict
    public static Long eval(String unit, Long from, Long to) {
      return unit.equals("QUARTER")
          ? ChronoUnit.MONTHS.between(dateTime(from), dateTime(to)) / 3
          : unit(unit).between(dateTime(from), dateTime(to));
    }
  }

  private static ChronoUnit unit(String unit) {
    return ChronoUnit.valueOf(unit.equals("MICROSECOND") ? "MICROS" : unit + "S");
  }

  static LocalDateTime dateTime(long micros) {
    return LocalDateTime.ofInstant(Instant.EPOCH.plus(micros, ChronoUnit.MICROS), ZoneOffset.UTC);
  }

  static long micros(LocalDateTime time) {
    return Math.addExact(
        Math.multiplyExact(time.toEpochSecond(ZoneOffset.UTC), 1_000_000L),
        time.get(ChronoField.MICRO_OF_SECOND));
  }
}
