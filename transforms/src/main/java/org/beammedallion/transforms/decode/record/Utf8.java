package org.beammedallion.transforms.decode.record;

import org.beammedallion.transforms.bytes.Words;

/**
 * Checks UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates, nothing above U+10FFFF.
 */
public final class Utf8 {

  private static final int VALID = -1;

  private Utf8() {}

  /**
   * The index of the first byte in {@code [from, to)} that is not part of valid UTF-8, or -1 where
   * all of it is.
   */
  public static int firstInvalid(byte[] bytes, int from, int to) {
    int i = from;
    int last = to - Long.BYTES;
    while (true) {
      while (i <= last) {
        long mask = Words.notAscii(Words.at(bytes, i));
        if (mask != 0) {
          i += Words.first(mask);
          break;
        }
        i += Long.BYTES;
      }
      if (i >= to) {
        return VALID;
      }
      if (bytes[i] >= 0) {
        i++;
      } else {
        int length = sequenceLength(bytes, i, to);
        if (length == 0) {
          return i;
        }
        i += length;
      }
    }
  }

  /**
   * Bytes of the valid sequence at {@code i}, which starts with a byte that is not ASCII; 0 where
   * there is none.
   */
  private static int sequenceLength(byte[] bytes, int i, int to) {
    int lead = bytes[i] & 0xFF;
    int left = to - i;
    if (lead < 0xC2 || lead > 0xF4) {
      return 0;
    } else if (lead < 0xE0) {
      return left >= 2 && isContinuation(bytes[i + 1]) ? 2 : 0;
    } else if (lead < 0xF0) {
      if (left < 3 || !isContinuation(bytes[i + 1]) || !isContinuation(bytes[i + 2])) {
        return 0;
      }
      int second = bytes[i + 1] & 0xFF;
      boolean overlong = lead == 0xE0 && second < 0xA0;
      boolean surrogate = lead == 0xED && second > 0x9F;
      return overlong || surrogate ? 0 : 3;
    }
    if (left < 4
        || !isContinuation(bytes[i + 1])
        || !isContinuation(bytes[i + 2])
        || !isContinuation(bytes[i + 3])) {
      return 0;
    }
    int second = bytes[i + 1] & 0xFF;
    boolean overlong = lead == 0xF0 && second < 0x90;
    boolean tooHigh = lead == 0xF4 && second > 0x8F;
    return overlong || tooHigh ? 0 : 4;
  }

  private static boolean isContinuation(byte b) {
    return (b & 0xC0) == 0x80;
  }
}
