package org.beammedallion.transforms.decode.record;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import org.beammedallion.quality.rule.EpochUnit;
import org.beammedallion.quality.rule.TemporalFormat;

/**
 * Dates, times and timestamps as text: ISO-8601 by hand, other formats by their formatter.
 * Fractions of a second beyond microseconds are cut off. Years are 0001 to 9999. Holds the value
 * that it read last; not thread-safe.
 */
public final class TemporalText {

  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final int SECONDS_PER_DAY = 86_400;
  private static final int NANOS_PER_MICRO = 1_000;
  private static final int MAX_FRACTION_DIGITS = 9;
  private static final int DIGITS_OF_MICROS = 6;
  private static final int MAX_OFFSET_SECONDS = 18 * 3600;

  /** 0001-01-01 and 9999-12-31. */
  private static final int FIRST_DAY = -719_162;

  private static final int LAST_DAY = 2_932_896;
  private static final int DAYS_FROM_YEAR_0_TO_1970 = 719_468;

  private static final byte[] MONTH_LENGTHS = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  private static final int[] POWERS_OF_TEN = {1, 10, 100, 1_000, 10_000, 100_000, 1_000_000};

  private long value;
  private int day;
  private int year;
  private int month;
  private int dayOfMonth;

  /** The text's time of day. */
  private int seconds;

  private int micros;

  /**
   * What was read last: days since 1970-01-01, or microseconds since midnight or since
   * 1970-01-01T00:00:00Z.
   */
  public long value() {
    return value;
  }

  /** Reads {@code yyyy-MM-dd}; false where the text is something else. */
  public boolean date(byte[] text, int from, int to) {
    if (to - from != 10 || !day(text, from)) {
      return false;
    }
    value = day;
    return true;
  }

  /** Reads {@code HH:mm[:ss[.fraction]]}; false where the text is something else. */
  public boolean time(byte[] text, int from, int to) {
    if (timeOfDay(text, from, to) != to) {
      return false;
    }
    value = seconds * MICROS_PER_SECOND + micros;
    return true;
  }

  /**
   * Reads a date, {@code T} or a space, a time and perhaps an offset; false where the text is
   * something else.
   */
  public boolean timestamp(byte[] text, int from, int to, TimeZoneRules zone) {
    if (to - from < 16 || !day(text, from)) {
      return false;
    }
    int separator = text[from + 10];
    if (separator != 'T' && separator != ' ' && separator != 't') {
      return false;
    }
    int p = timeOfDay(text, from + 11, to);
    if (p < 0) {
      return false;
    }
    long local = (long) day * SECONDS_PER_DAY + seconds;
    long epochSecond;
    if (p == to) {
      epochSecond = zone.epochSecond(local, year, month, dayOfMonth, seconds);
    } else if ((text[p] | 0x20) == 'z') {
      if (p + 1 != to) {
        return false;
      }
      epochSecond = local;
    } else {
      int offset = offset(text, p, to);
      if (offset == Integer.MIN_VALUE) {
        return false;
      }
      epochSecond = local - offset;
    }
    return instant(epochSecond, micros);
  }

  /** Reads a date of a format; false where the text is not of it. */
  public boolean date(byte[] text, int from, int to, TemporalFormat format) {
    try {
      value = format.date(string(text, from, to)).toEpochDay();
      return isDay(value);
    } catch (DateTimeException e) {
      return false;
    }
  }

  /** Reads a time of a format; false where the text is not of it. */
  public boolean time(byte[] text, int from, int to, TemporalFormat format) {
    try {
      value = format.time(string(text, from, to)).toNanoOfDay() / NANOS_PER_MICRO;
      return true;
    } catch (DateTimeException e) {
      return false;
    }
  }

  /** Reads a timestamp of a format; false where the text is not of it. */
  public boolean timestamp(byte[] text, int from, int to, TemporalFormat format, ZoneId zone) {
    try {
      Instant instant = format.instant(string(text, from, to), zone);
      return instant(instant.getEpochSecond(), instant.getNano() / NANOS_PER_MICRO);
    } catch (DateTimeException e) {
      return false;
    }
  }

  /**
   * Reads a number that counts units since 1970; false where that is no point in time of the years
   * 0001 to 9999.
   */
  public boolean epoch(long count, EpochUnit unit) {
    try {
      return micros(unit.micros(count));
    } catch (ArithmeticException e) {
      return false;
    }
  }

  /** The same of a number that is written with a point or an exponent. */
  public boolean epoch(String count, EpochUnit unit) {
    try {
      return micros(unit.micros(count));
    } catch (DateTimeException e) {
      return false;
    }
  }

