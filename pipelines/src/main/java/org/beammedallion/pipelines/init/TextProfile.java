package org.beammedallion.pipelines.init;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.beammedallion.pipelines.sample.DateFormats;
import org.beammedallion.pipelines.sample.DateFormats.Kind;
import org.beammedallion.pipelines.sample.LikelyFix;
import org.beammedallion.transforms.decode.record.TemporalText;
import org.beammedallion.transforms.decode.record.TimeZoneRules;
import org.jspecify.annotations.Nullable;

/** What the texts of a field have in common. Words for missing values are counted apart. */
final class TextProfile {

  private static final int KEPT_TELLING = 500;

  /** How many texts are tried for formats of dates: patterns are slow. */
  private static final int TRIED_FOR_FORMATS = 20_000;

  private static final int LONGEST_MARKER = 40;

  /** Years that data has; the same two digits a century off are rare in it. */
  private static final int CLEAR_YEARS_FROM = 1970;

  private static final int CLEAR_YEARS_TO = 2029;

  /** Whether a text stood in quotes. */
  enum Quotes {
    QUOTED,
    BARE
  }

  private final TemporalText temporal = new TemporalText();
  private final TimeZoneRules utc = new TimeZoneRules(ZoneOffset.UTC);
  private final Map<String, Long> missingWords = new TreeMap<>();
  private final Map<Kind, List<String>> formats = new EnumMap<>(Kind.class);
  private final Map<String, String> unclearCenturies = new HashMap<>();
  private final TextHints hints = new TextHints();
  private final NumberProfile numbers = new NumberProfile();
  private final NearlyAll nearlyAll = new NearlyAll();
  private final Map<Kind, Boolean> iso = new EnumMap<>(Kind.class);

  /** Texts that several formats fit, by which it shows whether these differ. */
  private final Set<String> telling = new LinkedHashSet<>();

  /** The only text without a digit, which the other counts leave out; see {@link #markers}. */
  private String marker = "";

  private long markers;
  private boolean markerQuoted;
  private boolean severalWithoutDigits;
  private long count;
  private long bool;
  private long padded;
  private String first = "";

  TextProfile() {
    for (Kind kind : Kind.values()) {
      formats.put(kind, new ArrayList<>(DateFormats.candidates(kind)));
      iso.put(kind, true);
    }
  }

  /**
   * Takes a text.
   *
   * @param text without its quotes
   * @param how it stands in its record
   */
  void add(String text, Quotes how) {
    boolean quoted = how == Quotes.QUOTED;
    if (!quoted && LikelyFix.NULL_WORDS.contains(text)) {
      missingWords.merge(text, 1L, Long::sum);
      return;
    }
    padded += !quoted && (isBlank(text, 0) || isBlank(text, text.length() - 1)) ? 1 : 0;
    if (severalWithoutDigits || !mayBeMarker(text)) {
      take(text);
    } else if (markers == 0 || marker.equals(text)) {
      marker = text;
      markers++;
      markerQuoted |= quoted;
    } else {
      severalWithoutDigits = true;
      for (; markers > 0; markers--) {
        take(marker);
      }
      take(text);
    }
  }

  private static boolean mayBeMarker(String text) {
    return text.length() <= LONGEST_MARKER
        && text.chars().noneMatch(Character::isDigit)
        && !isBoolean(text);
  }

  private static boolean isBoolean(String text) {
    return text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false");
  }

  /** What {@code trim} takes away. */
  private static boolean isBlank(String text, int at) {
    return !text.isEmpty() && (text.charAt(at) == ' ' || text.charAt(at) == '\t');
  }

  private void take(String text) {
    if (count == 0) {
      first = text;
    }
    count++;
    numbers.add(text);
    bool += isBoolean(text) ? 1 : 0;
    tryFormats(text);
    hints.add(text);
    nearlyAll.add(text);
  }

  private void tryFormats(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    iso.computeIfPresent(Kind.DATE, (k, all) -> all && temporal.date(bytes, 0, bytes.length));
    iso.computeIfPresent(Kind.TIME, (k, all) -> all && temporal.time(bytes, 0, bytes.length));
    iso.computeIfPresent(
        Kind.TIMESTAMP, (k, all) -> all && temporal.timestamp(bytes, 0, bytes.length, utc));
    if (count <= TRIED_FOR_FORMATS) {
      formats.forEach(
          (kind, left) -> {
            left.removeIf(format -> !fits(kind, format, text));
            if (left.size() > 1 && telling.size() < KEPT_TELLING && !telling.contains(text)) {
              telling.add(text);
            }
          });
    }
  }

  private boolean fits(Kind kind, String format, String text) {
    Object value = DateFormats.value(kind, format, text);
    if (value != null && DateFormats.hasShortYears(format)) {
      int year =
          value instanceof Instant time
              ? time.atOffset(ZoneOffset.UTC).getYear()
              : ((LocalDate) value).getYear();
      if (year < CLEAR_YEARS_FROM || year > CLEAR_YEARS_TO) {
        unclearCenturies.putIfAbsent(format, text);
      }
    }
    return value != null;
  }

  /**
   * A text whose year of two digits may well be of another century than of that by which it is
   * read; null where there is none.
   */
  @Nullable String unclearCentury(String format) {
    return unclearCenturies.get(format);
  }

  /** What they are as numbers. */
  NumberProfile numbers() {
    return numbers;
  }

  /** What nearly all of them are. */
  NearlyAll nearlyAll() {
    return nearlyAll;
  }

  /** What they look like beside what they are taken for. */
  TextHints hints() {
    return hints;
  }

  /** How many texts are no words for missing values, and not the only one without a digit. */
  long count() {
    return count;
  }

  /** The only text without a digit; empty where there is none, or where there are several. */
  String marker() {
    return marker;
  }

  /** How often the only text without a digit was met; 0 where there is none, or several. */
  long markers() {
    return markers;
  }

  boolean isMarkerQuoted() {
    return markerQuoted;
  }

  /** Words that may stand for missing values, and how often each was met. */
  Map<String, Long> missingWords() {
    return missingWords;
  }

  /** One of all texts. */
  String example() {
    return count > 0
        ? first
        : markers > 0 ? marker : missingWords.keySet().stream().findFirst().orElse("");
  }

  String first() {
    return first;
  }

  boolean isBoolean() {
    return count > 0 && bool == count;
  }

  /** Whether blanks stand around some texts, outside of quotes. */
  boolean isPadded() {
    return padded > 0;
  }

  /** Whether all are dates, times or timestamps in ISO-8601. */
  boolean isIso(Kind kind) {
    return count > 0 && Boolean.TRUE.equals(iso.get(kind));
  }

  /** Texts that more than one format fits. */
  Set<String> telling() {
    return telling;
  }

  /** The formats that all have, but for ISO-8601. */
  List<String> formats(Kind kind) {
    List<String> fit = formats.get(kind);
    return count == 0 || fit == null ? List.of() : fit;
  }
}
