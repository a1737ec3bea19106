package org.beammedallion.transforms.decode.change;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.DecodingPropertiesTest;
import org.beammedallion.transforms.decode.RawBatches;
import org.beammedallion.transforms.decode.avro.AvroDecoder;
import org.beammedallion.transforms.decode.avro.AvroDecoderTest;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.row.RowBatch;

/** Whatever bytes are read as a change end as a row, a delete, nothing, or a dead letter. */
class ChangeDecodingProperties {

  private static final String[] EVENTS = {
    "{\"schema\":{\"fields\":[{\"field\":\"after\",\"fields\":[{\"field\":\"at\",\"type\":\"int64\",\"name\":"
        + "\"io.debezium.time.NanoTimestamp\"}]}]},\"payload\":{\"op\":\"c\",\"after\":{\"id\":1,\"full_name\":\"n\","
        + "\"at\":17621604000000000,\"price\":{\"scale\":2,\"value\":\"BQ==\"}},\"source\":{\"lsn\":5}}}",
    "{\"op\":\"d\",\"before\":{\"id\":1},\"after\":null,\"source\":{\"file\":\"b.01\",\"pos\":5,\"row\":0},\"ts_ms\":1}",
    "{\"op\":\"u\",\"after\":{\"id\":1,\"full_name\":\"n\",\"price\":\"ANnE\",\"day\":20393,\"clock\":\"01:00Z\",\"tags\":"
        + "[\"a\"]},\"source\":{\"lsn\":5,\"sequence\":\"[\\\"4\\\",\\\"5\\\"]\"}}",
    "null",
  };
  private static final String ALPHABET = "{}[]\":,0123456789abcdefntu \\-.=";

  private static final Schema ENVELOPE =
      new Schema.Parser()
          .parse(
              """
              {"type":"record","name":"Envelope","fields":[
                {"name":"after","type":["null",{"type":"record","name":"Value","fields":[
                  {"name":"id","type":"long"},{"name":"full_name","type":"string"},
                  {"name":"price","type":{"type":"bytes","logicalType":"decimal","precision":10,"scale":2}},
                  {"name":"tags","type":{"type":"array","items":"string"}}]}]},
                {"name":"source","type":{"type":"record","name":"Source","fields":[{"name":"lsn","type":"long"}]}},
                {"name":"op","type":"string"}]}
              """);

  @Property(tries = 5000)
  void everyByteArrayHasAnEnd(@ForAll byte[] record) {
    hasOneEnd(record, json(record));
    hasOneEnd(record, avro(record));
    hasOneEnd(record, csv(record));
  }

  @Property(tries = 20_000)
  void everyMutationOfAnEventHasAnEnd(@ForAll long seed) {
    byte[] record =
        DecodingPropertiesTest.mutate(
            EVENTS[(int) Math.floorMod(seed, (long) EVENTS.length)], ALPHABET, seed);
    hasOneEnd(record, json(record));
  }

  @Property(tries = 20_000)
  void everyMutationOfAnAvroEventHasAnEnd(@ForAll long seed) {
    Random random = new Random(seed);
    GenericRecord value =
        new GenericData.Record(ENVELOPE.getField("after").schema().getTypes().get(1));
    value.put("id", random.nextLong());
    value.put("full_name", "name");
    value.put("price", java.nio.ByteBuffer.wrap(new byte[random.nextInt(9)]));
    value.put("tags", List.of("a", "b"));
    GenericRecord source = new GenericData.Record(ENVELOPE.getField("source").schema());
    source.put("lsn", random.nextLong());
    GenericRecord event = new GenericData.Record(ENVELOPE);
    event.put("after", value);
    event.put("source", source);
    event.put("op", "u");
    byte[] record = AvroDecoderTest.batch(ENVELOPE, event).payload(0);
    for (int i = 0; i < 1 + random.nextInt(3); i++) {
      record[random.nextInt(record.length)] = (byte) random.nextInt();
    }
    hasOneEnd(record, avro(record));
  }

  @Property(tries = 5000)
  void everyMutationOfACsvChangeHasAnEnd(@ForAll long seed) {
    byte[] record =
        DecodingPropertiesTest.mutate("U,2025-11-03 09:00:00,1,n,12.50", ",\"\n ;ab1-.IUD", seed);
    hasOneEnd(record, csv(record));
  }

  private static void hasOneEnd(byte[] record, RowBatch batch) {
    assertThat(batch.read(), is(1L));
    assertThat(batch.count() + batch.ignored() + batch.rejects().size(), is(1L));
    if (batch.count() == 1) {
      assertThat(Changes.all(batch).get(0).get("_sequence") != null, is(true));
      assertThat(Changes.all(batch).get(0).get("id") != null, is(true));
    } else if (batch.ignored() == 0) {
      DeadLetter letter = batch.rejects().get(0);
      assertThat(letter.payload(), is(record));
      assertThat(letter.detail().isBlank(), is(false));
    }
  }

  private static RowBatch json(byte[] record) {
    return DebeziumDecoder.of(Changes.ROWS, Changes.FORMAT, RowCheck.NONE)
        .decode(RawBatches.of(null, List.of(record)));
  }

  private static RowBatch avro(byte[] record) {
    RawBatch raw =
        RawBatches.of(ENVELOPE.toString().getBytes(StandardCharsets.UTF_8), List.of(record));
    return AvroDecoder.debezium(Changes.ROWS, Changes.FORMAT, RowCheck.NONE).decode(raw);
  }

  private static RowBatch csv(byte[] record) {
    byte[] header = "Op,cdc_ts,id,full_name,price".getBytes(StandardCharsets.UTF_8);
    return DmsDecoder.of(
            Changes.ROWS, new DmsFormat("Op", "cdc_ts"), CsvFormat.RFC_4180, RowCheck.NONE)
        .decode(RawBatches.of(header, List.of(record)));
  }
}
