package org.beammedallion.quality.contract;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.beammedallion.quality.rule.TemporalPattern;
import org.beammedallion.quality.rule.TemporalPattern.Part;
import org.beammedallion.quality.schema.FieldType.DateType;
import org.beammedallion.quality.schema.FieldType.TemporalType;
import org.beammedallion.quality.schema.FieldType.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * Whether the literal texts of a format, which are compared and not read, say something that
 * counts: a zone or offset that is not the default one, or a half of the day.
 */
final class LiteralCheck {

  private static final Pattern ZONE =
      Pattern.compile(
          "(?<id>[A-Za-z]+(?:/[A-Za-z0-9_+-]+)+)"
              + "|(?:UTC|GMT|UT)?\\s?(?<offset>(?<sign>[+\\-\u2212])(?<hours>\\d{1,2}+)"
              + "(?::?(?<minutes>\\d{2}))?+(?::?\\d{2})?+)(?![\\d:.,/-])"
              + "|(?<word>[A-Za-z]+)");

  private static final Pattern HALF_OF_DAY =
      Pattern.compile("(?<!\\p{L})[AaPp]\\.?[\\s\u00A0\u202F]?[Mm]\\.?(?!\\p{L})");

  private static final Pattern SHORT_HALF = Pattern.compile("(?<!\\p{L})[AP](?!\\p{L})");

  private static final String HOURS = "HhKk";

  private final TemporalType type;
  private final TemporalPattern pattern;
  private final List<Part> parts;

  LiteralCheck(TemporalType type, TemporalPattern pattern) {
    this.type = type;
    this.pattern = pattern;
    parts = pattern.parts();
  }

  /** Literal parts that stand side by side: each character outside of apostrophes is one. */
  private record Literal(String text, List<Part> parts, int from, int to) {}

  /** What is wrong, or null. */
  @Nullable String problem() {
    List<Literal> literals = literals(true);
    literals.addAll(literals(false));
    for (Literal literal : literals) {
      String wrong = problem(literal);
      if (wrong != null) {
        return wrong;
      }
    }
    return null;
  }

  /** Those of one optional section are looked at alone, too: others may be absent. */
  private List<Literal> literals(boolean ofOneSection) {
    List<Literal> literals = new ArrayList<>();
    int from = 0;
    while (from < parts.size()) {
      int to = from;
      StringBuilder text = new StringBuilder();
      while (to < parts.size()
          && parts.get(to).letter() == 0
          && !(ofOneSection && parts.get(to).section() != parts.get(from).section())) {
        text.append(parts.get(to++).literal());
      }
      if (to > from) {
        literals.add(new Literal(text.toString(), parts.subList(from, to), from, to));
      }
      from = Math.max(to, from + 1);
    }
    return literals;
  }

  private @Nullable String problem(Literal literal) {
    if (!(type instanceof DateType) && isHalfOfDay(literal)) {
      return "the literal text '"
          + literal.text().strip()
          + "' is not read, so that morning and evening would be the same; AM and PM are 'a'";
    } else if (type instanceof TimestampType timestamp && !isBesideZone(literal)) {
      return zoneProblem(literal, timestamp.defaultTimezone().normalized());
    }
    return null;
  }

  /** In German, 'am' stands before a date. */
  private boolean isHalfOfDay(Literal literal) {
    boolean behindHours =
        parts.subList(0, literal.from()).stream().anyMatch(part -> part.isOneOf(HOURS));
    boolean beforeHours = literal.to() < parts.size() && parts.get(literal.to()).isOneOf(HOURS);
    return (behindHours && SHORT_HALF.matcher(literal.text()).find())
        || ((behindHours || beforeHours) && HALF_OF_DAY.matcher(literal.text()).find());
  }

  /** Whether a zone or offset is read wherever the literal is there, which then counts. */
  private boolean isBesideZone(Literal literal) {
    return literal.parts().stream()
        .allMatch(
            text ->
                parts.stream()
                    .filter(zone -> zone.isOneOf(TemporalPattern.ZONE_LETTERS))
                    .anyMatch(zone -> pattern.isThereWith(zone, text)));
  }

  private @Nullable String zoneProblem(Literal literal, ZoneId zone) {
    String text = literal.text().replaceAll("[()\\[\\]]", "").strip();
    Set<ZoneId> whole = text.contains(" ") ? ZoneNames.meanings(text) : Set.of();
    if (!whole.isEmpty()) {
      return whole.contains(zone) ? null : notRead(text, zone);
    }
    Matcher found = ZONE.matcher(literal.text());
    while (found.find()) {
      Set<ZoneId> meant = meant(found, literal);
      if (!meant.isEmpty() && !meant.contains(zone)) {
        return notRead(found.group().strip(), zone);
      }
    }
    return null;
  }

  private Set<ZoneId> meant(Matcher found, Literal literal) {
    String word = found.group("word");
    if (found.group("offset") != null) {
      return offset(found);
    } else if (word == null) {
      return idOrWords(found.group("id"));
    }
    // AT is Atlantic Time behind a time, and a word before it.
    boolean behindTime =
        parts.subList(0, literal.from()).stream()
            .anyMatch(part -> part.isOneOf(TemporalPattern.TIME_LETTERS));
    return word.length() == 2 && !behindTime && !word.equals("UT")
        ? Set.of()
        : ZoneNames.meanings(word);
  }

  /** An id, or words with a slash between them. */
  private static Set<ZoneId> idOrWords(String text) {
    Set<ZoneId> meanings = new HashSet<>(ZoneNames.meanings(text));
    if (meanings.isEmpty()) {
      List.of(text.split("/")).forEach(word -> meanings.addAll(ZoneNames.meanings(word)));
    }
    return meanings;
  }

  private static Set<ZoneId> offset(Matcher found) {
    String minutes = found.group("minutes");
    int seconds =
        3600 * Integer.parseInt(found.group("hours"))
            + (minutes == null ? 0 : 60 * Integer.parseInt(minutes));
    return seconds > ZoneOffset.MAX.getTotalSeconds()
        ? Set.of()
        : Set.of(ZoneOffset.ofTotalSeconds(found.group("sign").equals("+") ? seconds : -seconds));
  }

  private static String notRead(String literal, ZoneId zone) {
    return "the literal text '"
        + literal
        + "' is not read, so that values would be in the defaultTimezone "
        + (zone.equals(ZoneOffset.UTC) ? "UTC" : zone)
        + "; an offset or Z is 'X'; where all values have the same, set 'defaultTimezone' to it";
  }
}
