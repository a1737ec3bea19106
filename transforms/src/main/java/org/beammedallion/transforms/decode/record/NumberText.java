package org.beammedallion.transforms.decode.record;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A number as text by the grammar of JSON (RFC 8259), and what it is as a value of each type:
 * exact, never by way of a {@code double} unless that is the type. Its work is bounded by the
 * length of the text, whatever the exponent is. Holds the number that it scanned last; not
 * thread-safe.
 */
public final class NumberText {

  /** Digits that a {@code long} always holds. */
  private static final int LONG_DIGITS = 18;

  /**
   * Largest mantissa and power of ten that a {@code double} holds exactly: one division or product
   * rounds right.
   */
  private static final long EXACT_DOUBLE = 1L << 53;

  private static final int EXACT_DOUBLE_POWER = 22;
  private static final long EXACT_FLOAT = 1L << 24;
  private static final int EXACT_FLOAT_POWER = 10;

  /** No number of a column has that many digits, so a larger exponent need not be told from it. */
  private static final int LARGEST_EXPONENT = 1_000_000_000;

  private static final int MAX_DECIMAL_DIGITS = 38;

  private static final long[] POWERS = new long[LONG_DIGITS + 1];
  private static final double[] DOUBLE_POWERS = new double[EXACT_DOUBLE_POWER + 1];
  private static final float[] FLOAT_POWERS = new float[EXACT_FLOAT_POWER + 1];

  static {
    POWERS[0] = 1;
    for (int i = 1; i < POWERS.length; i++) {
      POWERS[i] = POWERS[i - 1] * 10;
    }
    for (int i = 0; i < DOUBLE_POWERS.length; i++) {
      DOUBLE_POWERS[i] = Double.parseDouble("1e" + i);
    }
    for (int i = 0; i < FLOAT_POWERS.length; i++) {
      FLOAT_POWERS[i] = Float.parseFloat("1e" + i);
    }
  }

  private byte[] bytes = {};

  /** Where the digits start, behind the sign. */
  private int start;

  private int end;
  private boolean negative;

  /**
   * The digits as a number, without sign and point; meaningless above {@link #LONG_DIGITS}, but see
   * toInteger.
   */
  private long mantissa;

  private int digits;

  /** The value is mantissa × 10^-scale. */
  private int scale;

  private long bits;
  private byte[] unscaled = {};

  /**
   * Scans the number that starts at {@code from}.
   *
   * @return where it ends; or, where there is none, the complement of the index of the byte that
   *     cannot be part of one
   */
  public int scan(byte[] text, int from, int to) {
    boolean minus = from < to && text[from] == '-';
    return scan(text, minus ? from + 1 : from, to, minus, true);
  }

  /**
   * Scans the number without a sign that starts at {@code from}, like {@link #scan}, but beyond the
   * grammar of JSON it may lack the digits on one side of its point: DuckDB writes {@code .5} for a
   * decimal(1,1), and so does Oracle.
   *
   * @param minus whether a minus sign stood before it
   */
  public int scanUnsigned(byte[] text, int from, int to, boolean minus) {
    return scan(text, from, to, minus, false);
  }

  private int scan(byte[] text, int from, int to, boolean minus, boolean strict) {
    negative = minus;
    int p = from;
    int first = p;
    long value = 0;
    int d;
    while (p < to && (d = text[p] - '0') >= 0 && d <= 9) {
      value = value * 10 + d;
      p++;
    }
    int whole = p - first;
    if (whole == 0 && strict) {
      return ~p;
    }
    if (whole > 1 && text[first] == '0') {
      return ~(first + 1);
    }
    int fraction = 0;
    if (p < to && text[p] == '.') {
      int point = ++p;
      while (p < to && (d = text[p] - '0') >= 0 && d <= 9) {
        value = value * 10 + d;
        p++;
      }
      fraction = p - point;
      if (fraction == 0 && strict) {
        return ~p;
      }
    }
    if (whole + fraction == 0) {
      return ~p;
    }
    scale = fraction;
    if (p < to && (text[p] | 0x20) == 'e') {
      p = scanExponent(text, p + 1, to);
      if (p < 0) {
        return p;
      }
    }
    bytes = text;
    start = from;
    end = p;
    mantissa = value;
    digits = whole + fraction;
    return p;
  }

