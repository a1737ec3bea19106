package org.beammedallion.quality.rule;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads dates, times and timestamps of a pattern, which is a {@link TemporalPattern}. Names of
 * months and days are English. No part of a value is ever made up: a text that leaves out a part
 * that its pattern has is not read. Immutable.
 */
public final class TemporalFormat {

  /** The year and its window: {@code yy{1950}}. */
  private static final Pattern WINDOWED_YEAR = Pattern.compile("(?:yy|uu)\\{(\\d{4})\\}");

  /**
   * Names of zones in which clocks are changed in summer, and at the same time abbreviations of
   * their winter time: a text that has one does not tell which of the two it means.
   */
  private static final Set<String> TWO_MEANINGS = Set.of("CET", "EET", "MET", "WET");

  private final DateTimeFormatter formatter;
  private final boolean hasTime;

  /** Where texts are numbers that count units since 1970; then the formatter is not asked. */
  private final @Nullable EpochUnit epoch;

  private TemporalFormat(DateTimeFormatter formatter, boolean hasTime, @Nullable EpochUnit epoch) {
    this.formatter = formatter;
    this.hasTime = hasTime;
    this.epoch = epoch;
  }

  /**
   * The format of a pattern.
   *
   * @throws IllegalArgumentException where it is no pattern
   */
  public static TemporalFormat of(String pattern) {
    EpochUnit epoch = EpochUnit.of(pattern);
    if (epoch != null) {
      return new TemporalFormat(DateTimeFormatter.ISO_INSTANT, true, epoch);
    }
    DateTimeFormatterBuilder builder = new DateTimeFormatterBuilder();
    String years = withPlainYears(pattern);
    Matcher window = WINDOWED_YEAR.matcher(years);
    int from = 0;
    while (window.find()) {
      builder
          .appendPattern(years.substring(from, window.start()))
          .appendValueReduced(ChronoField.YEAR, 2, 2, Integer.parseInt(window.group(1)));
      from = window.end();
    }
    DateTimeFormatter formatter =
        builder
            .appendPattern(years.substring(from))
            .toFormatter(Locale.ENGLISH)
            .withResolverStyle(ResolverStyle.STRICT);
    return new TemporalFormat(
        formatter, TemporalPattern.of(pattern).hasAny(TemporalPattern.TIME_LETTERS), null);
  }

  /**
   * Year-of-era without an era is no date to a strict formatter, and a lenient one turns 31
   * February into the 28th.
   */
  private static String withPlainYears(String format) {
    StringBuilder pattern = new StringBuilder();
    boolean literal = false;
    boolean era = TemporalPattern.of(format).hasAny("G");
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      literal ^= c == '\'';
      pattern.append(c == 'y' && !literal && !era ? 'u' : c);
    }
    return pattern.toString();
  }

  /** What a number counts, or null where the format is a pattern of texts. */
  public @Nullable EpochUnit epoch() {
    return epoch;
  }

  /** Writes a value as the pattern has it. */
  public String format(TemporalAccessor value) {
    return formatter.format(value);
  }

  /**
   * The date that a text says.
   *
   * @throws DateTimeException where it says none
   */
  public LocalDate date(String text) {
    return present(formatter.parse(text).query(TemporalQueries.localDate()), text, "date");
  }

  /**
   * The time of day that a text says.
   *
   * @throws DateTimeException where it says none
   */
  public LocalTime time(String text) {
    return present(formatter.parse(text).query(TemporalQueries.localTime()), text, "time of day");
  }

  /**
   * The point in time that a text says. Where the pattern has no part of a time of day, it is the
   * midnight that begins the day.
   *
   * @param defaultTimezone of a text that names none
   * @throws DateTimeException where it says none
   */
  public Instant instant(String text, ZoneId defaultTimezone) {
    if (epoch != null) {
      return Instant.EPOCH.plus(epoch.micros(text), ChronoUnit.MICROS);
    }
    TemporalAccessor parsed = formatter.parse(text);
    LocalDate date = present(parsed.query(TemporalQueries.localDate()), text, "date");
    LocalTime time = parsed.query(TemporalQueries.localTime());
    ZoneId zone = parsed.query(TemporalQueries.zone());
    if (zone != null && TWO_MEANINGS.contains(zone.getId())) {
      throw new DateTimeException("'" + zone.getId() + "' has two meanings");
    } else if (parsed.isSupported(ChronoField.INSTANT_SECONDS)) {
      return Instant.from(parsed);
    }
    return date.atTime(hasTime ? present(time, text, "time of day") : LocalTime.MIDNIGHT)
        .atZone(zone == null ? defaultTimezone : zone)
        .toInstant();
  }

  private static <T> T present(@Nullable T part, String text, String what) {
    if (part == null) {
      throw new DateTimeException("'" + text + "' tells no " + what);
    }
    return part;
  }
}
