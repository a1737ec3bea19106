package org.beammedallion.quality.contract;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.beammedallion.quality.rule.EpochUnit;
import org.beammedallion.quality.rule.Literals;
import org.beammedallion.quality.rule.TemporalFormat;
import org.beammedallion.quality.rule.TemporalPattern;
import org.beammedallion.quality.rule.TemporalPattern.Part;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.DateType;
import org.beammedallion.quality.schema.FieldType.TemporalType;
import org.beammedallion.quality.schema.FieldType.TimeType;
import org.beammedallion.quality.schema.FieldType.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * Whether a format tells a value, all of it and no other. Its letters are looked at first, then
 * values that are known to be mistaken are written in it and must come back equal.
 */
final class FormatCheck {

  /** More optional sections make more combinations than anybody means. */
  private static final int MAX_SECTIONS = 8;

  private static final List<LocalDateTime> SAMPLES =
      List.of(
          LocalDateTime.of(2026, 3, 5, 8, 7, 9, 123_456_000),
          LocalDateTime.of(2026, 11, 21, 15, 45, 36, 500_000_000),
          LocalDateTime.of(2024, 2, 29, 23, 59, 59, 999_999_000),
          LocalDateTime.of(2025, 6, 1, 0, 0, 0),
          LocalDateTime.of(2025, 6, 30, 12, 0, 0),
          LocalDateTime.of(2025, 10, 9, 0, 30, 1, 1_000),
          LocalDateTime.of(2027, 1, 1, 12, 30, 0),
          LocalDateTime.of(2024, 12, 30, 20, 5, 0));

  private static final List<ZoneId> ZONES =
      List.of(
          ZoneOffset.UTC,
          ZoneOffset.ofHoursMinutes(5, 30),
          ZoneOffset.ofHours(-8),
          ZoneId.of("Europe/Berlin"),
          ZoneId.of("America/New_York"));

  /** What a format for numbers that count from 1970 may be taken to be called. */
  private static final Pattern EPOCH =
      Pattern.compile("(?i)(epoch|unix|posix)", Pattern.UNICODE_CASE);

  private final TemporalType type;
  private final String format;
  private final TemporalPattern pattern;

  private FormatCheck(TemporalType type, String format) {
    this.type = type;
    this.format = format;
    this.pattern = TemporalPattern.of(format);
  }

  /**
   * What is wrong with the format of a date, time or timestamp and what to write instead, to follow
   * a colon; null where nothing is.
   */
  static @Nullable String problem(TemporalType type) {
    String format = type.format();
    if (format == null) {
      return null;
    }
    if (EpochUnit.of(format) != null) {
      return type instanceof TimestampType
          ? null
          : "a number of units since 1970 is a point in time; write logicalType: timestamp";
    } else if (EPOCH.matcher(format).lookingAt()) {
      return "a number that counts from 1970 has the format "
          + String.join(", ", EpochUnit.formats());
    }
    String problem = new FormatCheck(type, format).problem();
    if (problem == null) {
      return null;
    }
    String better = FormatSuggestion.of(format);
    boolean helps =
        !better.equals(format)
            && new FormatCheck(type.withFormat(better), better).problem() == null;
    return problem + (helps ? "; write \"" + better + "\"" : "");
  }

  private @Nullable String problem() {
    TemporalFormat compiled;
    try {
      compiled = TemporalFormat.of(format);
    } catch (IllegalArgumentException e) {
      return e.getMessage() + " (put literal letters, such as 'T', in apostrophes)";
    }
    for (Part part : pattern.parts()) {
      String wrong = part.letter() == 0 ? null : problem(part);
      if (wrong != null) {
        return wrong;
      }
    }
    if (pattern.sections().size() > MAX_SECTIONS) {
      return "it has more than " + MAX_SECTIONS + " optional parts in []";
    }
    String wrong = new LiteralCheck(type, pattern).problem();
    if (wrong == null) {
      wrong = orderProblem();
    }
    if (wrong == null) {
      wrong = combinationProblem();
    }
    return wrong == null ? roundTripProblem(compiled) : wrong;
  }

