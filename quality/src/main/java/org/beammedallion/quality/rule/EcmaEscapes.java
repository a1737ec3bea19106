package org.beammedallion.quality.rule;

import java.util.Locale;
import java.util.regex.PatternSyntaxException;
import org.beammedallion.quality.rule.EcmaClasses.Property;

/** Reads what stands for one character in a regular expression of ECMA-262. */
final class EcmaEscapes {

  private final String regex;
  private int end;

  EcmaEscapes(String regex) {
    this.regex = regex;
  }

  /** Where that which was read last ends. */
  int end() {
    return end;
  }

  /** What stands behind the backslash. */
  char letter(int at) {
    if (at + 1 >= regex.length()) {
      throw failed("there is no character after the last backslash");
    }
    return regex.charAt(at + 1);
  }

  /** The property of {@code \p{…}} or {@code \P{…}}. */
  Property property(int at) {
    int close = regex.indexOf('}', at);
    if (!regex.startsWith("{", at + 2) || close < 0) {
      throw failed("\\p needs a property in braces, such as \\p{L}");
    }
    String name = regex.substring(at + 3, close);
    Property property = EcmaClasses.property(name);
    if (property == null) {
      throw failed(
          "\\p{"
              + name
              + "} is not known; there are categories such as \\p{L} and \\p{Lu},"
              + " \\p{Script=Greek}, \\p{Alphabetic}, \\p{Lowercase}, \\p{Uppercase},"
              + " \\p{Ideographic} and \\p{ASCII}");
    }
    end = close + 1;
    return property;
  }

  /** The character at a place, escaped or not. */
  int point(int at) {
    int point = regex.codePointAt(at);
    end = at + Character.charCount(point);
    return point == '\\' ? escaped(at) : point;
  }

  private int escaped(int at) {
    char c = letter(at);
    end = at + 2;
    return switch (c) {
      case 't' -> '\t';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 'f' -> '\f';
      case 'v' -> 0x0B;
      case 'b' -> '\b';
      case '0' -> {
        if (end < regex.length() && Character.digit(regex.charAt(end), 10) >= 0) {
          throw failed("octal numbers are not of ECMA-262; write \\x and two digits");
        }
        yield 0;
      }
      case 'c' -> {
        char control = end < regex.length() ? regex.charAt(end++) : 0;
        if ((control | 32) < 'a' || (control | 32) > 'z') {
          throw failed("\\c needs a letter after it");
        }
        yield control & 31;
      }
      case 'x' -> hex(2);
      case 'u' -> unicode();
      default -> {
        if (c > 127 || Character.isLetterOrDigit(c)) {
          throw unknown(c);
        }
        yield c;
      }
    };
  }

  private int unicode() {
    if (regex.startsWith("{", end)) {
      int close = regex.indexOf('}', end);
      int digits = close - end - 1;
      end++;
      int point = digits >= 1 && digits <= 6 ? hex(digits) : -1;
      end++;
      if (point < 0 || point > Character.MAX_CODE_POINT) {
        throw failed("\\u{…} is not a character");
      }
      return point;
    }
    int high = hex(4);
    if (Character.isHighSurrogate((char) high) && regex.startsWith("\\u", end)) {
      end += 2;
      int low = hex(4);
      if (Character.isLowSurrogate((char) low)) {
        return Character.toCodePoint((char) high, (char) low);
      }
    }
    if (Character.isSurrogate((char) high)) {
      throw failed("half a surrogate pair is no character");
    }
    return high;
  }

  private int hex(int digits) {
    int value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = end < regex.length() ? Character.digit(regex.charAt(end), 16) : -1;
      if (digit < 0) {
        throw failed("a character's number needs " + digits + " hexadecimal digits");
      }
      value = value * 16 + digit;
      end++;
    }
    return value;
  }

  private PatternSyntaxException unknown(char c) {
    String instead =
        switch (c) {
          case 'A' -> "write ^";
          case 'z', 'Z' -> "write $";
          case 'h' -> "write [ \\t]";
          case 'R' -> "write (?:\\r\\n|[\\n\\r])";
          case 'Q', 'E' -> "write a backslash before each character that has a meaning";
          case 'a' -> "write \\x07";
          case 'e' -> "write \\x1B";
          default -> "write the character without the backslash";
        };
    return failed("'\\" + c + "' is not of ECMA-262; " + instead);
  }

  static PatternSyntaxException failed(String why, String regex) {
    return new PatternSyntaxException(
        why.substring(0, 1).toUpperCase(Locale.ROOT) + why.substring(1), regex, -1);
  }

  private PatternSyntaxException failed(String why) {
    return failed(why, regex);
  }
}
