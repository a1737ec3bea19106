package org.beammedallion.transforms.block;

import java.util.Arrays;

/**
 * Collects rows for a number of destinations until a destination, or all of them together, hold
 * enough to be sent. A destination's bytes are a block: its kind, then rows with their headers. Not
 * thread-safe.
 */
public final class BlockBuffers {

  private static final int FIRST_CAPACITY = 4096;

  private final Block.Kind kind;
  private final int blockBytes;
  private final long totalBytes;
  private final byte[][] buffers;
  private final int[] lengths;
  private long held;
  private long capacity;

  /** Receives a complete block. */
  @FunctionalInterface
  public interface Receiver {
    void receive(int destination, Block block);
  }

  /**
   * @param blockBytes a destination that holds as much is sent
   * @param totalBytes when all together hold as much, all are sent
   */
  public BlockBuffers(Block.Kind kind, int destinations, int blockBytes, long totalBytes) {
    this.kind = kind;
    this.blockBytes = blockBytes;
    this.totalBytes = totalBytes;
    this.buffers = new byte[destinations][];
    this.lengths = new int[destinations];
  }

  /** Copies {@code length} bytes, whole rows with their headers, to a destination. */
  public void add(int destination, byte[] bytes, int start, int length, Receiver receiver) {
    int used = Math.max(lengths[destination], Block.START);
    byte[] buffer = room(destination, used, length);
    System.arraycopy(bytes, start, buffer, used, length);
    lengths[destination] = used + length;
    held += length;
    if (used + length >= blockBytes) {
      send(destination, receiver);
    } else if (held >= totalBytes) {
      flush(receiver);
    }
  }

  /** The destination's buffer, with room behind {@code used}. Buffers are used again and again. */
  private byte[] room(int destination, int used, int length) {
    byte[] buffer = buffers[destination];
    if (buffer != null && buffer.length - used >= length) {
      return buffer;
    }
    int had = buffer == null ? 0 : buffer.length;
    int wanted = Math.max(FIRST_CAPACITY, Math.min(had * 2, blockBytes));
    byte[] grown = new byte[Math.max(wanted, used + length)];
    if (buffer == null) {
      grown[0] = kind.code();
    } else {
      System.arraycopy(buffer, 0, grown, 0, used);
    }
    buffers[destination] = grown;
    capacity += grown.length - had;
    return grown;
  }

  /** Sends whatever is held. */
  public void flush(Receiver receiver) {
    for (int destination = 0; destination < buffers.length; destination++) {
      if (lengths[destination] > 0) {
        send(destination, receiver);
      }
    }
    if (capacity > 2 * totalBytes) { // Other destinations were large before than are now.
      Arrays.fill(buffers, null);
      capacity = 0;
    }
  }

  private void send(int destination, Receiver receiver) {
    int length = lengths[destination];
    byte[] block = Arrays.copyOf(buffers[destination], length);
    lengths[destination] = 0;
    held -= length - Block.START;
    receiver.receive(destination, Block.of(block));
  }
}
