package org.beammedallion.transforms.check;

import org.beammedallion.quality.rule.EcmaMatcher;
import org.beammedallion.quality.rule.EcmaPattern;
import org.beammedallion.quality.rule.TextFormat;

/** Checks of texts, on their UTF-8 bytes. */
final class TextChecks {

  private TextChecks() {}

  static ValueCheck matches(String regex) {
    String demand = "must match the pattern " + regex;
    BytePattern simple = BytePattern.compile(regex);
    return simple == null
        ? new Regex(EcmaPattern.compile(regex).matcher(), demand)
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
    private final EcmaMatcher matcher;
    private final String demand;

    Regex(EcmaMatcher matcher, String demand) {
      this.matcher = matcher;
      this.demand = demand;
    }

    @Override
    boolean accepts(byte[] bytes, int start, int length) {
      return matcher.find(bytes, start, length);
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
}