  /** What is wrong with a letter wherever it stands. */
  private @Nullable String problem(Part part) {
    int count = part.count();
    switch (part.letter()) {
      case 'y', 'u' -> {
        if (count == 2 && part.firstYear() == 0) {
          return "a year of two digits does not tell its century; give the first year that it can"
              + " mean, in the property's customProperties: [{property: twoDigitYearsFrom,"
              + " value: 1950}]";
        } else if (count != 4 && count != 2) {
          return "'"
              + String.valueOf(part.letter()).repeat(count)
              + "' is a year of any length, which reads 24 as the year 24; 'yyyy' is a year of four"
              + " digits";
        }
      }
      case 'Y' -> {
        return "'Y' is the year that a week belongs to, which differs around New Year; the year is"
            + " 'yyyy'";
      }
      case 'D' -> {
        if (pattern.hasAny("ML")) {
          return "'D' is the day of the year; the day of the month is 'dd'";
        }
      }
      case 'M', 'L', 'E' -> {
        if (count > 4) {
          return "a name of one letter stands for several";
        }
      }
      case 'w', 'W', 'e', 'c', 'F' -> {
        return "'"
            + part.letter()
            + "' counts weeks or their days, which differs from country to country; use year, month"
            + " and day";
      }
      case 'Q', 'q', 'g', 'B' -> {
        return "'" + part.letter() + "' is not read; use year, month, day and hours";
      }
      case 'n' -> {
        return "'n' is a number of nanoseconds, so that .5 would be five of them; digits of a"
            + " fraction are 'S'";
      }
      case 'z', 'v' -> {
        return "names of time zones such as EST, IST or CST are short for several, or not for the"
            + " whole year; use an offset ('XXX') or the zone's id ('VV'), or, where all"
            + " values have the same, write it in apostrophes and set 'defaultTimezone' to"
            + " its offset, such as -05:00";
      }
      default -> {}
    }
    if (part.letter() == 'm' && type instanceof DateType && !pattern.hasAny("MLD")) {
      return "'m' is the minute; the month is 'MM'";
    } else if (type instanceof DateType && part.isOneOf(TemporalPattern.TIME_LETTERS)) {
      return "'"
          + part.letter()
          + "' is part of a time, and a date would lose it; use 'logicalType: timestamp', or, where"
          + " it is always the same, write it in apostrophes, as in yyyy-MM-dd' 00:00:00'";
    } else if (type instanceof TimeType && part.isOneOf(TemporalPattern.DATE_LETTERS)) {
      return "'"
          + part.letter()
          + "' is part of a date, and a time of day would lose it; use 'logicalType: timestamp'";
    } else if (!(type instanceof TimestampType) && part.isOneOf(TemporalPattern.ZONE_LETTERS)) {
      return "'"
          + part.letter()
          + "' is an offset or a time zone, which only a timestamp has; use 'logicalType:"
          + " timestamp', or, where it is always the same, write it in apostrophes";
    }
    return null;
  }

  /** Minutes where a month is meant, and a month where minutes are, also if both are there. */
  private @Nullable String orderProblem() {
    char before = 0;
    boolean hours = false;
    List<Part> seen = new ArrayList<>();
    for (Part part : pattern.parts()) {
      char letter = part.letter();
      for (Part other : seen) {
        // Alternatives in brackets may have the same letters, for no text has both.
        if (letter != 0 && other.letter() == letter && pattern.goTogether(part, other)) {
          return "'"
              + letter
              + "' stands there twice"
              + (letter == 'M' ? "; the minute is 'mm'" : "");
        }
      }
      seen.add(part);
      if (letter == 'm' && !hours && pattern.hasAny("HhKk")) {
        return "'m' is the minute, but is used before the hours; the month is 'MM'";
      } else if ((letter == 'M' || letter == 'L')
          && part.count() <= 2
          && before != 0
          && "HhKk".indexOf(before) >= 0) {
        return "'M' is the month, but is used after the hours; the minute is 'mm'";
      }
      hours |= part.isOneOf("HhKk");
      before = letter == 0 ? before : letter;
    }
    return null;
  }

  private @Nullable String combinationProblem() {
    boolean anyComplete = false;
    List<Integer> withHours = new ArrayList<>();
    pattern.parts().stream()
        .filter(part -> part.isOneOf("HhKkAN"))
        .forEach(part -> withHours.add(part.section()));
    String incomplete = null;
    for (Set<Integer> present : combinations()) {
      Set<Character> letters = new HashSet<>();
      pattern.partsWith(present).forEach(part -> letters.add(part.letter()));
      if (!has(letters, "a") && has(letters, "hK") && !has(letters, "Hk")) {
        return "'h' and 'K' count to twelve, so that without 'a' for AM or PM morning and evening"
            + " are the same; hours of the day are 'HH'";
      }
      String lacking = lacking(letters);
      anyComplete |= lacking == null;
      incomplete = lacking == null || incomplete != null ? incomplete : lacking;
      if (lacking == null
          && type instanceof TimestampType
          && !has(letters, TemporalPattern.TIME_LETTERS)
          && new HashSet<>(withHours).size() == 1) {
        return "the time is optional, and midnight is not made up where it is absent; take the"
            + " brackets [] around it away, or use 'logicalType: date' with the date alone";
      }
    }
    return anyComplete ? null : incomplete;
  }

