package org.beammedallion.transforms.decode.avro;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.nullValue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.beam.sdk.util.SerializableUtils;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.Metadata;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.RawBatches;
import org.beammedallion.transforms.decode.change.Changes;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowValues;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

public class AvroDecoderTest {

  /** An envelope whose row has these columns beside id and name. */
  private static Schema envelope(String columns) {
    return new Schema.Parser()
        .parse(
            """
            ["null", {"type":"record","name":"Envelope","fields":[
              {"name":"before","type":["null",{"type":"record","name":"Value","fields":[
                {"name":"id","type":["null","long"]},{"name":"full_name","type":["null","string"]}%s]}]},
              {"name":"after","type":["null","Value"]},
              {"name":"source","type":["null",{"type":"record","name":"Source","fields":[
                {"name":"lsn","type":["null","long"]},{"name":"sequence","type":["null","string"]}]}]},
              {"name":"op","type":"string"}]}]
            """
                .formatted(columns.isEmpty() ? "" : "," + columns));
  }

  private static GenericRecord value(Schema envelope, Object... columns) {
    GenericRecord record =
        new GenericData.Record(
            envelope.getTypes().get(1).getField("before").schema().getTypes().get(1));
    for (int i = 0; i < columns.length; i++) {
      record.put(i, columns[i]);
    }
    return record;
  }

  private static GenericRecord event(
      Schema envelope,
      String operation,
      @Nullable GenericRecord before,
      @Nullable GenericRecord after,
      long lsn) {
    Schema type = envelope.getTypes().get(1);
    GenericRecord record = new GenericData.Record(type);
    record.put("before", before);
    record.put("after", after);
    GenericRecord source =
        new GenericData.Record(type.getField("source").schema().getTypes().get(1));
    source.put("lsn", lsn);
    record.put("source", source);
    record.put("op", operation);
    return record;
  }

