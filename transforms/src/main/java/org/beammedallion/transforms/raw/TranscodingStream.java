package org.beammedallion.transforms.raw;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Gives a text in another encoding as UTF-8, in bounded memory. What is no character there is
 * invalid in UTF-8 too: an unpaired surrogate comes as its three bytes, half a character at the end
 * as 0xFF, a byte without a character as itself. Not thread-safe.
 */
final class TranscodingStream extends FilterInputStream {

  private static final int BUFFER = 1 << 14;

  /** The most bytes that two bytes of UTF-16, or one of another encoding, become. */
  private static final int MOST = 4;

  private static final int NONE = -1;

  private final byte @Nullable [][] singleBytes;
  private final boolean littleEndian;
  private final byte[] source = new byte[BUFFER];
  private final byte[] target = new byte[BUFFER * MOST + 2 * MOST];
  private int targetFrom;
  private int targetTo;
  private boolean ended;

  /** The first byte of a character of which the second is to come. */
  private int half = NONE;

  /** The first half of a pair of surrogates. */
  private int high = NONE;

  /**
   * @param encoding not UTF-8, and UTF-16 only with its byte order
   */
  TranscodingStream(InputStream in, TextEncoding encoding) {
    super(in);
    this.singleBytes = encoding.singleBytes();
    this.littleEndian = encoding == TextEncoding.UTF_16LE;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (targetFrom == targetTo) {
      if (ended) {
        return -1;
      }
      refill();
    }
    int count = Math.min(length, targetTo - targetFrom);
    System.arraycopy(target, targetFrom, bytes, offset, count);
    targetFrom += count;
    return count;
  }

  @Override
  public long skip(long count) throws IOException {
    long skipped = 0;
    while (skipped < count && read() >= 0) {
      skipped++;
    }
    return skipped;
  }

  @Override
  public int available() {
    return targetTo - targetFrom;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private void refill() throws IOException {
    int count = in.read(source, 0, BUFFER);
    targetFrom = 0;
    targetTo = 0;
    if (count < 0) {
      ended = true;
      endPair();
      if (half != NONE) {
        put(0xFF);
      }
      return;
    }
    byte[][] table = singleBytes;
    for (int i = 0; i < count; i++) {
      if (table == null) {
        octetOf16(source[i] & 0xFF);
      } else if (source[i] >= 0) {
        put(source[i]);
      } else {
        for (byte b : table[source[i] & 0xFF]) {
          put(b);
        }
      }
    }
  }

  private void octetOf16(int octet) {
    if (half == NONE) {
      half = octet;
      return;
    }
    int unit = littleEndian ? (octet << 8) | half : (half << 8) | octet;
    half = NONE;
    if (Character.isLowSurrogate((char) unit) && high != NONE) {
      int c = Character.toCodePoint((char) high, (char) unit);
      high = NONE;
      put(0xF0 | (c >> 18));
      putSixBits(c >> 12);
      putSixBits(c >> 6);
      putSixBits(c);
      return;
    }
    endPair();
    if (Character.isHighSurrogate((char) unit)) {
      high = unit;
    } else {
      putUnit(unit);
    }
  }

  /** Writes a first half of which the second did not come. */
  private void endPair() {
    if (high != NONE) {
      putUnit(high);
      high = NONE;
    }
  }

  private void putUnit(int c) {
    if (c < 0x80) {
      put(c);
    } else if (c < 0x800) {
      put(0xC0 | (c >> 6));
      putSixBits(c);
    } else {
      put(0xE0 | (c >> 12));
      putSixBits(c >> 6);
      putSixBits(c);
    }
  }

  /** Writes a byte that continues a character. */
  private void putSixBits(int bits) {
    put(0x80 | (bits & 0x3F));
  }

  private void put(int octet) {
    target[targetTo++] = (byte) octet;
  }
}
