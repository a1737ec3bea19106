package org.beammedallion.transforms.raw;

import java.util.Arrays;
import org.beammedallion.transforms.bytes.AvroBuffer;

/**
 * What the messages of a batch have beside their values, one behind another as {@link
 * MessageFields} encodes them: millions of messages are no millions of objects. Immutable by
 * agreement.
 *
 * @param bytes the encoded fields
 * @param ends where those of each message end in {@code bytes}, and the next ones begin
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record PackedFields(byte[] bytes, int[] ends) {

  /** Of messages in their order. */
  public static PackedFields of(MessageFields... messages) {
    Builder all = new Builder();
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

  /** Those of some messages, by their numbers. */
  public PackedFields only(int[] messages) {
    Builder some = new Builder();
    for (int message : messages) {
      appendTo(some.buffer, message);
      some.end();
    }
    return some.build();
  }

  /** Packs fields. Not thread-safe. */
  static final class Builder {
    private final AvroBuffer buffer = new AvroBuffer(256);
    private int[] ends = new int[64];
    private int count;

    void add(MessageFields message) {
      message.encode(buffer);
      end();
    }

    private void end() {
      if (count == ends.length) {
        ends = Arrays.copyOf(ends, count * 2);
      }
      ends[count++] = buffer.length();
    }

    int bytes() {
      return buffer.length();
    }

    PackedFields build() {
      return new PackedFields(buffer.copy(), Arrays.copyOf(ends, count));
    }
  }
}
