package org.beammedallion.pipelines.sample;

import java.time.DateTimeException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.beammedallion.quality.rule.TemporalFormat;
import org.jspecify.annotations.Nullable;

/**
 * The formats of dates and times that files commonly have, beside ISO-8601, and which of them
 * values are written in. More than one may fit: where no day is beyond the twelfth, a month cannot
 * be told from a day.
 */
public final class DateFormats {

  private static final List<String> DAYS =
      List.of(
          "yyyy/M/d",
          "yyyy.M.d",
          "yyyy-M-d",
          "M/d/yyyy",
          "d/M/yyyy",
          "d.M.yyyy",
          "M-d-yyyy",
          "d-M-yyyy",
          "MMM d yyyy",
          "MMM d, yyyy",
          "MMMM d yyyy",
          "MMMM d, yyyy",
          "d MMM yyyy",
          "d MMMM yyyy",
          "d-MMM-yyyy",
          "EEE MMM d yyyy",
          "EEEE, MMMM d, yyyy",
          "yyyyMMdd");

  /** The first year that two digits are taken for. */
  public static final int TWO_DIGIT_YEARS_FROM = 1950;

  private static final String WINDOW = "{" + TWO_DIGIT_YEARS_FROM + "}";

  /** With years of two digits. With points between, nobody writes the year first. */
  private static final List<String> SHORT_DAYS =
      Stream.of(
              "M/d/yy",
              "d/M/yy",
              "yy/M/d",
              "d.M.yy",
              "M-d-yy",
              "d-M-yy",
              "yy-M-d",
              "d-MMM-yy",
              "d MMM yy",
              "MMM d yy",
              "MMM d, yy")
          .map(day -> day.replace("yy", "yy" + WINDOW))
          .toList();

  private static final List<String> ALL_DAYS =
      Stream.concat(DAYS.stream(), SHORT_DAYS.stream()).toList();

  private static final List<String> TIMES =
      List.of(
          " HH:mm", " HH:mm:ss", " HH:mm:ss.SSS", " H:mm", " h:mm a", " h:mm:ss a", "'T'HH:mm:ss");

  private static final List<String> WITH_OFFSET =
      List.of(
          "EEE, d MMM yyyy HH:mm:ss Z",
          "EEE, d MMM yyyy HH:mm:ss 'GMT'",
          "EEE MMM d HH:mm:ss Z yyyy",
          "d/MMM/yyyy:HH:mm:ss Z",
          "yyyy-MM-dd HH:mm:ss Z",
          "yyyy-MM-dd HH:mm:ss 'UTC'");

  private static final List<String> TIMES_OF_DAY =
      List.of("h:mm a", "h:mm:ss a", "H:mm", "H:mm:ss", "HHmm", "HHmmss");

  private static final Map<String, TemporalFormat> FORMATS = new ConcurrentHashMap<>();

  /** What a format tells. */
  public enum Kind {
    DATE,
    TIME,
    TIMESTAMP
  }

  private DateFormats() {}

  /** The formats that could be of values of a kind. */
  public static List<String> candidates(Kind kind) {
    return switch (kind) {
      case DATE -> ALL_DAYS;
      case TIME -> TIMES_OF_DAY;
      case TIMESTAMP -> {
        List<String> all = new ArrayList<>();
        ALL_DAYS.forEach(day -> TIMES.forEach(time -> all.add(day + time)));
        all.addAll(WITH_OFFSET);
        all.addAll(ALL_DAYS);
        yield all;
      }
    };
  }

  /** A format as a contract has it, which says the century of two digits elsewhere. */
  public static String inContract(String format) {
    return format.replace(WINDOW, "");
  }

  /** Whether a format has years of two digits. */
  public static boolean hasShortYears(String format) {
    return format.contains(WINDOW);
  }

  /** Which of the formats each of the values has, in their order; none where there is no value. */
  public static List<String> fitting(Kind kind, List<String> values) {
    List<String> fit = new ArrayList<>(values.isEmpty() ? List.of() : candidates(kind));
    for (String value : values) {
      fit.removeIf(format -> !fits(kind, format, value));
    }
    return fit;
  }

  /** Whether a value is written in a format. */
  public static boolean fits(Kind kind, String format, String value) {
    return value(kind, format, value) != null;
  }

  /** The value that a text is in a format, or null where it is not written in it. */
  public static @Nullable Object value(Kind kind, String format, String text) {
    TemporalFormat pattern = FORMATS.computeIfAbsent(format, TemporalFormat::of);
    try {
      return switch (kind) {
        case DATE -> pattern.date(text);
        case TIME -> pattern.time(text);
        case TIMESTAMP -> pattern.instant(text, ZoneOffset.UTC);
      };
    } catch (DateTimeException e) {
      return null;
    }
  }
}
