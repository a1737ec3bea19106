package org.beammedallion.transforms.raw;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.beammedallion.transforms.bytes.AvroBuffer;
import org.jspecify.annotations.Nullable;

/** What is packed, is what Avro's own library writes and reads. */
class PackedFieldsProperties {

  private static final Schema SCHEMA =
      MessageFields.in(SchemaBuilder.record("Message").fields()).endRecord();

  private static final long MICROS = 1000;

  @Property(tries = 300)
  void avroReadsWhatIsPackedAndWritesTheSame(@ForAll("messages") List<MessageFields> messages)
      throws IOException {
    PackedFields packed = PackedFields.of(messages.toArray(MessageFields[]::new));
    for (int i = 0; i < messages.size(); i++) {
      AvroBuffer one = new AvroBuffer(1);
      packed.appendTo(one, i);
      GenericRecord read =
          new GenericDatumReader<GenericRecord>(SCHEMA)
              .read(null, DecoderFactory.get().binaryDecoder(one.copy(), null));
      assertSame(MessageFields.of(read), messages.get(i));
      assertThat(one.copy(), is(avro(messages.get(i))));
      assertSame(packed.get(i), messages.get(i));
      assertThat(packed.hasValue(i), is(messages.get(i).hasValue()));
    }
  }

  @Property(tries = 100)
  void someAreTakenByTheirNumbers(@ForAll("messages") List<MessageFields> messages) {
    PackedFields packed = PackedFields.of(messages.toArray(MessageFields[]::new));
    int[] odd = IntStream.range(0, messages.size() / 2).map(i -> 2 * i + 1).toArray();
    PackedFields some = packed.only(odd);
    assertThat(some.ends().length, is(odd.length));
    for (int i = 0; i < odd.length; i++) {
      assertSame(some.get(i), messages.get(odd[i]));
    }
  }

  /** As Avro's generic writer encodes it. */
  private static byte[] avro(MessageFields message) throws IOException {
    Schema header = SCHEMA.getField("headers").schema().getElementType();
    List<GenericRecord> headers =
        message.headers().stream()
            .<GenericRecord>map(
                each ->
                    new GenericRecordBuilder(header)
                        .set("name", each.name())
                        .set("value", buffer(each.value()))
                        .build())
            .toList();
    boolean hasTime =
        message.brokerMillis() >= 0 && message.brokerMillis() <= Long.MAX_VALUE / MICROS;
    GenericRecord record =
        new GenericRecordBuilder(SCHEMA)
            .set("key", buffer(message.key()))
            .set("headers", headers)
            .set("broker_time", hasTime ? Long.valueOf(message.brokerMillis() * MICROS) : null)
            .set(MessageFields.HAS_VALUE, message.hasValue())
            .build();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(SCHEMA).write(record, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  private static @Nullable ByteBuffer buffer(byte @Nullable [] bytes) {
    return bytes == null ? null : ByteBuffer.wrap(bytes);
  }

  private static void assertSame(MessageFields found, MessageFields wanted) {
    assertThat(found.key(), is(wanted.key()));
    assertThat(found.hasValue(), is(wanted.hasValue()));
    boolean hasTime =
        wanted.brokerMillis() >= 0 && wanted.brokerMillis() <= Long.MAX_VALUE / MICROS;
    assertThat(found.brokerMillis(), is(hasTime ? wanted.brokerMillis() : -1L));
    assertThat(found.headers().size(), is(wanted.headers().size()));
    for (int i = 0; i < wanted.headers().size(); i++) {
      assertThat(found.headers().get(i).name(), is(wanted.headers().get(i).name()));
      assertThat(found.headers().get(i).value(), is(wanted.headers().get(i).value()));
    }
  }

  @Provide
  Arbitrary<List<MessageFields>> messages() {
    Arbitrary<byte[]> bytes = Arbitraries.bytes().array(byte[].class).ofMaxSize(200);
    Arbitrary<MessageFields.Header> header =
        Combinators.combine(
                Arbitraries.strings().withCharRange(' ', '\u4e00').ofMaxLength(9),
                bytes.injectNull(0.3))
            .as(MessageFields.Header::new);
    return Combinators.combine(
            bytes.injectNull(0.3),
            header.list().ofMaxSize(3),
            Arbitraries.longs(),
            Arbitraries.of(true, false))
        .as(MessageFields::new)
        .list()
        .ofMaxSize(70);
  }
}
