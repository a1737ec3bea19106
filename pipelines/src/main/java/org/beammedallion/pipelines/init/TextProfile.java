package org.beammedallion.pipelines.init;

import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.beammedallion.pipelines.sample.DateFormats;
import org.beammedallion.pipelines.sample.DateFormats.Kind;
import org.beammedallion.pipelines.sample.LikelyFix;
import org.beammedallion.transforms.decode.record.TemporalText;
import org.beammedallion.transforms.decode.record.TimeZoneRules;

/** What the texts of a field have in common. Words for missing values are counted apart. */
final class TextProfile {

  /** How many texts are tried for formats of dates: patterns are slow. */
  private static final int TRIED_FOR_FORMATS = 20_000;

  private static final Pattern WHOLE = Pattern.compile("[+-]?\\d+");
  private static final Pattern LEADING_ZERO = Pattern.compile("[+-]?0\\d+");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
  private static final Pattern POINT_GROUPS = Pattern.compile("[+-]?\\d{1,3}(,\\d{3})*(\\.\\d+)?");
  private static final Pattern COMMA_GROUPS = Pattern.compile("[+-]?\\d{1,3}(\\.\\d{3})*(,\\d+)?");
  private static final Pattern COMMA = Pattern.compile("[+-]?\\d+(,\\d+)?");
  private static final int LONG_DIGITS = 18;

  private final TemporalText temporal = new TemporalText();
  private final TimeZoneRules utc = new TimeZoneRules(ZoneOffset.UTC);
  private final Map<String, Long> missingWords = new TreeMap<>();
  private final Map<Kind, List<String>> formats = new EnumMap<>(Kind.class);
  private final Map<Kind, Boolean> iso = new EnumMap<>(Kind.class);

  private long count;
  private long whole;
  private long leadingZeros;
  private long tooLong;
  private long number;
  private long grouped;
  private long commas;
  private long commaSeen;
  private long bool;
  private long padded;
  private String first = "";
  private String zeroExample = "";

  TextProfile() {
    for (Kind kind : Kind.values()) {
      formats.put(kind, new ArrayList<>(DateFormats.candidates(kind)));
      iso.put(kind, true);
    }
  }

  void add(String text) {
    if (LikelyFix.NULL_WORDS.contains(text)) {
      missingWords.merge(text, 1L, Long::sum);
      return;
    }
    if (count == 0) {
      first = text;
    }
    count++;
    padded += text.equals(text.strip()) ? 0 : 1;
    if (WHOLE.matcher(text).matches()) {
      whole++;
      tooLong += text.length() > LONG_DIGITS ? 1 : 0;
      if (LEADING_ZERO.matcher(text).matches()) {
        leadingZeros++;
        zeroExample = zeroExample.isEmpty() ? text : zeroExample;
      }
    }
    number += NUMBER.matcher(text).matches() ? 1 : 0;
    grouped += POINT_GROUPS.matcher(text).matches() ? 1 : 0;
    boolean comma = COMMA.matcher(text).matches() || COMMA_GROUPS.matcher(text).matches();
    commas += comma ? 1 : 0;
    commaSeen += text.indexOf(',') >= 0 ? 1 : 0;
    bool += text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false") ? 1 : 0;
    tryFormats(text);
  }

  private void tryFormats(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    iso.computeIfPresent(Kind.DATE, (k, all) -> all && temporal.date(bytes, 0, bytes.length));
    iso.computeIfPresent(Kind.TIME, (k, all) -> all && temporal.time(bytes, 0, bytes.length));
    iso.computeIfPresent(
        Kind.TIMESTAMP, (k, all) -> all && temporal.timestamp(bytes, 0, bytes.length, utc));
    if (count <= TRIED_FOR_FORMATS) {
      formats.forEach(
          (kind, left) -> left.removeIf(format -> !DateFormats.fits(kind, format, text)));
    }
  }

  /** How many texts are no words for missing values. */
  long count() {
    return count;
  }

  /** Words that may stand for missing values, and how often each was met. */
  Map<String, Long> missingWords() {
    return missingWords;
  }

  String first() {
    return first;
  }

  String zeroExample() {
    return zeroExample;
  }

  boolean isWhole() {
    return count > 0 && whole == count && leadingZeros == 0 && tooLong == 0;
  }

  /** Whether all are digits, some of them with zeros before, as in codes. */
  boolean isCode() {
    return count > 0 && whole == count && leadingZeros > 0;
  }

  boolean isNumber() {
    return count > 0 && number == count && leadingZeros == 0;
  }

  /** Whether all are numbers with a comma before the fraction. */
  boolean isCommaNumber() {
    return count > 0 && commas == count && commaSeen > 0 && !isNumber() && grouped < count;
  }

  /** Whether all are numbers with commas between groups of three digits. */
  boolean isGroupedNumber() {
    return count > 0 && grouped == count && commaSeen > 0 && !isNumber();
  }

  boolean isBoolean() {
    return count > 0 && bool == count;
  }

  boolean isPadded() {
    return padded > 0;
  }

  /** Whether all are dates, times or timestamps in ISO-8601. */
  boolean isIso(Kind kind) {
    return count > 0 && Boolean.TRUE.equals(iso.get(kind));
  }

  /** The formats that all have, but for ISO-8601. */
  List<String> formats(Kind kind) {
    List<String> fit = formats.get(kind);
    return count == 0 || fit == null ? List.of() : fit;
  }
}
