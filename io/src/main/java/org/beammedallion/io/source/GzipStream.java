package org.beammedallion.io.source;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * Decompresses the members of a gzip file (RFC 1952) up to the end of the file. What stands behind
 * a member is another one, or zero bytes up to the end, as tapes pad a file; anything else is
 * damage. The JDK's own stream takes every failure behind a member for the end of the file, and
 * would lose the rest silently.
 */
final class GzipStream extends InputStream {

  private static final int BUFFER = 1 << 16;
  private static final int DEFLATE = 8;
  private static final int HEADER_CHECKSUM = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;
  private static final int RESERVED = 0xE0;

  /** Bytes of a header that mean nothing here: time, flags of the deflation, operating system. */
  private static final int UNUSED = 6;

  private enum Place {
    BEFORE_FIRST,
    INSIDE,
    BEHIND,
    END
  }

  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER];
  private final Inflater inflater = new Inflater(true);

  /** Of a member's header, then of what it holds. */
  private final CRC32 checksum = new CRC32();

  private int at;
  private int end;
  private Place place = Place.BEFORE_FIRST;

  GzipStream(InputStream in) {
    this.in = in;
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
    while (place == Place.INSIDE || beginMember()) {
      int count = inflate(bytes, offset, length);
      if (count > 0) {
        checksum.update(bytes, offset, count);
        return count;
      } else if (inflater.finished()) {
        endMember();
      } else if (!fill()) {
        throw new EOFException("a member breaks off");
      } else {
        inflater.setInput(buffer, at, end - at);
      }
    }
    return -1;
  }

  private int inflate(byte[] bytes, int offset, int length) throws ZipException {
    try {
      return inflater.inflate(bytes, offset, length);
    } catch (DataFormatException e) {
      throw new ZipException(String.valueOf(e.getMessage()));
    }
  }

  /** False at the end of the file. */
  private boolean beginMember() throws IOException {
    if (place == Place.END) {
      return false;
    } else if (place == Place.BEHIND && at == end && !fill()) {
      place = Place.END;
      return false;
    } else if (place == Place.BEHIND && buffer[at] == 0) {
      skipPadding();
      place = Place.END;
      return false;
    }
    readHeader();
    checksum.reset();
    inflater.reset();
    inflater.setInput(buffer, at, end - at);
    place = Place.INSIDE;
    return true;
  }

  private void skipPadding() throws IOException {
    do {
      while (at < end) {
        if (buffer[at++] != 0) {
          throw new ZipException("zero bytes stand between its members");
        }
      }
    } while (fill());
  }

  private void readHeader() throws IOException {
    checksum.reset();
    if (next() != 0x1F || next() != 0x8B) {
      throw new ZipException("what follows a member does not begin as a member does");
    } else if (next() != DEFLATE) {
      throw new ZipException("a member is compressed by another method than deflate");
    }
    int flags = next();
    if ((flags & RESERVED) != 0) {
      throw new ZipException("the header of a member has unknown flags");
    }
    skip(UNUSED);
    if ((flags & EXTRA) != 0) {
      skip(next() | next() << 8);
    }
    if ((flags & NAME) != 0) {
      skipText();
    }
    if ((flags & COMMENT) != 0) {
      skipText();
    }
    if ((flags & HEADER_CHECKSUM) != 0) {
      int computed = (int) checksum.getValue() & 0xFFFF;
      if ((next() | next() << 8) != computed) {
        throw new ZipException("the checksum of a member's header is wrong");
      }
    }
  }

  private void endMember() throws IOException {
    at = end - inflater.getRemaining();
    // Reading the trailer must not change the sum.
    long computed = checksum.getValue();
    if (number() != computed) {
      throw new ZipException("the checksum of a member is wrong");
    } else if (number() != (inflater.getBytesWritten() & 0xFFFFFFFFL)) {
      throw new ZipException("a member has another length than it says");
    }
    place = Place.BEHIND;
  }

  private long number() throws IOException {
    return next() | next() << 8 | next() << 16 | (long) next() << 24;
  }

  private void skip(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      next();
    }
  }

  private void skipText() throws IOException {
    while (next() != 0) {
      // The name of a file, or a comment, up to its zero byte.
    }
  }

  private int next() throws IOException {
    if (at == end && !fill()) {
      throw new EOFException("a member breaks off");
    }
    int value = buffer[at++] & 0xFF;
    checksum.update(value);
    return value;
  }

  private boolean fill() throws IOException {
    int count;
    do {
      count = in.read(buffer, 0, buffer.length);
    } while (count == 0);
    at = 0;
    end = Math.max(0, count);
    return count > 0;
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    in.close();
  }
}
