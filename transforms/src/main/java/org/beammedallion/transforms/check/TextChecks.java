package org.beammedallion.transforms.check;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import org.beammedallion.quality.rule.EcmaPattern;
import org.beammedallion.quality.rule.TextFormat;
import org.jspecify.annotations.Nullable;

/** Checks of texts, on their UTF-8 bytes. */
final class TextChecks {

  private TextChecks() {}

  static ValueCheck matches(String regex) {
    String demand = "must match the pattern " + regex;
    BytePattern simple = BytePattern.compile(regex);
    return simple == null
        ? new Regex(EcmaPattern.compile(regex).matcher(""), demand)
        : new Simple(simple, demand);
  }

  private static final class Simple extends ValueCheck {
    private final BytePattern pattern;
    private final String demand;

    Simple(BytePattern pattern, String demand) {
      this.pattern = pattern;
      this.demand = demand;
    }

    @Override
    boolean accepts(byte[] bytes, int start, int length) {
      return pattern.matches(bytes, start, start + length);
    }

    @Override
    String demand() {
      return demand;
    }
  }

  private static final class Regex extends ValueCheck {
    private final Matcher matcher;
    private final AsciiView view = new AsciiView();
    private final String demand;

    Regex(Matcher matcher, String demand) {
      this.matcher = matcher;
      this.demand = demand;
    }

    @Override
    boolean accepts(byte[] bytes, int start, int length) {
      CharSequence text =
          AsciiView.isAscii(bytes, start, length)
              ? view.over(bytes, start, length)
              : new String(bytes, start, length, StandardCharsets.UTF_8);
      try {
        return matcher.reset(text).find();
      } catch (StackOverflowError e) {
        return DeepMatch.find(matcher.pattern(), text.toString());
      }
    }

    @Override
    String demand() {
      return demand;
    }
  }

  static ValueCheck length(int minimum, int maximum) {
    return new Length(minimum, maximum);
  }

  private static final class Length extends ValueCheck {
    private final int minimum;
    private final int maximum;

    Length(int minimum, int maximum) {
      this.minimum = minimum;
      this.maximum = maximum;
    }

    @Override
    boolean accepts(byte[] bytes, int start, int length) {
      // A code point takes one to four bytes.
      if (length < minimum) {
        return false;
      } else if (length <= maximum && length / 4 >= minimum) {
        return true;
      }
      int codePoints = 0;
      for (int i = start; i < start + length; i++) {
        if ((bytes[i] & 0xC0) != 0x80) {
          codePoints++;
        }
      }
      return codePoints >= minimum && codePoints <= maximum;
    }

    @Override
    String demand() {
      return maximum == Integer.MAX_VALUE
          ? "must have at least " + minimum + " characters"
          : "must have at most " + maximum + " characters";
    }
  }

  static ValueCheck format(TextFormat format) {
    return new Format(format);
  }

  private static final class Format extends ValueCheck {
    private final TextFormat format;

    Format(TextFormat format) {
      this.format = format;
    }

    @Override
    boolean accepts(byte[] bytes, int start, int length) {
      return TextFormats.matches(format, bytes, start, start + length);
    }

    @Override
    String demand() {
      return "must have the format " + format;
    }
  }

  /** Bytes of ASCII, read as characters where they stand. */
  private static final class AsciiView implements CharSequence {
    private byte @Nullable [] bytes;
    private int start;
    private int length;

    static boolean isAscii(byte[] bytes, int start, int length) {
      for (int i = start; i < start + length; i++) {
        if (bytes[i] < 0) {
          return false;
        }
      }
      return true;
    }

    AsciiView over(byte[] bytes, int start, int length) {
      this.bytes = bytes;
      this.start = start;
      this.length = length;
      return this;
    }

    @Override
    public int length() {
      return length;
    }

    @Override
    public char charAt(int index) {
      byte[] current = bytes;
      if (current == null || index < 0 || index >= length) {
        throw new IndexOutOfBoundsException(index);
      }
      return (char) current[start + index];
    }

    @Override
    public CharSequence subSequence(int from, int to) {
      return toString().subSequence(from, to);
    }

    @Override
    public String toString() {
      return bytes == null ? "" : new String(bytes, start, length, StandardCharsets.US_ASCII);
    }
  }
}
