package org.beammedallion.transforms.raw;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecord;
import org.beammedallion.transforms.bytes.AvroBuffer;
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

  /** Adds the values of these fields to a buffer, as Avro encodes them. */
  void encode(AvroBuffer out) {
    putOptional(out, key);
    if (!headers.isEmpty()) {
      out.putLong(headers.size());
      for (Header header : headers) {
        byte[] name = header.name().getBytes(StandardCharsets.UTF_8);
        out.putBytes(name, 0, name.length);
        putOptional(out, header.value());
      }
    }
    out.putLong(0);
    // A producer may send any number, also one that is no time.
    boolean hasTime = brokerMillis >= 0 && brokerMillis <= Long.MAX_VALUE / MICROS;
    out.putLong(hasTime ? 0 : 1);
    if (hasTime) {
      out.putLong(brokerMillis * MICROS);
    }
    out.putBoolean(hasValue);
  }

  private static void putOptional(AvroBuffer out, byte @Nullable [] bytes) {
    out.putLong(bytes == null ? 1 : 0);
    if (bytes != null) {
      out.putBytes(bytes, 0, bytes.length);
    }
  }

  /**
   * Of a message that {@link #encode} has added to a buffer.
   *
   * @param from where its fields begin
   */
  static MessageFields decode(byte[] bytes, int from) {
    Cursor cursor = new Cursor(bytes, from);
    byte[] key = cursor.optional();
    long count = cursor.number();
    List<Header> headers = count == 0 ? List.of() : new ArrayList<>();
    for (; count > 0; count = cursor.number()) {
      for (long i = 0; i < count; i++) {
        headers.add(
            new Header(new String(cursor.bytes(), StandardCharsets.UTF_8), cursor.optional()));
      }
    }
    long millis = cursor.number() == 1 ? -1 : cursor.number() / MICROS;
    return new MessageFields(key, headers, millis, cursor.next() != 0);
  }

  /** Reads what {@link #encode} has written. */
  private static final class Cursor {
    private final byte[] bytes;
    private int at;

    Cursor(byte[] bytes, int from) {
      this.bytes = bytes;
      this.at = from;
    }

    byte next() {
      return bytes[at++];
    }

    long number() {
      long value = 0;
      byte part;
      int shift = 0;
      do {
        part = next();
        value |= (part & 0x7FL) << shift;
        shift += 7;
      } while (part < 0);
      return (value >>> 1) ^ -(value & 1);
    }

    byte[] bytes() {
      int length = Math.toIntExact(number());
      int from = at;
      at += length;
      return Arrays.copyOfRange(bytes, from, at);
    }

    byte @Nullable [] optional() {
      return number() == 1 ? null : bytes();
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
}
