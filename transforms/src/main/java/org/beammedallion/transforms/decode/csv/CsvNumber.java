package org.beammedallion.transforms.decode.csv;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.beammedallion.transforms.decode.record.NumberText;
import org.beammedallion.transforms.raw.CsvFormat;

/**
 * Reads numbers of a CSV file. Beyond the grammar of JSON they may have a plus sign and leading
 * zeros, and no digits on one side of their point; with separators of its own a file writes {@code
 * 1.234,56}. Not thread-safe.
 */
final class CsvNumber {

  private static final int GROUP = 3;
  private static final byte[] NONE = {};

  private final NumberText number = new NumberText();
  private final boolean plain;
  private final byte decimal;
  private final byte[] thousands;
  private byte[] rewritten = new byte[64];

  CsvNumber(CsvFormat.Values values) {
    plain = values.numbersArePlain();
    decimal = (byte) values.decimal();
    thousands =
        values.thousands() == CsvFormat.NONE
            ? NONE
            : String.valueOf(values.thousands()).getBytes(StandardCharsets.UTF_8);
  }

  /** The number that was read last. */
  NumberText text() {
    return number;
  }

  /** Reads a number; false where the text is none. */
  boolean read(byte[] text, int from, int to) {
    if (plain) {
      return number.scanPlain(text, from, to);
    }
    int length = from == to ? 0 : rewrite(text, from, to);
    return length > 0 && number.scanPlain(rewritten, 0, length);
  }

  /**
   * Writes the number with a point and without separators; 0 where these do not stand before groups
   * of three digits, so that 1,5 is never taken for 15.
   */
  private int rewrite(byte[] text, int from, int to) {
    if (rewritten.length < to - from) {
      rewritten = new byte[Math.max(to - from, rewritten.length * 2)];
    }
    int length = 0;
    int digits = 0;
    boolean grouped = false;
    boolean whole = true;
    int i = from;
    while (i < to) {
      if (whole && digits > 0 && isSeparator(text, i, to)) {
        boolean first = !grouped;
        // A number is not grouped behind a zero: 0,567 is a fraction in another country.
        if (first ? digits > GROUP || text[i - digits] == '0' : digits != GROUP) {
          return 0;
        }
        grouped = true;
        digits = 0;
        i += thousands.length;
        continue;
      }
      byte b = text[i++];
      if (isDigit(b)) {
        digits++;
      } else if (whole && (i - 1 > from || (b != '-' && b != '+'))) {
        if (grouped && digits != GROUP) {
          return 0;
        }
        whole = false;
      }
      if (b == decimal) {
        rewritten[length++] = '.';
      } else if (b == '.') {
        return 0;
      } else {
        rewritten[length++] = b;
      }
    }
    return whole && grouped && digits != GROUP ? 0 : length;
  }

  private boolean isSeparator(byte[] text, int at, int to) {
    return thousands.length > 0
        && at + thousands.length <= to
        && Arrays.equals(text, at, at + thousands.length, thousands, 0, thousands.length);
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }
}
