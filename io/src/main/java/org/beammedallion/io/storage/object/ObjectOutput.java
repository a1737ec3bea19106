package org.beammedallion.io.storage.object;

import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.UUID;
import org.beammedallion.io.storage.AtomicOutput;

/**
 * An object being written: in one request where it is small, else in parts. It is there when all of
 * it is. Not thread-safe.
 */
public abstract class ObjectOutput extends AtomicOutput {

  private static final int FIRST_BYTES = 16 << 10;

  /**
   * Stores take 10,000 parts at least; each thousand of them are twice as large as those before.
   */
  private static final int PARTS_OF_A_SIZE = 1_000;

  private final StoredObject object;
  private final String uri;
  private final int firstPartBytes;
  private final String writer = UUID.randomUUID().toString();
  private byte[] part = new byte[FIRST_BYTES];
  private int filled;
  private long before;
  private int parts;
  private boolean ended;

  /**
   * @param partBytes size of the first parts
   */
  protected ObjectOutput(StoredObject object, String uri, int partBytes) {
    this.object = object;
    this.uri = uri;
    this.firstPartBytes = partBytes;
  }

  /** An id of this write alone. */
  protected final String writer() {
    return writer;
  }

  /** Writes all of it in one request. */
  protected abstract void putWhole(byte[] bytes, int count) throws IOException;

  /**
   * Sends a part, which nobody sees yet.
   *
   * @param number from 1 on
   */
  protected abstract void putPart(int number, byte[] bytes, int count) throws IOException;

  /** Makes the object of its parts. */
  protected abstract void complete() throws IOException;

  /** Removes the parts that were sent, as far as can be. */
  protected abstract void drop();

  @Override
  public final long position() {
    return before + filled;
  }

  @Override
  public final void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public final void write(byte[] bytes, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, bytes.length);
    if (ended) {
      throw new IOException("'" + uri + "' is closed already.");
    }
    int done = 0;
    while (done < count) {
      if (filled == partBytes()) {
        sendPart();
      }
      int some = Math.min(count - done, partBytes() - filled);
      ensure(filled + some);
      System.arraycopy(bytes, offset + done, part, filled, some);
      filled += some;
      done += some;
    }
  }

  private int partBytes() {
    long bytes = (long) firstPartBytes << (parts / PARTS_OF_A_SIZE);
    return (int) Math.min(bytes, Integer.MAX_VALUE / 2);
  }

  private void ensure(int bytes) {
    if (bytes > part.length) {
      part = Arrays.copyOf(part, Math.max(bytes, Math.min(partBytes(), part.length * 2)));
    }
  }

  private void sendPart() throws IOException {
    try {
      putPart(parts + 1, part, filled);
    } catch (IOException e) {
      abort();
      throw e;
    }
    parts++;
    before += filled;
    filled = 0;
  }

  @Override
  public final void close() throws IOException {
    if (ended) {
      return;
    }
    if (parts == 0) {
      ended = true;
      putWhole(part, filled);
    } else {
      if (filled > 0) {
        sendPart();
      }
      ended = true;
      completeOnce();
    }
    part = new byte[0];
  }

  /** An answer may be lost, and asked again the store may know of no parts any more. */
  private void completeOnce() throws IOException {
    try {
      complete();
    } catch (IOException e) {
      if (!isWritten(e)) {
        drop();
        throw e;
      }
    }
  }

  private boolean isWritten(IOException failure) {
    try {
      return writer.equals(object.writer());
    } catch (IOException e) {
      failure.addSuppressed(e);
      return false;
    }
  }

  @Override
  public final void abort() {
    if (!ended) {
      ended = true;
      part = new byte[0];
      drop();
    }
  }
}