  private int scanExponent(byte[] text, int from, int to) {
    int p = from;
    boolean down = p < to && text[p] == '-';
    if (down || (p < to && text[p] == '+')) {
      p++;
    }
    int first = p;
    int exponent = 0;
    int d;
    while (p < to && (d = text[p] - '0') >= 0 && d <= 9) {
      exponent = Math.min(exponent * 10 + d, LARGEST_EXPONENT / 10);
      p++;
    }
    if (p == first) {
      return ~p;
    }
    scale += down ? exponent : -exponent;
    return p;
  }

  /**
   * The value that the last conversion found: a whole number, an unscaled decimal, or the bits of a
   * float.
   */
  public long bits() {
    return bits;
  }

  /**
   * The unscaled value that {@link #toBigDecimal} found: big-endian two's complement, in its
   * shortest form.
   */
  public byte[] unscaled() {
    return unscaled;
  }

  /** Converts to a whole number of 32 or 64 bits. */
  public @Nullable Mismatch toInteger(int width) {
    if (scale == 0 && digits <= LONG_DIGITS + 1) {
      // 19 digits fit an unsigned long; as a signed one they do if the sign bit is clear, or for
      // the least of all.
      if (mantissa < 0 && !(negative && mantissa == Long.MIN_VALUE)) {
        return Mismatch.OUT_OF_RANGE;
      }
      bits = negative ? -mantissa : mantissa;
    } else if (digits > LONG_DIGITS || toDecimal(LONG_DIGITS, 0) != null) {
      BigInteger whole = exactly(0, MAX_DECIMAL_DIGITS);
      if (whole == null) {
        return significantScale() > 0 ? Mismatch.NOT_WHOLE : Mismatch.OUT_OF_RANGE;
      }
      if (whole.bitLength() > 63) {
        return Mismatch.OUT_OF_RANGE;
      }
      bits = whole.longValue();
    }
    return width == Integer.SIZE && bits != (int) bits ? Mismatch.OUT_OF_RANGE : null;
  }

  /** Converts to the unscaled value of a decimal of precision up to 18. */
  public @Nullable Mismatch toDecimal(int precision, int wantedScale) {
    if (digits > LONG_DIGITS) {
      BigInteger value = exactly(wantedScale, precision);
      if (value == null) {
        return decimalMismatch(wantedScale);
      }
      bits = value.longValue();
      return null;
    }
    long value = mantissa;
    int shift = wantedScale - scale;
    if (value != 0 && shift > 0) {
      if (shift >= precision || value >= POWERS[precision - shift]) {
        return Mismatch.OUT_OF_RANGE;
      }
      value *= POWERS[shift];
    } else if (value != 0) {
      if (shift < 0) {
        long divisor = POWERS[Math.min(-shift, LONG_DIGITS)];
        long quotient = value / divisor;
        if (-shift > LONG_DIGITS || quotient * divisor != value) {
          return Mismatch.FRACTION_TOO_LONG;
        }
        value = quotient;
      }
      if (value >= POWERS[precision]) {
        return Mismatch.OUT_OF_RANGE;
      }
    }
    bits = negative ? -value : value;
    return null;
  }

  /** Converts to the unscaled value of a decimal of any precision, see {@link #unscaled}. */
  public @Nullable Mismatch toBigDecimal(int precision, int wantedScale) {
    BigInteger value = exactly(wantedScale, precision);
    if (value == null) {
      return decimalMismatch(wantedScale);
    }
    unscaled = value.toByteArray();
    return null;
  }

