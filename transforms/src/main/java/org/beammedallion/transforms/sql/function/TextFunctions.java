package org.beammedallion.transforms.sql.function;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import org.apache.beam.sdk.extensions.sql.BeamSqlUdf;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.linq4j.function.Strict;

/** Functions of text. Positions and lengths count code points, from 1. */
public final class TextFunctions {

  private TextFunctions() {}

  public static final class LengthOfText implements BeamSqlUdf {
    @Strict
    public static Long eval(String text) {
      return (long) length(text);
    }
  }

  public static final class OctetLength implements BeamSqlUdf {
    @Strict
    public static Long eval(String text) {
      return (long) text.getBytes(StandardCharsets.UTF_8).length;
    }
  }

  /** A start of 0 is that of 1, a negative one counts from the end, as in Spark. */
  public static final class Substring implements BeamSqlUdf {
    @Strict
    public static String eval(String text, Long start, Long count) {
      long length = length(text);
      long first = bounded(start);
      long from = first > 0 ? first - 1 : first < 0 ? length + first : 0;
      return slice(text, from, from + bounded(count));
    }
  }

  public static final class SubstringFrom implements BeamSqlUdf {
    @Strict
    public static String eval(String text, Long start) {
      return Substring.eval(text, start, Long.MAX_VALUE);
    }
  }

  public static final class LeftOfText implements BeamSqlUdf {
    @Strict
    public static String eval(String text, Long count) {
      return slice(text, 0, count);
    }
  }

  public static final class RightOfText implements BeamSqlUdf {
    @Strict
    public static String eval(String text, Long count) {
      return count <= 0 ? "" : slice(text, length(text) - count, Long.MAX_VALUE);
    }
  }

  /** Where a text begins in another, 0 where it does not. */
  public static final class PositionInText implements BeamSqlUdf {
    @Strict
    public static Long eval(String part, String text) {
      int found = text.indexOf(part);
      return found < 0 ? 0L : text.codePointCount(0, found) + 1L;
    }
  }

  /**
   * Places a text over {@code count} characters, or over as many as it has where the count is
   * negative, as in Spark; what follows begins where {@link Substring} says, also before the text.
   */
  public static final class OverlayText implements BeamSqlUdf {
    @Strict
    public static String eval(String text, String placed, Long start, Long count) {
      long first = bounded(start);
      return Substring.eval(text, 1L, first - 1)
          + placed
          + SubstringFrom.eval(text, first + (count < 0 ? length(placed) : bounded(count)));
    }
  }

  public static final class ReverseText implements BeamSqlUdf {
    @Strict
    public static String eval(String text) {
      int[] points = text.codePoints().toArray();
      StringBuilder reversed = new StringBuilder(text.length());
      for (int i = points.length - 1; i >= 0; i--) {
        reversed.appendCodePoint(points[i]);
      }
      return reversed.toString();
    }
  }

  /** Takes code points away that are among {@code trimmed}: both sides, or as {@code side} says. */
  public static final class TrimText implements BeamSqlUdf {
    @Strict
    public static String eval(String side, String trimmed, String text) {
      int from = 0;
      int to = text.length();
      if (!side.equals("TRAILING")) {
        while (from < to && contains(trimmed, text.codePointAt(from))) {
          from += Character.charCount(text.codePointAt(from));
        }
      }
      if (!side.equals("LEADING")) {
        while (from < to && contains(trimmed, text.codePointBefore(to))) {
          to -= Character.charCount(text.codePointBefore(to));
        }
      }
      return text.substring(from, to);
    }
  }

  private static boolean contains(String text, int point) {
    return text.codePoints().anyMatch(each -> each == point);
  }

  public static final class UpperText implements BeamSqlUdf {
    @Strict
    public static String eval(String text) {
      return text.toUpperCase(Locale.ROOT);
    }
  }

  public static final class LowerText implements BeamSqlUdf {
    @Strict
    public static String eval(String text) {
      return text.toLowerCase(Locale.ROOT);
    }
  }

  public static final class ReplaceText implements BeamSqlUdf {
    @Strict
    public static String eval(String text, String replaced, String replacement) {
      return replaced.isEmpty() ? text : text.replace(replaced, replacement);
    }
  }

  /** LIKE: {@code _} is one code point, {@code %} any number of them. */
  public static final class MatchText implements BeamSqlUdf {
    @Strict
    public static Boolean eval(String text, String pattern, String escape) {
      return LikePattern.of(pattern, escape).matches(text);
    }
  }

  /** Minus one, zero or one, by code points, which is the order of the texts in UTF-8. */
  public static final class CompareText implements BeamSqlUdf {
    @Strict
    public static Long eval(String a, String b) {
      return (long) compare(a, b);
    }
  }

  private static int compare(String a, String b) {
    int common = Math.min(a.length(), b.length());
    for (int i = 0; i < common; i++) {
      char one = a.charAt(i);
      char other = b.charAt(i);
      if (one != other) {
        return Character.isSurrogate(one) == Character.isSurrogate(other)
            ? Character.compare(one, other)
            : Character.isSurrogate(one) ? 1 : -1;
      }
    }
    return Integer.compare(a.length(), b.length());
  }

  /** A text that {@link String#compareTo} orders by the code points of the original. */
  public static final class HexOfText implements BeamSqlUdf {
    @Strict
    public static String eval(String text) {
      return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  public static final class TextOfHex implements BeamSqlUdf {
    @Strict
    public static String eval(String hex) {
      return new String(HexFormat.of().parseHex(hex), StandardCharsets.UTF_8);
    }
  }

  /** A position or length that no text exceeds, so that sums of some do not overflow. */
  private static long bounded(long position) {
    return Math.max(-Integer.MAX_VALUE, Math.min(Integer.MAX_VALUE, position));
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /** Code points {@code [from, to)} as far as the text has them. */
  private static String slice(String text, long from, long to) {
    int length = length(text);
    int first = (int) Math.max(0, Math.min(from, length));
    int last = (int) Math.max(first, Math.min(to, length));
    int start = text.offsetByCodePoints(0, first);
    return text.substring(start, text.offsetByCodePoints(start, last - first));
  }
}
