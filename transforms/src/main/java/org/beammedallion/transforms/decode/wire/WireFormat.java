package org.beammedallion.transforms.decode.wire;

import org.beammedallion.transforms.decode.record.MalformedRecord;

/**
 * The wire format of Confluent's serializers: a byte 0, the number of the writer schema in the
 * registry as four bytes in big-endian order, then the value.
 */
public final class WireFormat {

  /** Bytes before the value. */
  public static final int PREFIX = 5;

  private static final int MAGIC = 0;

  private WireFormat() {}

  /** Whether bytes begin with the number of a schema. */
  public static boolean isIn(byte[] bytes, int from, int to) {
    return to - from >= PREFIX && bytes[from] == MAGIC;
  }

  /** The number of the schema of a value that {@link #isIn} is true of. */
  public static int schemaId(byte[] bytes, int from) {
    return (bytes[from + 1] & 0xFF) << 24
        | (bytes[from + 2] & 0xFF) << 16
        | (bytes[from + 3] & 0xFF) << 8
        | (bytes[from + 4] & 0xFF);
  }

  /**
   * The number of the schema of a value.
   *
   * @throws MalformedRecord where it has none
   */
  public static int requireSchemaId(byte[] bytes, int from, int to) throws MalformedRecord {
    if (!isIn(bytes, from, to)) {
      throw new MalformedRecord(
          "The value does not have the wire format of a schema registry, which begins with a byte 0"
              + " and four bytes of the schema's number: "
              + found(bytes, from, to)
              + " Have the producer use the serializer of the registry, or remove"
              + " 'source.kafka.registry' if no message has it.");
    }
    return schemaId(bytes, from);
  }

  private static String found(byte[] bytes, int from, int to) {
    return to - from < PREFIX
        ? "it has only " + (to - from) + " bytes."
        : String.format("its first byte is 0x%02X.", bytes[from]);
  }
}
