package org.beammedallion.quality.rule;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a number counts that stands for a timestamp: units since 1970-01-01T00:00:00Z, without leap
 * seconds (POSIX). It is written as the field's {@code format}.
 */
public enum EpochUnit {
  SECONDS("epoch_seconds", 6),
  MILLIS("epoch_millis", 3),
  MICROS("epoch_micros", 0),
  NANOS("epoch_nanos", -3);

  /** More digits than any timestamp has; a larger exponent would make numbers without end. */
  private static final int MAX_DIGITS = 24;

  private static final int MAX_TEXT = 64;

  private final String format;

  /** A unit is ten to this power microseconds. */
  private final int power;

  EpochUnit(String format, int power) {
    this.format = format;
    this.power = power;
  }

  /** The unit of a format, or null where the format is another one. */
  public static @Nullable EpochUnit of(@Nullable String format) {
    for (EpochUnit unit : values()) {
      if (unit.format.equals(format)) {
        return unit;
      }
    }
    return null;
  }

  /** The formats, for messages. */
  public static List<String> formats() {
    return Stream.of(values()).map(unit -> unit.format).toList();
  }

  /**
   * The microseconds that a count stands for; what is finer is cut off downwards.
   *
   * @throws ArithmeticException where they are more than 64 bits
   */
  public long micros(long count) {
    return power >= 0
        ? Math.multiplyExact(count, BigDecimal.TEN.pow(power).longValueExact())
        : Math.floorDiv(count, BigDecimal.TEN.pow(-power).longValueExact());
  }

  /**
   * The same of a count that is written as a number, perhaps with a fraction.
   *
   * @throws DateTimeException where the text is no such number
   */
  public long micros(String count) {
    try {
      BigDecimal value = new BigDecimal(count.length() > MAX_TEXT ? "" : count);
      // An exponent of a billion would become a number of a billion digits.
      if (Math.abs((long) value.precision() - value.scale()) <= MAX_DIGITS) {
        return value.movePointRight(power).setScale(0, RoundingMode.FLOOR).longValueExact();
      }
    } catch (NumberFormatException | ArithmeticException e) {
      throw new DateTimeException("'" + count + "' counts no units since 1970", e);
    }
    throw new DateTimeException("'" + count + "' counts more units since 1970 than there are");
  }
}
