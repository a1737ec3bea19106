package org.beammedallion.transforms.check;

import java.time.YearMonth;
import org.beammedallion.quality.rule.TextFormat;

/** Recognises the formats of texts, on their UTF-8 bytes, without making objects. */
final class TextFormats {

  private static final int MAX_EMAIL = 254;
  private static final int MAX_LOCAL_PART = 64;
  private static final int MAX_HOSTNAME = 253;
  private static final int MAX_LABEL = 63;

  private TextFormats() {}

  /**
   * Whether the text has the format.
   *
   * @param end after the last byte
   */
  static boolean matches(TextFormat format, byte[] bytes, int start, int end) {
    return switch (format) {
      case EMAIL -> isEmail(bytes, start, end);
      case UUID -> isUuid(bytes, start, end);
      case URI -> isUri(bytes, start, end);
      case HOSTNAME -> isHostname(bytes, start, end, false);
      case IPV4 -> isIpv4(bytes, start, end);
      case IPV6 -> isIpv6(bytes, start, end);
      case DATE -> end - start == 10 && isDate(bytes, start);
      case DATE_TIME -> isDateTime(bytes, start, end);
    };
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  private static boolean isLetter(byte b) {
    return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
  }

  private static boolean isHex(byte b) {
    return isDigit(b) || (b >= 'a' && b <= 'f') || (b >= 'A' && b <= 'F');
  }

  /** RFC 5321 and 6531, without quoted local parts and address literals. */
  private static boolean isEmail(byte[] bytes, int start, int end) {
    int at = end - 1;
    while (at > start && bytes[at] != '@') {
      at--;
    }
    if (at <= start || end - start > MAX_EMAIL || at - start > MAX_LOCAL_PART) {
      return false;
    }
    for (int i = start; i < at; i++) {
      byte b = bytes[i];
      boolean dot = b == '.';
      if (dot && (i == start || i == at - 1 || bytes[i - 1] == '.')) {
        return false;
      } else if (!dot
          && b >= 0
          && !isDigit(b)
          && !isLetter(b)
          && "!#$%&'*+/=?^_`{|}~-".indexOf(b) < 0) {
        return false;
      }
    }
    return isHostname(bytes, at + 1, end, true);
  }

  private static boolean isUuid(byte[] bytes, int start, int end) {
    if (end - start != 36) {
      return false;
    }
    for (int i = 0; i < 36; i++) {
      byte b = bytes[start + i];
      boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
      if (dash ? b != '-' : !isHex(b)) {
        return false;
      }
    }
    return true;
  }

  /** RFC 3986: a scheme, a colon, and characters that a URI may have. */
  private static boolean isUri(byte[] bytes, int start, int end) {
    int position = start;
    while (position < end
        && (isLetter(bytes[position])
            || (position > start
                && (isDigit(bytes[position]) || "+-.".indexOf(bytes[position]) >= 0)))) {
      position++;
    }
    if (position == start || position >= end || bytes[position] != ':') {
      return false;
    }
    for (position++; position < end; position++) {
      byte b = bytes[position];
      if (b == '%') {
        if (position + 2 >= end || !isHex(bytes[position + 1]) || !isHex(bytes[position + 2])) {
          return false;
        }
        position += 2;
      } else if (b < 0
          || (!isDigit(b) && !isLetter(b) && "-._~:/?#[]@!$&'()*+,;=".indexOf(b) < 0)) {
        return false;
      }
    }
    return true;
  }

  /** RFC 1123. */
  private static boolean isHostname(byte[] bytes, int start, int end, boolean international) {
    if (end <= start || end - start > MAX_HOSTNAME) {
      return false;
    }
    int label = start;
    for (int i = start; i <= end; i++) {
      if (i == end || bytes[i] == '.') {
        if (i == label || i - label > MAX_LABEL || bytes[label] == '-' || bytes[i - 1] == '-') {
          return false;
        }
        label = i + 1;
      } else {
        byte b = bytes[i];
        if (!isDigit(b) && !isLetter(b) && b != '-' && !(international && b < 0)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Four numbers up to 255 without leading zeros. */
  private static boolean isIpv4(byte[] bytes, int start, int end) {
    int numbers = 0;
    int position = start;
    while (position < end) {
      int first = position;
      int value = 0;
      while (position < end && position - first < 4 && isDigit(bytes[position])) {
        value = value * 10 + bytes[position++] - '0';
      }
      int digits = position - first;
      if (digits == 0 || value > 255 || (digits > 1 && bytes[first] == '0')) {
        return false;
      }
      numbers++;
      if (position == end) {
        return numbers == 4;
      } else if (bytes[position++] != '.') {
        return false;
      }
    }
    return false;
  }

  /**
   * RFC 4291, 2.2: eight groups, or fewer around one {@code ::}; the last two may be written as
   * IPv4.
   */
  private static boolean isIpv6(byte[] bytes, int start, int end) {
    int groups = 0;
    boolean gap = false;
    int position = start;
    if (end - start >= 2 && bytes[start] == ':' && bytes[start + 1] == ':') {
      gap = true;
      position += 2;
    }
    while (position < end) {
      int first = position;
      while (position < end && isHex(bytes[position])) {
        position++;
      }
      if (position < end && bytes[position] == '.') {
        groups += 2;
        return isIpv4(bytes, first, end) && (gap ? groups < 8 : groups == 8);
      }
      if (position == first || position - first > 4) {
        return false;
      }
      groups++;
      if (position == end) {
        break;
      } else if (bytes[position++] != ':' || position == end) {
        return false;
      } else if (bytes[position] == ':') {
        if (gap) {
          return false;
        }
        gap = true;
        position++;
      }
    }
    return gap ? groups < 8 : groups == 8;
  }

  private static int number(byte[] bytes, int start, int digits) {
    int value = 0;
    for (int i = start; i < start + digits; i++) {
      if (!isDigit(bytes[i])) {
        return -1;
      }
      value = value * 10 + bytes[i] - '0';
    }
    return value;
  }

  private static boolean isDate(byte[] bytes, int start) {
    int year = number(bytes, start, 4);
    int month = number(bytes, start + 5, 2);
    int day = number(bytes, start + 8, 2);
    return bytes[start + 4] == '-'
        && bytes[start + 7] == '-'
        && year >= 0
        && month >= 1
        && month <= 12
        && day >= 1
        && (day <= 28 || day <= YearMonth.of(year, month).lengthOfMonth());
  }

  /** RFC 3339. */
  private static boolean isDateTime(byte[] bytes, int start, int end) {
    if (end - start < 20 || !isDate(bytes, start) || (bytes[start + 10] | 0x20) != 't') {
      return false;
    }
    if (!isClock(bytes, start + 11) || bytes[start + 16] != ':') {
      return false;
    }
    int second = number(bytes, start + 17, 2);
    if (second < 0 || second > 60) {
      return false;
    }
    int position = start + 19;
    if (bytes[position] == '.') {
      int first = ++position;
      while (position < end && isDigit(bytes[position])) {
        position++;
      }
      if (position == first || position == end) {
        return false;
      }
    }
    if ((bytes[position] | 0x20) == 'z') {
      return position + 1 == end;
    }
    return (bytes[position] == '+' || bytes[position] == '-')
        && end - position == 6
        && isClock(bytes, position + 1);
  }

  /** {@code hh:mm}. */
  private static boolean isClock(byte[] bytes, int start) {
    int hour = number(bytes, start, 2);
    int minute = number(bytes, start + 3, 2);
    return hour >= 0 && hour <= 23 && bytes[start + 2] == ':' && minute >= 0 && minute <= 59;
  }
}
