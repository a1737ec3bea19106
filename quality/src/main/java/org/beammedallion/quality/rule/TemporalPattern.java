package org.beammedallion.quality.rule;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A pattern of {@link java.time.format.DateTimeFormatter}, taken apart. One thing is added to the
 * JDK's syntax: behind a year of two digits the first year that it can mean may stand in braces, as
 * in {@code dd/MM/yy{1950}}, which is read as 1950 to 2049.
 *
 * @param parts in their order
 * @param sections the optional sections in brackets: for each the one that it lies in, or {@link
 *     #OUTSIDE}
 */
public record TemporalPattern(List<Part> parts, List<Integer> sections) {

  public static final int OUTSIDE = -1;

  /** The letters that stand for a part of a date. */
  public static final String DATE_LETTERS = "GuyMLdDQqYwWEecFg";

  /** The letters that stand for a part of a time of day. */
  public static final String TIME_LETTERS = "HhKkmsSnANaB";

  /** The letters that stand for an offset or a time zone. */
  public static final String ZONE_LETTERS = "VvzOXxZ";

  /**
   * Letters of one kind in a row, or a literal text.
   *
   * @param letter 0 of a literal
   * @param literal the text, without its quotes; empty where there are letters
   * @param section the optional section that it lies in, or {@link #OUTSIDE}
   * @param firstYear the first year that two digits can mean, or 0 where none is given
   */
  public record Part(char letter, int count, String literal, int section, int firstYear) {

    public boolean isOneOf(String letters) {
      return letter != 0 && letters.indexOf(letter) >= 0;
    }
  }

  public TemporalPattern {
    parts = List.copyOf(parts);
    sections = List.copyOf(sections);
  }

  /** Takes any text apart; whether the JDK knows its letters is not looked at. */
  public static TemporalPattern of(String pattern) {
    return new Parser(pattern).parse();
  }

  public boolean hasAny(String letters) {
    return parts.stream().anyMatch(part -> part.isOneOf(letters));
  }

  /** The parts with letters that are there where these optional sections are, and no others. */
  public List<Part> partsWith(Set<Integer> present) {
    return parts.stream()
        .filter(part -> part.letter() != 0)
        .filter(part -> isThere(part.section(), present))
        .toList();
  }

  /** Whether a part is there wherever the other is. */
  public boolean isThereWith(Part part, Part other) {
    return isWithin(other.section(), part.section());
  }

  /** Whether the one part is there wherever the other is, or the other way round. */
  public boolean goTogether(Part one, Part other) {
    return isWithin(one.section(), other.section()) || isWithin(other.section(), one.section());
  }

  private boolean isWithin(int section, int outer) {
    int at = section;
    while (at != outer && at != OUTSIDE) {
      at = sections.get(at);
    }
    return at == outer;
  }

  private boolean isThere(int section, Set<Integer> present) {
    return section == OUTSIDE
        || (present.contains(section) && isThere(sections.get(section), present));
  }

  private static final class Parser {
    private final String pattern;
    private final List<Part> parts = new ArrayList<>();
    private final List<Integer> sections = new ArrayList<>();
    private int at;

    Parser(String pattern) {
      this.pattern = pattern;
    }

    TemporalPattern parse() {
      int section = OUTSIDE;
      while (at < pattern.length()) {
        char c = pattern.charAt(at);
        if (c == '[') {
          sections.add(section);
          section = sections.size() - 1;
          at++;
        } else if (c == ']') {
          section = section == OUTSIDE ? OUTSIDE : sections.get(section);
          at++;
        } else if (c == '\'') {
          parts.add(new Part((char) 0, 0, quoted(), section, 0));
        } else if (isLetter(c)) {
          parts.add(letters(c, section));
        } else {
          parts.add(new Part((char) 0, 0, String.valueOf(c), section, 0));
          at++;
        }
      }
      return new TemporalPattern(parts, sections);
    }

    private static boolean isLetter(char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private Part letters(char letter, int section) {
      int from = at;
      while (at < pattern.length() && pattern.charAt(at) == letter) {
        at++;
      }
      int count = at - from;
      int firstYear = 0;
      if ((letter == 'y' || letter == 'u')
          && count == 2
          && pattern.substring(at).matches("(?s)\\{\\d{4}\\}.*")) {
        firstYear = Integer.parseInt(pattern.substring(at + 1, at + 5));
        at += 6;
      }
      return new Part(letter, count, "", section, firstYear);
    }

    /** Reads a literal in apostrophes, of which two stand for one. */
    private String quoted() {
      StringBuilder text = new StringBuilder();
      at++;
      if (at < pattern.length() && pattern.charAt(at) == '\'') {
        at++;
        return "'";
      }
      while (at < pattern.length()) {
        char c = pattern.charAt(at++);
        if (c == '\'') {
          if (at == pattern.length() || pattern.charAt(at) != '\'') {
            break;
          }
          at++;
        }
        text.append(c);
      }
      return text.toString();
    }
  }
}
