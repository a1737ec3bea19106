package org.beammedallion.transforms.sql.function;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.beam.sdk.extensions.sql.BeamSqlUdf;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.linq4j.function.Strict;
import org.jspecify.annotations.Nullable;

/**
 * Casts to text, and from text, which may have blanks around it: what it is cast to must be all
 * that it says.
 */
public final class TextCasts {

  private static final int MAX_QUOTED = 60;

  private static final Pattern WHOLE = Pattern.compile("[+-]?\\d+");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d{1,4})?");

  private TextCasts() {}

  public static final class TextOfWhole implements BeamSqlUdf {
    @Strict
    public static String eval(Long value) {
      return Long.toString(value);
    }
  }

  public static final class TextOfDecimal implements BeamSqlUdf {
    @Strict
    public static String eval(BigDecimal value) {
      return value.toPlainString();
    }
  }

  public static final class TextOfDouble implements BeamSqlUdf {
    @Strict
    public static String eval(Double value) {
      return Double.toString(value);
    }
  }

  /** Of a number that was one of 32 bits. */
  public static final class TextOfFloat implements BeamSqlUdf {
    @Strict
    public static String eval(Double value) {
      return Float.toString(value.floatValue());
    }
  }

  public static final class TextOfBoolean implements BeamSqlUdf {
    @Strict
    public static String eval(Boolean value) {
      return value ? "true" : "false";
    }
  }

  public static final class TextOfDate implements BeamSqlUdf {
    @Strict
    public static String eval(Long days) {
      return LocalDate.ofEpochDay(days).toString();
    }
  }

  /** With a fraction of a second as long as it must be. */
  public static final class TextOfTimestamp implements BeamSqlUdf {
    @Strict
    public static String eval(Long micros) {
      LocalDateTime time = TimeFunctions.dateTime(micros);
      return time.toLocalDate() + " " + text(time.toLocalTime());
    }
  }

  public static final class TextOfTime implements BeamSqlUdf {
    @Strict
    public static String eval(Long micros) {
      return text(LocalTime.ofNanoOfDay(micros * 1000));
    }
  }

  private static String text(LocalTime time) {
    String seconds =
        String.format(
            Locale.ROOT, "%02d:%02d:%02d", time.getHour(), time.getMinute(), time.getSecond());
    int micros = time.getNano() / 1000;
    return micros == 0
        ? seconds
        : seconds + "." + String.format(Locale.ROOT, "%06d", micros).replaceFirst("0+$", "");
  }

  public static final class WholeOfText implements BeamSqlUdf {
    @Strict
    public static Long eval(String text) {
      String trimmed = trimmed(text);
      if (WHOLE.matcher(trimmed).matches()) {
        try {
          return Long.parseLong(trimmed);
        } catch (NumberFormatException e) {
          throw failed(text, "a whole number of 64 bits", e);
        }
      }
      throw failed(text, "a whole number", null);
    }
  }

  public static final class DecimalOfText implements BeamSqlUdf {
    @Strict
    public static BigDecimal eval(String text) {
      String trimmed = trimmed(text);
      if (NUMBER.matcher(trimmed).matches()) {
        BigDecimal value = new BigDecimal(trimmed);
        // Nothing beyond fits any type, and its digits would be written out.
        if (value.signum() == 0) {
          return BigDecimal.ZERO;
        } else if (value.precision() - value.scale() <= 100) {
          return value;
        }
      }
      throw failed(text, "a decimal number", null);
    }
  }

  public static final class DoubleOfText implements BeamSqlUdf {
    @Strict
    public static Double eval(String text) {
      String trimmed = trimmed(text);
      if (NUMBER.matcher(trimmed).matches()) {
        double value = Double.parseDouble(trimmed);
        if (!Double.isInfinite(value)) {
          return value;
        }
      }
      return switch (trimmed) {
        case "NaN" -> Double.NaN;
        case "Infinity", "+Infinity" -> Double.POSITIVE_INFINITY;
        case "-Infinity" -> Double.NEGATIVE_INFINITY;
        default -> throw failed(text, "a number of 64 bits", null);
      };
    }
  }

  public static final class BooleanOfText implements BeamSqlUdf {
    @Strict
    public static Boolean eval(String text) {
      return switch (trimmed(text).toLowerCase(Locale.ROOT)) {
        case "true", "t", "yes", "y", "1" -> true;
        case "false", "f", "no", "n", "0" -> false;
        default -> throw failed(text, "true or false", null);
      };
    }
  }

  /** Days of a date, as it is written, also where a time follows. */
  public static final class DateOfText implements BeamSqlUdf {
    @Strict
    public static Long eval(String text) {
      return parsed(text, "a date").time().toLocalDate().toEpochDay();
    }
  }

  /** Microseconds of a timestamp in UTC, or with the offset that it says. */
  public static final class TimestampOfText implements BeamSqlUdf {
    @Strict
    public static Long eval(String text) {
      Parsed parsed = parsed(text, "a timestamp");
      return Math.subtractExact(
          TimeFunctions.micros(parsed.time()), parsed.zone().getTotalSeconds() * 1_000_000L);
    }
  }

  public static final class TimeOfText implements BeamSqlUdf {
    @Strict
    public static Long eval(String text) {
      try {
        return LocalTime.parse(trimmed(text)).toNanoOfDay() / 1000;
      } catch (DateTimeException e) {
        throw failed(text, "a time", e);
      }
    }
  }

  private static final Pattern TIMESTAMP =
      Pattern.compile(
          "(\\d{4,6}-\\d{2}-\\d{2})(?:[ T](\\d{2}:\\d{2}(?::\\d{2}(?:\\.\\d{1,9})?)?)"
              + " ?(Z|[+-]\\d{2}(?::?\\d{2})?)?)?");

  private record Parsed(LocalDateTime time, ZoneOffset zone) {}

  private static Parsed parsed(String text, String type) {
    Matcher parts = TIMESTAMP.matcher(trimmed(text));
    if (parts.matches()) {
      try {
        LocalDate date =
            LocalDate.parse(parts.group(1).length() > 10 ? "+" + parts.group(1) : parts.group(1));
        LocalTime time =
            parts.group(2) == null ? LocalTime.MIDNIGHT : LocalTime.parse(parts.group(2));
        ZoneOffset zone = parts.group(3) == null ? ZoneOffset.UTC : ZoneOffset.of(parts.group(3));
        return new Parsed(date.atTime(time), zone);
      } catch (DateTimeException e) {
        throw failed(text, type, e);
      }
    }
    throw failed(text, type, null);
  }

  /** Without blanks and control characters of ASCII around it, which are those that Spark trims. */
  private static String trimmed(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && isTrimmed(text.charAt(from))) {
      from++;
    }
    while (from < to && isTrimmed(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }

  private static boolean isTrimmed(char c) {
    return c <= ' ' || c == 0x7F;
  }

  private static IllegalArgumentException failed(
      String text, String type, @Nullable Throwable cause) {
    boolean isLong = text.codePointCount(0, text.length()) > MAX_QUOTED;
    return new IllegalArgumentException(
        "'"
            + (isLong ? text.substring(0, text.offsetByCodePoints(0, MAX_QUOTED)) + "…" : text)
            + "' is not "
            + type,
        cause);
  }
}