  /** What a value of the type needs and is not there, or null. */
  private @Nullable String lacking(Set<Character> letters) {
    if (!(type instanceof TimeType)) {
      if (!has(letters, "yu")) {
        return "it has no year ('yyyy')";
      } else if (!has(letters, "D") && !has(letters, "ML")) {
        return "it has no month ('MM'" + (has(letters, "m") ? "; 'mm' is the minute" : "") + ")";
      } else if (!has(letters, "D") && !has(letters, "d")) {
        return "it has no day ('dd')";
      }
    }
    if (!(type instanceof DateType)
        && (type instanceof TimeType || has(letters, TemporalPattern.TIME_LETTERS))
        && !has(letters, "AN")) {
      if (!has(letters, "HkhK")) {
        return "it has no hour ('HH')";
      } else if (has(letters, "sS") && !has(letters, "m")) {
        return "it has no minute ('mm')";
      } else if (has(letters, "S") && !has(letters, "s")) {
        return "it has no second ('ss'; 'SS' are digits of its fraction)";
      }
    }
    return null;
  }

  private static boolean has(Set<Character> letters, String any) {
    return any.chars().anyMatch(letter -> letters.contains((char) letter));
  }

  /** Every choice of optional sections, that of none first. */
  private List<Set<Integer>> combinations() {
    List<Set<Integer>> combinations = new ArrayList<>();
    int count = pattern.sections().size();
    for (int bits = 0; bits < 1 << count; bits++) {
      Set<Integer> present = new HashSet<>();
      for (int section = 0; section < count; section++) {
        if ((bits >> section & 1) != 0) {
          present.add(section);
        }
      }
      combinations.add(present);
    }
    return combinations;
  }

  private @Nullable String roundTripProblem(TemporalFormat compiled) {
    boolean zoned = pattern.hasAny(TemporalPattern.ZONE_LETTERS);
    for (LocalDateTime sample : SAMPLES) {
      LocalDateTime local = shortened(inWindow(sample));
      for (ZoneId zone : ZONES) {
        if (zoned
            ? pattern.hasAny("V") || zone instanceof ZoneOffset
            : zone.equals(ZoneOffset.UTC)) {
          ZonedDateTime value = local.atZone(zone);
          String text = "";
          try {
            text = compiled.format(value);
            BigDecimal read = Literals.units(asUtc(), text);
            if (read.compareTo(units(value)) == 0) {
              continue;
            }
          } catch (IllegalArgumentException | DateTimeException e) {
            // Said below: what cannot be read back is not what was written.
          }
          return "%s, written as \"%s\", does not come back".formatted(value, text);
        }
      }
    }
    return null;
  }

  private FieldType asUtc() {
    return type instanceof TimestampType ? new TimestampType(format, ZoneOffset.UTC) : type;
  }

  private BigDecimal units(ZonedDateTime value) {
    if (type instanceof DateType) {
      return BigDecimal.valueOf(value.toLocalDate().toEpochDay());
    } else if (type instanceof TimeType) {
      return BigDecimal.valueOf(value.toLocalTime().toNanoOfDay() / 1000);
    }
    return Literals.micros(value.toInstant());
  }

  /** The value as fine as the format tells it. */
  private LocalDateTime shortened(LocalDateTime value) {
    if (pattern.hasAny("N")) {
      return value;
    }
    int digits = pattern.hasAny("A") ? 3 : 0;
    for (Part part : pattern.parts()) {
      digits = part.letter() == 'S' ? Math.max(digits, part.count()) : digits;
    }
    if (digits > 0) {
      long unit = (long) Math.pow(10, 9 - Math.min(9, digits));
      return value.minusNanos(value.toLocalTime().toNanoOfDay() % unit);
    }
    return value.truncatedTo(
        pattern.hasAny("s")
            ? ChronoUnit.SECONDS
            : pattern.hasAny("m")
                ? ChronoUnit.MINUTES
                : pattern.hasAny("HhKk") ? ChronoUnit.HOURS : ChronoUnit.DAYS);
  }

  /** The same date in a year that two digits can mean, which is a leap year if this one is. */
  private LocalDateTime inWindow(LocalDateTime value) {
    for (Part part : pattern.parts()) {
      if (part.firstYear() > 0) {
        return value.withYear(
            part.firstYear() + Math.floorMod(value.getYear() - part.firstYear(), 100));
      }
    }
    return value;
  }
}