  /** Converts to the bits of the nearest {@code double}. */
  public @Nullable Mismatch toDouble() {
    double value;
    if (digits <= LONG_DIGITS
        && mantissa <= EXACT_DOUBLE
        && Math.abs(scale) <= EXACT_DOUBLE_POWER) {
      value = scale >= 0 ? mantissa / DOUBLE_POWERS[scale] : mantissa * DOUBLE_POWERS[-scale];
    } else {
      value = Double.parseDouble(text());
    }
    value = negative ? -value : value;
    bits = Double.doubleToLongBits(value);
    return Double.isInfinite(value) ? Mismatch.OUT_OF_RANGE : null;
  }

  /** Converts to the bits of the nearest {@code float}. */
  public @Nullable Mismatch toFloat() {
    float value;
    if (digits <= LONG_DIGITS && mantissa <= EXACT_FLOAT && Math.abs(scale) <= EXACT_FLOAT_POWER) {
      value = scale >= 0 ? mantissa / FLOAT_POWERS[scale] : mantissa * FLOAT_POWERS[-scale];
    } else {
      value = Float.parseFloat(text());
    }
    value = negative ? -value : value;
    bits = Float.floatToIntBits(value);
    return Float.isInfinite(value) ? Mismatch.OUT_OF_RANGE : null;
  }

  /** The number as it is written, with its sign. */
  public String signedText() {
    return negative ? "-" + text() : text();
  }

  private String text() {
    return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
  }

  private Mismatch decimalMismatch(int wantedScale) {
    return significantScale() > wantedScale ? Mismatch.FRACTION_TOO_LONG : Mismatch.OUT_OF_RANGE;
  }

  /** The scale without trailing zeros. */
  private long significantScale() {
    int p = mantissaEnd();
    long least = scale;
    while (p > start && !isSignificant(bytes[p - 1])) {
      if (bytes[p - 1] == '0') {
        least--;
      }
      p--;
    }
    return p == start ? 0 : least;
  }

  /**
   * The value as a whole number of units of 10^-wantedScale, or null where it is no such number or
   * has more digits than {@code precision}. Long texts are cut to their significant digits first:
   * big numbers are slow to parse.
   */
  private @Nullable BigInteger exactly(int wantedScale, int precision) {
    StringBuilder significant = new StringBuilder();
    int stop = mantissaEnd();
    int zeros = 0;
    for (int p = start; p < stop; p++) {
      byte b = bytes[p];
      if (b == '0') {
        zeros++;
      } else if (isSignificant(b)) {
        if (!significant.isEmpty()) {
          significant.append("0".repeat(Math.min(zeros, MAX_DECIMAL_DIGITS)));
        }
        zeros = 0;
        significant.append((char) b);
        if (significant.length() > MAX_DECIMAL_DIGITS) {
          return null;
        }
      }
    }
    if (significant.isEmpty()) {
      return BigInteger.ZERO;
    }
    long shift = (long) wantedScale - scale + zeros;
    if (shift < 0 || significant.length() + shift > precision) {
      return null;
    }
    BigInteger value =
        new BigInteger(significant.toString()).multiply(BigInteger.TEN.pow((int) shift));
    return negative ? value.negate() : value;
  }

  /**
   * Scans a text that is a number as a whole. Beyond the grammar of JSON it may have a plus sign
   * and leading zeros, and no digits on one side of its point; false where it is none.
   */
  public boolean scanPlain(byte[] text, int from, int to) {
    if (from == to) {
      return false;
    }
    int first = from;
    boolean minus = text[first] == '-';
    if (minus || text[first] == '+') {
      first++;
    }
    while (first + 1 < to && text[first] == '0' && isDigit(text[first + 1])) {
      first++;
    }
    return scanUnsigned(text, first, to, minus) == to;
  }

  private int mantissaEnd() {
    int p = end;
    for (int i = start; i < end; i++) {
      if ((bytes[i] | 0x20) == 'e') {
        p = i;
        break;
      }
    }
    return p;
  }

  private static boolean isSignificant(byte b) {
    return b >= '1' && b <= '9';
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }
}
