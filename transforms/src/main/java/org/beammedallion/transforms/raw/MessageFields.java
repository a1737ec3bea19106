package org.beammedallion.transforms.raw;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;

/**
 * What a message of a stream has beside its value. It is encoded as the fields of bronze that hold
 * it, one behind another, so that bronze takes it as it is.
 *
 * @param key null where the message has none
 * @param headers in their order; a name may come more than once
 * @param brokerMillis time of the message as its broker tells it, in milliseconds since 1970;
 *     negative where it has none
 * @param hasValue false for a tombstone
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record MessageFields(
    byte @Nullable [] key, List<Header> headers, long brokerMillis, boolean hasValue) {

  /** Of a message of which only the value is known. */
  public static final MessageFields NONE = new MessageFields(null, List.of(), -1, true);

  private static final byte[] JSON_NULL = {'n', 'u', 'l', 'l'};

  /** Name of a field that no other record of bronze has. */
  public static final String HAS_VALUE = "has_value";

  private static final long MICROS = 1000;

  /** A header of a message. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  public record Header(String name, byte @Nullable [] value) {}

  /** The value of the last header of a name; null where there is none, or it has no value. */
  public byte @Nullable [] lastHeader(String name) {
    for (int i = headers.size() - 1; i >= 0; i--) {
      if (headers.get(i).name().equals(name)) {
        return headers.get(i).value();
      }
    }
    return null;
  }

  /** What stands for the value of a tombstone in a {@link RawBatch}: JSON's null. */
  public static byte[] noValue() {
    return JSON_NULL.clone();
  }

  /** Adds these fields to a record of Avro, behind all others. */
  public static SchemaBuilder.FieldAssembler<Schema> in(
      SchemaBuilder.FieldAssembler<Schema> record) {
    Schema time = LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG));
    return record
        .name("key")
        .doc("the message's key, or null")
        .type()
        .nullable()
        .bytesType()
        .noDefault()
        .name("headers")
        .doc("the message's headers, in their order")
        .type()
        .array()
        .items()
        .record("Header")
        .fields()
        .requiredString("name")
        .name("value")
        .type()
        .nullable()
        .bytesType()
        .noDefault()
        .endRecord()
        .noDefault()
        .name("broker_time")
        .doc("when the message was made, or the broker got it; null where neither is known")
        .type(Schema.createUnion(time, Schema.create(Schema.Type.NULL)))
        .noDefault()
        .name(HAS_VALUE)
        .doc("false for a tombstone, whose payload is empty")
        .type()
        .booleanType()
        .noDefault();
  }

  /** The values of these fields, as Avro encodes them. */
  public byte[] encode() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(64);
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    try {
      writeOptional(encoder, key);
      encoder.writeArrayStart();
      encoder.setItemCount(headers.size());
      for (Header header : headers) {
        encoder.startItem();
        encoder.writeString(header.name());
        writeOptional(encoder, header.value());
      }
      encoder.writeArrayEnd();
      // A producer may send any number, also one that is no time.
      boolean hasTime = brokerMillis >= 0 && brokerMillis <= Long.MAX_VALUE / MICROS;
      encoder.writeIndex(hasTime ? 0 : 1);
      if (hasTime) {
        encoder.writeLong(brokerMillis * MICROS);
      }
      encoder.writeBoolean(hasValue);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static void writeOptional(BinaryEncoder encoder, byte @Nullable [] bytes)
      throws IOException {
    encoder.writeIndex(bytes == null ? 1 : 0);
    if (bytes != null) {
      encoder.writeBytes(bytes);
    }
  }

  /**
   * Whether a message has a value; a record that is no message has one.
   *
   * @param encoded by {@link #encode}, or null
   */
  public static boolean hasValue(byte @Nullable [] encoded) {
    // The last field.
    return encoded == null || encoded[encoded.length - 1] != 0;
  }

  /**
   * @param encoded by {@link #encode}
   */
  public static MessageFields decode(byte[] encoded) {
    BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(encoded, null);
    try {
      byte[] key = readOptional(decoder);
      List<Header> headers = new ArrayList<>();
      for (long count = decoder.readArrayStart(); count > 0; count = decoder.arrayNext()) {
        for (long i = 0; i < count; i++) {
          headers.add(new Header(decoder.readString(), readOptional(decoder)));
        }
      }
      long millis = decoder.readIndex() == 1 ? -1 : decoder.readLong() / MICROS;
      return new MessageFields(key, headers, millis, decoder.readBoolean());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of a record that has these fields, see {@link #in}. */
  public static MessageFields of(GenericRecord record) {
    List<Header> headers = new ArrayList<>();
    for (Object header : (List<?>) record.get("headers")) {
      GenericRecord each = (GenericRecord) header;
      headers.add(new Header(String.valueOf(each.get("name")), bytes(each.get("value"))));
    }
    Long micros = (Long) record.get("broker_time");
    return new MessageFields(
        bytes(record.get("key")),
        headers,
        micros == null ? -1 : micros / MICROS,
        (Boolean) record.get(HAS_VALUE));
  }

  private static byte @Nullable [] bytes(@Nullable Object buffer) {
    if (buffer == null) {
      return null;
    }
    byte[] bytes = new byte[((ByteBuffer) buffer).remaining()];
    ((ByteBuffer) buffer).duplicate().get(bytes);
    return bytes;
  }

  private static byte @Nullable [] readOptional(BinaryDecoder decoder) throws IOException {
    if (decoder.readIndex() == 1) {
      return null;
    }
    byte[] bytes = new byte[(int) decoder.readLong()];
    decoder.readFixed(bytes);
    return bytes;
  }
}
