package org.beammedallion.io.stage;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * What shall happen to a row of a file that is live: it is deleted, for a later version is staged
 * already, or it is challenged by a version that is neither later nor earlier, and only the whole
 * rows can decide.
 *
 * <p>Encoded as the kind (1 byte) and the position of the row in its file (8 bytes, big-endian),
 * followed, in a challenge, by the challenger with its header.
 */
final class FileChange {

  private static final byte DELETE = 0;
  private static final byte CHALLENGE = 1;
  private static final int PREFIX = 9;

  private FileChange() {}

  static byte[] delete(long position) {
    return ByteBuffer.allocate(PREFIX).put(DELETE).putLong(position).array();
  }

  /**
   * @param bytes holds the challenger's header at {@code start}
   */
  static byte[] challenge(long position, byte[] bytes, int start, int length) {
    return ByteBuffer.allocate(PREFIX + length)
        .put(CHALLENGE)
        .putLong(position)
        .put(bytes, start, length)
        .array();
  }

  /**
   * What a challenge says.
   *
   * @param header where the challenger's header stands in {@code bytes}
   */
  @SuppressWarnings("ArrayRecordComponent") // Challenges are never compared.
  record Challenge(long position, byte[] bytes, int header) {}

  static void read(byte[] change, LongConsumer deletes, Consumer<Challenge> challenges) {
    ByteBuffer buffer = ByteBuffer.wrap(change);
    byte kind = buffer.get();
    long position = buffer.getLong();
    if (kind == DELETE) {
      deletes.accept(position);
    } else {
      challenges.accept(new Challenge(position, change, PREFIX));
    }
  }
}
