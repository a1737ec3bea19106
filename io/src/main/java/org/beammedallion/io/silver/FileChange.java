package org.beammedallion.io.silver;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.beammedallion.transforms.block.Block;

/**
 * What happens to a row of a live file: it is deleted, for a later version is staged already, or it
 * is challenged by a version that is neither later nor earlier, and only the whole rows can decide.
 *
 * <p>As a block: the kind (1 byte) and the position of the row in its file (8 bytes, big-endian),
 * followed, in a challenge, by the challenger with its header.
 */
final class FileChange {

  private static final byte DELETE = 0;
  private static final byte CHALLENGE = 1;
  private static final int PREFIX = Block.START + 9;

  private FileChange() {}

  static Block delete(long position) {
    return Block.of(begin(PREFIX, DELETE, position).array());
  }

  /**
   * @param bytes holds the challenger's header at {@code start}
   */
  static Block challenge(long position, byte[] bytes, int start, int length) {
    return Block.of(begin(PREFIX + length, CHALLENGE, position).put(bytes, start, length).array());
  }

  private static ByteBuffer begin(int length, byte kind, long position) {
    return ByteBuffer.allocate(length).put(Block.Kind.CHANGES.code()).put(kind).putLong(position);
  }

  /**
   * What a challenge says.
   *
   * @param header where the challenger's header stands in {@code bytes}
   */
  @SuppressWarnings("ArrayRecordComponent") // Challenges are never compared.
  record Challenge(long position, byte[] bytes, int header) {}

  static void read(Block change, LongConsumer deletes, Consumer<Challenge> challenges) {
    byte[] bytes = change.bytes();
    ByteBuffer buffer = ByteBuffer.wrap(bytes).position(Block.START);
    byte kind = buffer.get();
    long position = buffer.getLong();
    if (kind == DELETE) {
      deletes.accept(position);
    } else {
      challenges.accept(new Challenge(position, bytes, PREFIX));
    }
  }
}