  private boolean micros(long instant) {
    value = instant;
    return isDay(Math.floorDiv(instant, SECONDS_PER_DAY * MICROS_PER_SECOND));
  }

  private static String string(byte[] text, int from, int to) {
    return new String(text, from, to - from, StandardCharsets.UTF_8);
  }

  private boolean instant(long epochSecond, int microsOfSecond) {
    value = epochSecond * MICROS_PER_SECOND + microsOfSecond;
    return epochSecond >= (long) FIRST_DAY * SECONDS_PER_DAY
        && epochSecond < (LAST_DAY + 1L) * SECONDS_PER_DAY;
  }

  /** Reads the ten bytes of a date. */
  private boolean day(byte[] text, int from) {
    int y = two(text, from) * 100 + two(text, from + 2);
    int m = two(text, from + 5);
    int d = two(text, from + 8);
    if (text[from + 4] != '-'
        || text[from + 7] != '-'
        || y < 1
        || m < 1
        || m > 12
        || d < 1
        || d > monthLength(y, m)) {
      return false;
    }
    year = y;
    month = m;
    dayOfMonth = d;
    // Years that begin in March have their leap day at the end.
    int marchYear = m <= 2 ? y - 1 : y;
    int marchMonth = m <= 2 ? m + 9 : m - 3;
    day =
        365 * marchYear
            + marchYear / 4
            - marchYear / 100
            + marchYear / 400
            + (153 * marchMonth + 2) / 5
            + d
            - 1
            - DAYS_FROM_YEAR_0_TO_1970;
    return true;
  }

  /** Whether a number of days since 1970-01-01 lies in the years 0001 to 9999. */
  public static boolean isDay(long days) {
    return days >= FIRST_DAY && days <= LAST_DAY;
  }

  private static int monthLength(int year, int month) {
    return month == 2 && (year & 3) == 0 && (year % 100 != 0 || year % 400 == 0)
        ? 29
        : MONTH_LENGTHS[month];
  }

  /** Reads a time of day; returns where it ends, or -1 where there is none. */
  private int timeOfDay(byte[] text, int from, int to) {
    if (to - from < 5 || text[from + 2] != ':') {
      return -1;
    }
    int hour = two(text, from);
    int minute = two(text, from + 3);
    int second = 0;
    int p = from + 5;
    micros = 0;
    if (p < to && text[p] == ':') {
      if (to - p < 3) {
        return -1;
      }
      second = two(text, p + 1);
      p += 3;
      if (p < to && (text[p] == '.' || text[p] == ',')) {
        p = fraction(text, p + 1, to);
      }
    }
    if (p < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
      return -1;
    }
    seconds = hour * 3600 + minute * 60 + second;
    return p;
  }

  private int fraction(byte[] text, int from, int to) {
    int end = Math.min(to, from + MAX_FRACTION_DIGITS);
    int p = from;
    int digit;
    int digits = 0;
    while (p < end && (digit = text[p] - '0') >= 0 && digit <= 9) {
      digits = digits * 10 + digit;
      p++;
    }
    int count = p - from;
    if (count == 0 || (p == end && end < to && isDigit(text[end]))) {
      return -1;
    }
    int missing = DIGITS_OF_MICROS - count;
    micros = missing >= 0 ? digits * POWERS_OF_TEN[missing] : digits / POWERS_OF_TEN[-missing];
    return p;
  }

  private static boolean isDigit(byte ascii) {
    return ascii >= '0' && ascii <= '9';
  }

  /**
   * Reads {@code ±HH}, {@code ±HHmm} or {@code ±HH:mm} up to the end; the least int where the text
   * is something else.
   */
  private static int offset(byte[] text, int from, int to) {
    int sign = text[from];
    int length = to - from;
    boolean colon = length == 6 && text[from + 3] == ':';
    if ((sign != '+' && sign != '-') || (length != 3 && length != 5 && !colon)) {
      return Integer.MIN_VALUE;
    }
    int hours = two(text, from + 1);
    int minutes = length == 3 ? 0 : two(text, to - 2);
    int offset = hours * 3600 + minutes * 60;
    if (hours < 0 || minutes < 0 || minutes > 59 || offset > MAX_OFFSET_SECONDS) {
      return Integer.MIN_VALUE;
    }
    return sign == '-' ? -offset : offset;
  }

  /** The number of two digits, or something below -100 where they are none. */
  private static int two(byte[] text, int p) {
    int tens = text[p] - '0';
    int ones = text[p + 1] - '0';
    return (tens | ones | (9 - tens) | (9 - ones)) < 0 ? NOT_DIGITS : tens * 10 + ones;
  }

  /** Negative even as the lower half of a four-digit number. */
  private static final int NOT_DIGITS = -100_000;
}