  public static RawBatch batch(Schema schema, @Nullable Object... values) {
    List<byte[]> records = new ArrayList<>();
    try {
      for (Object value : values) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        new GenericDatumWriter<>(schema).write(value, encoder);
        encoder.flush();
        records.add(out.toByteArray());
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return RawBatches.of(schema.toString().getBytes(StandardCharsets.UTF_8), records);
  }

  private static RowBatch debezium(RawBatch raw) {
    return AvroDecoder.debezium(Changes.ROWS, Changes.FORMAT, RowCheck.NONE).decode(raw);
  }

  @Test
  void readsEnvelopes() {
    Schema schema = envelope("");
    RowBatch batch =
        debezium(
            batch(
                schema,
                event(schema, "r", null, value(schema, 1L, "Ada"), 100),
                event(schema, "u", value(schema, 1L, null), value(schema, 1L, "Ada L."), 101),
                event(schema, "d", value(schema, 1L, null), null, 102),
                null,
                event(schema, "m", null, null, 103)));

    assertThat(batch.rejects(), is(List.of()));
    assertThat(batch.ignored(), is(2L));
    assertThat(Changes.deletes(batch), is(List.of(false, false, true)));
    assertThat(Changes.all(batch).get(1).get("name"), is("Ada L."));
    assertThat(Changes.all(batch).get(2).get("name"), is(nullValue()));
    String first = String.valueOf(Changes.all(batch).get(0).get("_sequence"));
    assertThat(first, is("0000000000000064.0.0000000000000064"));
    assertThat(first, is(lessThan(String.valueOf(Changes.all(batch).get(1).get("_sequence")))));
  }

  @Test
  void fillsColumnsFromMetadataAndNotFromTheRecord() {
    RecordSchema schema =
        RecordSchema.of(
            Field.required("file", FieldType.STRING)
                .from(new Metadata(Metadata.Kind.FILE_NAME, "")),
            Field.required("id", FieldType.LONG));
    Schema writer =
        SchemaBuilder.record("r").fields().requiredString("file").requiredLong("id").endRecord();
    GenericRecord record = new GenericData.Record(writer);
    record.put("file", "of the record");
    record.put("id", 7L);

    RowBatch rows = AvroDecoder.rows(schema, RowCheck.NONE).decode(batch(writer, record));

    assertThat(rows.rejects(), is(List.of()));
    assertThat(
        RowValues.of(RowLayout.of(schema), rows),
        is(List.of(Map.of("file", "memory:test", "id", 7L))));
    assertThat(rows.unknown().byName(), is(Map.of("file", 1L)));
  }

  @Test
  void refusesWhatItCannotApply() {
    Schema schema = envelope("");
    RowBatch batch =
        debezium(
            batch(
                schema,
                event(schema, "t", null, null, 1),
                event(schema, "u", null, null, 1),
                event(schema, "d", null, null, 1),
                event(schema, "c", null, value(schema, null, "n"), 1),
                event(schema, "d", value(schema, null, "n"), null, 1),
                event(schema, "?", null, null, 1),
                event(schema, "c", null, value(schema, 1L, "n"), -5)));

    assertThat(
        batch.rejects().stream().map(letter -> letter.reason()).toList(),
        is(
            List.of(
                Reason.UNSUPPORTED_CHANGE,
                Reason.UNSUPPORTED_CHANGE,
                Reason.UNSUPPORTED_CHANGE,
                Reason.MISSING_REQUIRED,
                Reason.UNSUPPORTED_CHANGE,
                Reason.MALFORMED,
                Reason.UNSUPPORTED_CHANGE)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "at    | {'type':'long','connect.name':'io.debezium.time.Timestamp'}      | 1762160400001       | 1762160400001000",
        "at    | {'type':'long','connect.name':'io.debezium.time.MicroTimestamp'} | 1762160400000001    | 1762160400000001",
        "at    | {'type':'long','connect.name':'io.debezium.time.NanoTimestamp'}  | 1762160400000001999 | 1762160400000001",
        "at    | {'type':'long','logicalType':'timestamp-millis'}                 | 1762160400001       | 1762160400001000",
        "at    | {'type':'long','logicalType':'timestamp-micros'}                 | 1762160400000001    | 1762160400000001",
        "at    | {'type':'long'}                                                           | 1762160400000001    | 1762160400000001",
        "clock | {'type':'long','connect.name':'io.debezium.time.NanoTime'}       | 3600001000999       | 3600001000",
        "clock | {'type':'long','logicalType':'time-micros'}                      | 3600001000          | 3600001000",
        "price | {'type':'long'}                                                           | 12                  | 12.00",
        "weight| {'type':'long'}                                                           | 12                  | 12.0000",
        "ratio | {'type':'long'}                                                           | 12                  | 12.0"
      })
  void knowsWhatNumbersMean(String column, String type, long value, String expected) {
    assertThat(String.valueOf(only(column, type.replace('\'', '"'), value)), is(expected));
  }

  private static @Nullable Object only(String column, String type, @Nullable Object value) {
    Schema schema = envelope("{\"name\":\"" + column + "\",\"type\":" + type + "}");
    return Changes.only(
            debezium(batch(schema, event(schema, "c", null, value(schema, 1L, "n", value), 1))))
        .get(column);
  }

  @Test
  void knowsWhatBytesAndTextsMean() {
    ByteBuffer bytes = ByteBuffer.wrap(BigInteger.valueOf(-1250).toByteArray());
    String decimal =
        "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":10,\"scale\":2}";
    assertThat(only("price", decimal, bytes), is(new BigDecimal("-12.50")));
    assertThat(only("weight", decimal, bytes), is(new BigDecimal("-12.5000")));
    assertThat(only("price", "\"string\"", "-12.5"), is(new BigDecimal("-12.50")));
    assertThat(only("price", "\"double\"", -12.5), is(new BigDecimal("-12.50")));
    assertThat(only("at", "\"string\"", "2025-11-03T09:00:00Z"), is(1762160400000000L));
    assertThat(only("day", "\"string\"", "2025-11-03"), is(20395));
    assertThat(
        only(
            "tags",
            "{\"type\":\"array\",\"items\":[\"null\",\"string\"]}",
            Arrays.asList("a", null)),
        is(Arrays.asList("a", null)));
    Schema variable =
        new Schema.Parser()
            .parse(
                "{\"type\":\"record\",\"name\":\"VariableScaleDecimal\",\"namespace\":\"io.debezium.data\",\"fields\":["
                    + "{\"name\":\"scale\",\"type\":\"int\"},{\"name\":\"value\",\"type\":\"bytes\"}]}");
    GenericRecord own = new GenericData.Record(variable);
    own.put("scale", 3);
    own.put("value", ByteBuffer.wrap(BigInteger.valueOf(-12500).toByteArray()));
    assertThat(only("price", variable.toString(), own), is(new BigDecimal("-12.50")));
  }

  @Test
  void readsPlainRows() {
    Schema schema =
        new Schema.Parser()
            .parse(
                """
                {"type":"record","name":"row","fields":[
                  {"name":"id","type":"long"},{"name":"full_name","type":"string"},
                  {"name":"at","type":["null",{"type":"long","logicalType":"timestamp-micros"}]},
                  {"name":"ok","type":"boolean"},{"name":"unknown","type":"double"}]}
                """);
    GenericRecord record = new GenericData.Record(schema);
    record.put("id", 1L);
    record.put("full_name", "Ada");
    record.put("at", 5L);
    record.put("ok", true);
    record.put("unknown", 1.0);

    RowBatch batch = AvroDecoder.rows(Changes.TABLE, RowCheck.NONE).decode(batch(schema, record));

    Map<String, @Nullable Object> row = RowValues.of(RowLayout.of(Changes.TABLE), batch).get(0);
    assertThat(row.get("name"), is("Ada"));
    assertThat(row.get("at"), is(5L));
    assertThat(row.get("ok"), is(true));
  }

  /** Avro 1.12.0 keeps them as floats (AVRO-4108). */
  @Test
  void keepsEveryBitOfDoublesInArrays() {
    List<Double> values = List.of(0.1, 1e300, 16777217.0, -0.0, Double.MIN_VALUE);
    Schema schema =
        new Schema.Parser()
            .parse(
                """
                {"type":"record","name":"row","fields":[
                  {"name":"ratios","type":{"type":"array","items":"double"}},
                  {"name":"exact","type":{"type":"array","items":"double"}},
                  {"name":"nested","type":{"type":"array","items":{"type":"array","items":"double"}}}]}
                """);
    GenericRecord record = new GenericData.Record(schema);
    record.put("ratios", values);
    record.put("exact", List.of(0.25, 16777217.0));
    record.put("nested", List.of(List.of(123456789.125)));
    RecordSchema contract =
        RecordSchema.of(
            Field.optional("ratios", new ArrayType(Field.required("element", FieldType.DOUBLE))),
            Field.optional(
                "exact", new ArrayType(Field.required("element", FieldType.decimal(12, 2)))),
            Field.optional(
                "nested",
                new ArrayType(
                    Field.required(
                        "element", new ArrayType(Field.required("element", FieldType.DOUBLE))))));

    RowBatch batch = AvroDecoder.rows(contract, RowCheck.NONE).decode(batch(schema, record));

    assertThat(batch.rejects(), is(List.of()));
    Map<String, @Nullable Object> row = RowValues.of(RowLayout.of(contract), batch).get(0);
    assertThat(row.get("ratios"), is(values));
    assertThat(
        row.get("exact"), is(List.of(new BigDecimal("0.25"), new BigDecimal("16777217.00"))));
    assertThat(row.get("nested"), is(List.of(List.of(123456789.125))));
  }

  @Test
  void refusesBytesOfAnotherSchema() {
    Schema schema = envelope("");
    RawBatch good = batch(schema, event(schema, "c", null, value(schema, 1L, "n"), 1));
    RawBatch cut =
        RawBatches.of(
            good.header(), List.of(Arrays.copyOf(good.payload(0), good.lengths()[0] - 1)));
    RawBatch longer =
        RawBatches.of(
            good.header(), List.of(Arrays.copyOf(good.payload(0), good.lengths()[0] + 1)));

    assertThat(debezium(cut).rejects().get(0).reason(), is(Reason.MALFORMED));
    assertThat(debezium(longer).rejects().get(0).reason(), is(Reason.MALFORMED));
  }

  @Test
  void refusesSchemasThatAreNone() {
    RawBatch raw = RawBatches.withHeader("{\"type\":\"recor\"}", "x");
    assertThat(debezium(raw).rejects().get(0).detail(), containsString("schema is broken"));
    assertThat(debezium(RawBatches.of("x")).rejects().get(0).detail(), containsString("no Avro"));
    RawBatch recursive =
        RawBatches.withHeader(
            "{\"type\":\"record\",\"name\":\"l\",\"fields\":[{\"name\":\"next\",\"type\":[\"null\",\"l\"]}]}",
            "x");
    assertThat(debezium(recursive).rejects().get(0).detail(), containsString("contains itself"));
  }

  @Test
  void survivesSerialisation() {
    Schema schema = envelope("");
    AvroDecoder decoder = AvroDecoder.debezium(Changes.ROWS, Changes.FORMAT, RowCheck.NONE);
    assertThat(
        SerializableUtils.clone(decoder)
            .decode(batch(schema, event(schema, "c", null, value(schema, 1L, "n"), 1)))
            .count(),
        is(1));
  }
}
