package org.beammedallion.io.source;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Hands on the bytes of a Zstandard file (RFC 8878), and fails where they end within a frame. The
 * decoder itself takes the end of the file for the end of a frame where an earlier frame ended in
 * the bytes that it got in the same read, and would lose the rest silently.
 */
final class ZstdFrames extends FilterInputStream {

  private static final int FRAME = 0xFD2FB528;
  private static final int SKIPPED_FRAME = 0x184D2A50;
  private static final int[] DICTIONARY_BYTES = {0, 1, 2, 4};
  private static final int[] SIZE_BYTES = {0, 2, 4, 8};

  /** What the next bytes are. */
  private enum Part {
    MAGIC(4),
    SKIPPED_SIZE(4),
    DESCRIPTOR(1),
    BLOCK(3),

    /** A frame that is not known, such as one of the first versions; the decoder judges it. */
    UNKNOWN(0);

    private final int bytes;

    Part(int bytes) {
      this.bytes = bytes;
    }
  }

  private Part part = Part.MAGIC;

  /** Bytes before the part, which say nothing of how the frame goes on. */
  private long skipped;

  private int have;
  private long number;
  private boolean checksum;

  ZstdFrames(InputStream in) {
    super(in);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int count = super.read(bytes, offset, length);
    if (count < 0) {
      boolean between = part == Part.MAGIC && have == 0 && skipped == 0;
      if (!between && part != Part.UNKNOWN) {
        throw new EOFException("a frame breaks off");
      }
    } else {
      follow(bytes, offset, offset + count);
    }
    return count;
  }

  private void follow(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to && part != Part.UNKNOWN) {
      if (skipped > 0) {
        int step = (int) Math.min(skipped, to - at);
        skipped -= step;
        at += step;
        continue;
      }
      number |= (bytes[at++] & 0xFFL) << (8 * have++);
      if (have == part.bytes) {
        long whole = number;
        have = 0;
        number = 0;
        end(whole);
      }
    }
  }

  /** Goes on behind a part, whose bytes make a number. */
  private void end(long whole) {
    switch (part) {
      case MAGIC ->
          part =
              (int) whole == FRAME
                  ? Part.DESCRIPTOR
                  : ((int) whole & ~0xF) == SKIPPED_FRAME ? Part.SKIPPED_SIZE : Part.UNKNOWN;
      case SKIPPED_SIZE -> {
        skipped = whole;
        part = Part.MAGIC;
      }
      case DESCRIPTOR -> descriptor((int) whole);
      case BLOCK -> block((int) whole);
      case UNKNOWN -> throw new IllegalStateException("Nothing is known of the frame.");
    }
  }

  private void descriptor(int bits) {
    boolean single = (bits & 0x20) != 0;
    int size = SIZE_BYTES[bits >> 6];
    skipped = (long) DICTIONARY_BYTES[bits & 3] + (single ? Math.max(1, size) : 1 + size);
    checksum = (bits & 4) != 0;
    part = Part.BLOCK;
  }

  private void block(int header) {
    int type = header >> 1 & 3;
    boolean repeatsOneByte = type == 1;
    skipped = repeatsOneByte ? 1 : header >> 3;
    if (type == 3) {
      part = Part.UNKNOWN;
    } else if ((header & 1) != 0) {
      skipped += checksum ? 4 : 0;
      part = Part.MAGIC;
    }
  }
}
