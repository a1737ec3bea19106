package org.beammedallion.transforms.deduplicate;

import java.util.Arrays;

/**
 * Collects rows for a number of destinations until a destination, or all of them together, hold
 * enough to be sent. A destination's bytes are a block: its kind, then rows with their headers. Not
 * thread-safe.
 */
public final class BlockBuffers {

  /** Rows of the cycle. */
  public static final byte ROWS = 0;

  /** Keys of rows that the table holds already; see {@code RowReference}. */
  public static final byte REFERENCES = 1;

  /** Keys of rows that were deleted by an earlier cycle, and are remembered. */
  public static final byte TOMBSTONES = 2;

  private static final int FIRST_CAPACITY = 4096;

  private final byte kind;
  private final int blockBytes;
  private final long totalBytes;
  private final byte[][] buffers;
  private final int[] lengths;
  private long held;

  /** Receives a complete block; the array is the receiver's. */
  @FunctionalInterface
  public interface Receiver {
    void receive(int destination, byte[] block);
  }

  /**
   * @param blockBytes a destination that holds as much is sent
   * @param totalBytes when all together hold as much, all are sent
   */
  public BlockBuffers(byte kind, int destinations, int blockBytes, long totalBytes) {
    this.kind = kind;
    this.blockBytes = blockBytes;
    this.totalBytes = totalBytes;
    this.buffers = new byte[destinations][];
    this.lengths = new int[destinations];
  }

  /** Copies {@code length} bytes, whole rows with their headers, to a destination. */
  public void add(int destination, byte[] bytes, int start, int length, Receiver receiver) {
    byte[] buffer = buffers[destination];
    int used = lengths[destination];
    if (buffer == null) {
      buffer = new byte[Math.max(FIRST_CAPACITY, length + 1)];
      buffer[0] = kind;
      used = 1;
      held++;
      buffers[destination] = buffer;
    }
    if (buffer.length - used < length) {
      buffer =
          Arrays.copyOf(
              buffer, Math.max(Math.min(buffer.length * 2, blockBytes + length), used + length));
      buffers[destination] = buffer;
    }
    System.arraycopy(bytes, start, buffer, used, length);
    lengths[destination] = used + length;
    held += length;
    if (used + length >= blockBytes) {
      send(destination, receiver);
    } else if (held >= totalBytes) {
      flush(receiver);
    }
  }

  /** Sends whatever is held. */
  public void flush(Receiver receiver) {
    for (int destination = 0; destination < buffers.length; destination++) {
      if (buffers[destination] != null) {
        send(destination, receiver);
      }
    }
  }

  private void send(int destination, Receiver receiver) {
    byte[] buffer = buffers[destination];
    int length = lengths[destination];
    buffers[destination] = null;
    lengths[destination] = 0;
    held -= length;
    receiver.receive(destination, buffer.length == length ? buffer : Arrays.copyOf(buffer, length));
  }
}
