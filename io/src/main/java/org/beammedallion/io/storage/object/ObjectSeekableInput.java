package org.beammedallion.io.storage.object;

import java.io.IOException;
import java.util.Objects;
import org.beammedallion.io.storage.SeekableInput;

/**
 * An object to be read at any position. Opening it asks for its end, where formats have their
 * footer; short reads get a block of the surroundings, and long ones are one request each. All are
 * of the version that was opened. Thread-safe.
 */
public final class ObjectSeekableInput implements SeekableInput {

  /** Footers of most Parquet files are shorter. */
  private static final int END = 64 << 10;

  /** A request costs as much time as the transfer of some hundred kilobytes. */
  private static final int BLOCK = 512 << 10;

  private final StoredObject object;
  private final ObjectPart opened;
  private final Block end;
  private volatile Block last = Block.NONE;

  /** Some bytes of the object. */
  private static final class Block {
    static final Block NONE = new Block(0, new byte[0]);

    private final long from;
    private final byte[] bytes;

    Block(long from, byte[] bytes) {
      this.from = from;
      this.bytes = bytes;
    }

    boolean has(long position) {
      return position >= from && position < from + bytes.length;
    }

    int copy(long position, byte[] target, int offset, int count) {
      int at = (int) (position - from);
      int copied = Math.min(count, bytes.length - at);
      System.arraycopy(bytes, at, target, offset, copied);
      return copied;
    }
  }

  private ObjectSeekableInput(StoredObject object, ObjectPart opened) {
    this.object = object;
    this.opened = opened;
    this.end = new Block(opened.length() - opened.bytes().length, opened.bytes());
  }

  /**
   * @throws java.io.FileNotFoundException where there is no such object
   */
  public static ObjectSeekableInput open(StoredObject object) throws IOException {
    return new ObjectSeekableInput(object, object.end(END));
  }

  @Override
  public long length() {
    return opened.length();
  }

  @Override
  public int read(long position, byte[] target, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, target.length);
    if (count == 0) {
      return 0;
    } else if (position >= length()) {
      return -1;
    }
    Block block = end.has(position) ? end : last;
    if (block.has(position)) {
      return block.copy(position, target, offset, count);
    }
    int wanted = (int) Math.min(count, end.from - position);
    if (wanted >= BLOCK) {
      object.read(opened.version(), position, target, offset, wanted);
      return wanted;
    }
    byte[] bytes = new byte[(int) Math.min(BLOCK, end.from - position)];
    object.read(opened.version(), position, bytes, 0, bytes.length);
    Block read = new Block(position, bytes);
    last = read;
    return read.copy(position, target, offset, count);
  }

  /** Nothing is open between reads. */
  @Override
  public void close() {
    last = Block.NONE;
  }
}
