package org.beammedallion.transforms.raw;

import java.util.Arrays;
import org.beammedallion.transforms.bytes.AvroBuffer;

/**
 * What the messages of a batch have beside their values, one behind another as {@link
 * MessageFields} encodes them: millions of messages are no millions of objects. Immutable by
 * agreement.
 *
 * @param bytes the encoded fields, and perhaps more behind the last
 * @param ends where those of each message end in {@code bytes}, and the next ones begin
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record PackedFields(byte[] bytes, int[] ends) {

  /** Of messages in their order. */
  public static PackedFields of(MessageFields... messages) {
    Builder all = new Builder(Math.max(1, messages.length), 256);
    for (MessageFields message : messages) {
      all.add(message);
    }
    return all.build();
  }

  int start(int message) {
    return message == 0 ? 0 : ends[message - 1];
  }

  public MessageFields get(int message) {
    return MessageFields.decode(bytes, start(message));
  }

  /** Whether a message is no tombstone. */
  boolean hasValue(int message) {
    // The last field.
    return bytes[ends[message] - 1] != 0;
  }

  /** Adds those of one message to a buffer. */
  public void appendTo(AvroBuffer out, int message) {
    int start = start(message);
    out.append(bytes, start, ends[message] - start);
  }

  /**
   * Those of some messages.
   *
   * @param messages their numbers, ascending
   */
  public PackedFields only(int[] messages) {
    int[] some = new int[messages.length];
    int length = 0;
    for (int i = 0; i < messages.length; i++) {
      length += ends[messages[i]] - start(messages[i]);
      some[i] = length;
    }
    byte[] packed = new byte[length];
    for (int first = 0; first < messages.length; ) {
      int next = first + 1;
      while (next < messages.length && messages[next] == messages[next - 1] + 1) {
        next++;
      }
      int from = start(messages[first]);
      int to = first == 0 ? 0 : some[first - 1];
      System.arraycopy(bytes, from, packed, to, ends[messages[next - 1]] - from);
      first = next;
    }
    return new PackedFields(packed, some);
  }

  /** Packs the fields of one batch. Not thread-safe. */
  static final class Builder {
    private final AvroBuffer buffer;
    private int[] ends;
    private int count;

    /**
     * @param messages for which there is room at first
     * @param bytes for which there is room at first
     */
    Builder(int messages, int bytes) {
      buffer = new AvroBuffer(bytes);
      ends = new int[messages];
    }

    void add(MessageFields message) {
      message.encode(buffer);
      if (count == ends.length) {
        ends = Arrays.copyOf(ends, count * 2);
      }
      ends[count++] = buffer.length();
    }

    int bytes() {
      return buffer.length();
    }

    /** Nothing is added afterwards. */
    PackedFields build() {
      return new PackedFields(buffer.bytes(), ends);
    }
  }
}
