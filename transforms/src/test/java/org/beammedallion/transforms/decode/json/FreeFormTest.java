package org.beammedallion.transforms.decode.json;

import static org.beammedallion.quality.deadletter.Reason.TYPE_MISMATCH;
import static org.beammedallion.transforms.decode.json.JsonRecords.reject;
import static org.beammedallion.transforms.decode.json.JsonRecords.row;
import static org.beammedallion.transforms.decode.json.JsonRecords.value;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.avro.Conversions;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.RawBatches;
import org.beammedallion.transforms.decode.avro.AvroDecoder;
import org.beammedallion.transforms.decode.avro.AvroDecoderTest;
import org.beammedallion.transforms.decode.csv.CsvDecoder;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowValues;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects and arrays of which the contract does not say what is in them. */
class FreeFormTest {

  private static final RecordSchema SCHEMA =
      RecordSchema.of(
          Field.optional("payload", FieldType.JSON_OBJECT),
          Field.optional("tags", FieldType.JSON_ARRAY));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"a\": 1.10,  \"b\":[1e400, 12345678901234567890123], \"a\":\"\\u00e9\"}",
        "{\n  \"c\" : { \"d\" : null }\t}"
      })
  void keepsAnObjectByteByByte(String json) {
    assertThat(value(FieldType.JSON_OBJECT, json), is(json));
  }

  @Test
  void keepsArraysAndElements() {
    assertThat(value(FieldType.JSON_ARRAY, "[ 1, [2], {\"x\":3} ]"), is("[ 1, [2], {\"x\":3} ]"));
    FieldType list = new ArrayType(Field.optional("element", FieldType.JSON_OBJECT));
    assertThat(value(list, "[{\"a\":1.0}, {}]"), is(List.of("{\"a\":1.0}", "{}")));
    assertThat(row(SCHEMA, "{\"payload\": null, \"tags\": []}").get("tags"), is("[]"));
  }

  @Test
  void takesTextsThatAreJson() {
    assertThat(value(FieldType.JSON_OBJECT, "\"{\\\"a\\\": 1}\""), is("{\"a\": 1}"));
    assertThat(value(FieldType.JSON_ARRAY, "\" [1] \""), is(" [1] "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1", "true", "[1]", "\"x\"", "\"\"", "\"[1]\"", "\"{\\\"a\\\":}\"", "\"{} {}\""})
  void rejectsWhatIsNoObject(String json) {
    assertThat(reject(FieldType.JSON_OBJECT, json).reason(), is(TYPE_MISMATCH));
    assertThat(
        reject(FieldType.JSON_OBJECT, json).detail(),
        containsString("expected an object, or a text of JSON that is one, found"));
  }

  @Test
  void rejectsObjectsWhereATextIsDemanded() {
    assertThat(reject(FieldType.STRING, "{}").reason(), is(TYPE_MISMATCH));
    assertThat(reject(FieldType.JSON_ARRAY, "{}").reason(), is(TYPE_MISMATCH));
  }

  @Test
  void takesTheTextOfACsvFieldAsItIs() {
    RowBatch batch =
        CsvDecoder.of(SCHEMA, CsvFormat.RFC_4180, RowCheck.NONE)
            .decode(
                RawBatches.withHeader("payload,tags", "\"{\"\"a\"\": 1.50}\",[1]", ",", "a;b,[1]"));
    assertThat(
        RowValues.of(RowLayout.of(SCHEMA), batch).get(0),
        is(Map.of("payload", "{\"a\": 1.50}", "tags", "[1]")));
    assertThat(batch.count(), is(2));
    assertThat(batch.rejects().get(0).reason(), is(TYPE_MISMATCH));
  }

  @Test
  void rendersWhatAvroHolds() {
    Schema decimal = LogicalTypes.decimal(9, 2).addToSchema(Schema.create(Schema.Type.BYTES));
    Schema date = LogicalTypes.date().addToSchema(Schema.create(Schema.Type.INT));
    Schema inner = Schema.createRecord("inner", null, null, false);
    inner.setFields(
        List.of(
            new Schema.Field("price", decimal),
            new Schema.Field("day", date),
            new Schema.Field("big", Schema.create(Schema.Type.LONG)),
            new Schema.Field("raw", Schema.create(Schema.Type.BYTES)),
            new Schema.Field("text", Schema.create(Schema.Type.STRING)),
            new Schema.Field("map", Schema.createMap(Schema.create(Schema.Type.DOUBLE)))));
    Schema outer = Schema.createRecord("outer", null, null, false);
    outer.setFields(
        List.of(
            new Schema.Field("payload", inner),
            new Schema.Field("tags", Schema.createArray(Schema.create(Schema.Type.INT)))));
    GenericRecord payload = new GenericData.Record(inner);
    payload.put(
        "price",
        new Conversions.DecimalConversion()
            .toBytes(new BigDecimal("12.50"), decimal, decimal.getLogicalType()));
    payload.put("day", 20_000);
    payload.put("big", Long.MAX_VALUE);
    payload.put("raw", ByteBuffer.wrap(new byte[] {1, 2}));
    payload.put("text", "a\"b\n\u0001é");
    payload.put("map", Map.of("z", 0.1, "y", 1e300));
    GenericRecord record = new GenericData.Record(outer);
    record.put("payload", payload);
    record.put("tags", List.of(1, 2));
    payload.put("map", Map.of("z", 0.1, "y", 1e300));
    GenericRecord broken = new GenericData.Record(outer);
    GenericRecord nan = new GenericData.Record((GenericData.Record) payload, true);
    nan.put("map", Map.of("x", Double.NaN));
    broken.put("payload", nan);
    broken.put("tags", List.of());
    RawBatch raw = AvroDecoderTest.batch(outer, record, broken);
    RowBatch batch = AvroDecoder.rows(SCHEMA, RowCheck.NONE).decode(raw);
    assertThat(
        RowValues.of(RowLayout.of(SCHEMA), batch).get(0),
        is(
            Map.of(
                "payload",
                "{\"price\":12.50,\"day\":\"2024-10-04\",\"big\":9223372036854775807,\"raw\":\"AQI=\",\"text\":\"a\\\"b\\n"
                    + "\\u0001é\",\"map\":{\"y\":1.0E300,\"z\":0.1}}",
                "tags",
                "[1,2]")));
    assertThat(batch.rejects().get(0).reason(), is(TYPE_MISMATCH));
  }
}
