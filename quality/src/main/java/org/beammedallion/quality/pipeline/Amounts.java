package org.beammedallion.quality.pipeline;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Durations and sizes as people write them. */
public final class Amounts {

  private static final Pattern DURATION_PART = Pattern.compile("\\s*(\\d{1,12})\\s*(ms|s|m|h|d|w)");

  /** In other tools a capital M is a month, and here a minute: so it is neither. */
  private static final Pattern MONTH = Pattern.compile("(\\d+)\\s*M(?![sS])");

  private static final Pattern SIZE =
      Pattern.compile("(\\d{1,18}(?:\\.\\d{1,6})?)\\s*([kmgt]i?)?b?");

  private Amounts() {}

  /**
   * A duration such as {@code 15m}, {@code 1h30m}, {@code 7d} or, in ISO-8601, {@code PT15M}. Units
   * may be in capitals, except {@code M}.
   *
   * @throws IllegalArgumentException with a message for a person; also where it is zero or negative
   */
  public static Duration duration(String text) {
    Duration duration =
        text.strip().toUpperCase(Locale.ROOT).startsWith("P") ? iso(text) : parts(text);
    if (duration.isZero() || duration.isNegative()) {
      throw new IllegalArgumentException("'" + text + "' is not longer than zero");
    } else if (duration.compareTo(Duration.ofDays(36_500)) > 0) {
      throw new IllegalArgumentException("'" + text + "' is longer than a hundred years");
    } else if (!duration.equals(duration.truncatedTo(ChronoUnit.MILLIS))) {
      throw new IllegalArgumentException("'" + text + "' is finer than a millisecond");
    }
    return duration;
  }

  private static Duration iso(String text) {
    try {
      return Duration.parse(text.strip());
    } catch (DateTimeException e) {
      throw noDuration(text, e);
    }
  }

  private static Duration parts(String text) {
    Matcher month = MONTH.matcher(text);
    if (month.find()) {
      throw new IllegalArgumentException(
          text.strip()
              + ": write "
              + month.group(1)
              + "m for "
              + (month.group(1).equals("1") ? "a minute" : "minutes")
              + "; months have no fixed length, use 30d");
    }
    Matcher part = DURATION_PART.matcher(text.toLowerCase(Locale.ROOT).stripTrailing());
    Duration sum = Duration.ZERO;
    int end = 0;
    try {
      while (end < text.stripTrailing().length()) {
        if (!part.find(end) || part.start() != end) {
          throw noDuration(text, null);
        }
        long count = Long.parseLong(part.group(1));
        sum =
            sum.plus(
                switch (part.group(2)) {
                  case "ms" -> Duration.ofMillis(count);
                  case "s" -> Duration.ofSeconds(count);
                  case "m" -> Duration.ofMinutes(count);
                  case "h" -> Duration.ofHours(count);
                  case "d" -> Duration.ofDays(count);
                  default -> Duration.ofDays(Math.multiplyExact(count, 7L));
                });
        end = part.end();
      }
    } catch (ArithmeticException e) {
      throw noDuration(text, e);
    }
    return sum;
  }

  /** As {@link #duration} takes it: 36h, 1h30m, 1s500ms. */
  public static String text(Duration duration) {
    StringBuilder text = new StringBuilder();
    append(text, duration.toHours(), "h");
    append(text, duration.toMinutesPart(), "m");
    append(text, duration.toSecondsPart(), "s");
    append(text, duration.toMillisPart(), "ms");
    return text.toString();
  }

  private static void append(StringBuilder text, long count, String unit) {
    if (count != 0) {
      text.append(count).append(unit);
    }
  }

  private static IllegalArgumentException noDuration(String text, @Nullable Exception cause) {
    return new IllegalArgumentException(
        "'" + text + "' is not a duration; write it as 15m, 1h30m, 7d or PT15M", cause);
  }

  /**
   * A number of bytes such as {@code 256MB} (millions), {@code 1GiB} (times 1024) or {@code 4096}.
   *
   * @throws IllegalArgumentException with a message for a person
   */
  public static long bytes(String text) {
    Matcher size = SIZE.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!size.matches()) {
      throw noSize(text, null);
    }
    String unit = size.group(2) == null ? "" : size.group(2);
    long base = unit.endsWith("i") ? 1024 : 1000;
    int power = unit.isEmpty() ? 0 : "kmgt".indexOf(unit.charAt(0)) + 1;
    try {
      return new BigDecimal(size.group(1))
          .multiply(BigDecimal.valueOf(base).pow(power))
          .longValueExact();
    } catch (ArithmeticException e) {
      throw noSize(text, e);
    }
  }

  private static IllegalArgumentException noSize(String text, @Nullable Exception cause) {
    return new IllegalArgumentException(
        "'" + text + "' is not a size; write it as 256MB, 1GiB or 4096", cause);
  }
}
