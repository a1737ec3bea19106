package org.beammedallion.transforms.decode.json;

import static org.beammedallion.quality.deadletter.Reason.MALFORMED;
import static org.beammedallion.quality.deadletter.Reason.MISSING_REQUIRED;
import static org.beammedallion.quality.deadletter.Reason.RULE_VIOLATION;
import static org.beammedallion.quality.deadletter.Reason.TYPE_MISMATCH;
import static org.beammedallion.transforms.decode.OrdersSchema.ORDERS;
import static org.beammedallion.transforms.decode.json.JsonRecords.ORDER;
import static org.beammedallion.transforms.decode.json.JsonRecords.decode;
import static org.beammedallion.transforms.decode.json.JsonRecords.micros;
import static org.beammedallion.transforms.decode.json.JsonRecords.reject;
import static org.beammedallion.transforms.decode.json.JsonRecords.row;
import static org.beammedallion.transforms.decode.json.JsonRecords.value;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.util.SerializableUtils;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.deadletter.Provenance;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.RawBatches;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JsonDecoderTest {

  @Test
  void decodesAnOrder() {
    Map<String, @Nullable Object> row = row(ORDERS, ORDER);

    assertThat(row.get("order_id"), is("o-1"));
    assertThat(row.get("customer_email"), is(nullValue()));
    assertThat(row.get("amount"), is(new BigDecimal("12.50")));
    assertThat(row.get("ordered_at"), is(micros("2026-11-02T08:28:05Z")));
  }

  @Test
  void carriesTheProvenanceOfEachRecord() {
    RowBatch batch = decode(ORDERS, "{}", ORDER);

    assertThat(RowBatch.rowShard(batch.bytes(), 0), is(3));
    assertThat(RowBatch.rowPosition(batch.bytes(), 0), is(3L));
    assertThat(batch.rejects().get(0).provenance(), is(new Provenance("memory:test", 3, 0)));
  }

  @Test
  void countsRecordsRowsAndRejects() {
    RawBatch raw = RawBatches.of(ORDER, "{", ORDER);
    DeadLetter oversized =
        new DeadLetter(
            Reason.OVERSIZED,
            "too large",
            null,
            new byte[0],
            99,
            new Provenance("memory:test", 3, 1));
    RawBatch withReject =
        new RawBatch(
            raw.source(),
            raw.shard(),
            null,
            raw.bytes(),
            raw.count(),
            raw.starts(),
            raw.lengths(),
            raw.positions(),
            List.of(oversized));

    RowBatch batch = JsonDecoder.of(ORDERS, RowCheck.NONE).decode(withReject);

    assertThat(batch.read(), is(4L));
    assertThat(batch.count(), is(2));
    assertThat(
        batch.rejects().stream().map(DeadLetter::reason).toList(),
        is(List.of(Reason.OVERSIZED, MALFORMED)));
  }

  @Test
  void findsFieldsInAnyOrderAndBetweenUnknownOnes() {
    RecordSchema schema =
        RecordSchema.of(Field.optional("a", FieldType.INT), Field.optional("b", FieldType.INT));

    assertThat(
        row(schema, "{\"b\":1,\"x\":{\"a\":[1,{}]},\"a\":2,\"y\":null}"),
        is(Map.of("a", 2, "b", 1)));
  }

  @Test
  void findsEachOfManyFields() {
    List<Field> fields = new ArrayList<>();
    StringBuilder json = new StringBuilder("{");
    for (int i = 199; i >= 0; i--) {
      json.append("\"a field with a number ")
          .append(i)
          .append("\":")
          .append(i)
          .append(i == 0 ? "}" : ",");
    }
    for (int i = 0; i < 200; i++) {
      fields.add(Field.required("a field with a number " + i, FieldType.INT));
    }

    Map<String, @Nullable Object> row = row(new RecordSchema(fields), json.toString());

    for (int i = 0; i < 200; i++) {
      assertThat(row.get("a field with a number " + i), is(i));
    }
  }

  @Test
  void findsFieldsByTheirPhysicalName() {
    RecordSchema schema = RecordSchema.of(new Field("amount", "Betrag (€)", FieldType.INT, true));

    assertThat(row(schema, "{\"Betrag (€)\":7}"), is(Map.of("amount", 7)));
    assertThat(row(schema, "{\"\\u0042etrag (\\u20aC)\":7}"), is(Map.of("amount", 7)));
    assertThat(
        reject(schema, "{\"amount\":7}").detail(),
        containsString("'amount' ('Betrag (€)' in the source)"));
  }

  @Test
  void findsAPhysicalNameThatMustBeEscaped() {
    RecordSchema schema = RecordSchema.of(new Field("a", "say \"a\"\\\n", FieldType.INT, true));

    assertThat(row(schema, "{\"say \\\"a\\\"\\\\\\n\":7}"), is(Map.of("a", 7)));
  }

  @Test
  void refusesASchemaInWhichTwoFieldsHaveOnePhysicalName() {
    RecordSchema schema =
        RecordSchema.of(
            new Field("a", "x", FieldType.INT, true), new Field("b", "x", FieldType.INT, true));

    assertThrows(IllegalArgumentException.class, () -> JsonDecoder.of(schema, RowCheck.NONE));
  }

  @Test
  void takesNoTypeForAnother() {
    assertThat(
        reject(FieldType.STRING, "1").detail(), is("Field 'v': expected a string, found 1."));
    assertThat(reject(FieldType.STRING, "{\"a\":\"b\"}").reason(), is(TYPE_MISMATCH));
    assertThat(reject(FieldType.LONG, "\"1\"").reason(), is(TYPE_MISMATCH));
    assertThat(reject(FieldType.BOOLEAN, "\"true\"").reason(), is(TYPE_MISMATCH));
    assertThat(reject(FieldType.BOOLEAN, "1").reason(), is(TYPE_MISMATCH));
    assertThat(reject(FieldType.TIMESTAMP, "1762077485").reason(), is(TYPE_MISMATCH));
    assertThat(reject(new ObjectType(RecordSchema.of()), "[]").reason(), is(TYPE_MISMATCH));
    assertThat(
        reject(new ArrayType(Field.optional("element", FieldType.INT)), "{}").reason(),
        is(TYPE_MISMATCH));
    assertThat(value(FieldType.BOOLEAN, "true"), is(true));
    assertThat(value(FieldType.BOOLEAN, "false"), is(false));
  }

  @Test
  void decodesObjectsAndArraysByTheSchema() {
    RecordSchema item =
        RecordSchema.of(
            Field.required("sku", FieldType.STRING),
            Field.optional("price", FieldType.decimal(20, 2)),
            Field.optional("tags", new ArrayType(Field.optional("element", FieldType.STRING))));
    RecordSchema schema =
        RecordSchema.of(
            Field.required("id", FieldType.INT),
            Field.optional("items", new ArrayType(Field.required("element", new ObjectType(item)))),
            Field.optional(
                "matrix",
                new ArrayType(
                    Field.optional(
                        "element", new ArrayType(Field.optional("element", FieldType.DOUBLE))))),
            Field.optional("flags", new ArrayType(Field.optional("element", FieldType.BOOLEAN))),
            Field.optional(
                "buyer",
                new ObjectType(RecordSchema.of(Field.optional("name", FieldType.STRING)))));

    Map<String, @Nullable Object> row =
        row(
            schema,
            """
            {"id":1,"items":[{"price":1.5,"sku":"a","tags":["x",null,"\\n"]},{"sku":"b"}],"matrix":[[1,2.5],[],null],
             "flags":[true,null,false],"buyer":{"name":"李","unknown":[{}]}}""");

    assertThat(
        ((List<?>) row.get("items")).get(0),
        is(
            Map.of(
                "sku",
                "a",
                "price",
                new BigDecimal("1.50"),
                "tags",
                Arrays.asList("x", null, "\n"))));
    assertThat(row.get("matrix"), is(Arrays.asList(List.of(1.0, 2.5), List.of(), null)));
    assertThat(row.get("flags"), is(Arrays.asList(true, null, false)));
    assertThat(row.get("buyer"), is(Map.of("name", "李")));

    assertThat(
        reject(schema, "{\"id\":1,\"items\":[{\"sku\":\"a\"},{\"sku\":null}]}").detail(),
        is("Field 'items[].sku' is required, but it is null."));
    assertThat(reject(schema, "{\"id\":1,\"items\":[null]}").reason(), is(MISSING_REQUIRED));
    assertThat(
        reject(schema, "{\"id\":1,\"matrix\":[[1],[\"a\"]]}").detail(),
        containsString("'matrix[][]'"));
    assertThat(row(schema, "{\"id\":1,\"items\":null}").get("items"), is(nullValue()));
  }

  @Test
  void namesTheFieldThatIsMissing() {
    assertThat(
        reject(ORDERS, ORDER.replace("\"currency\"", "\"currencies\"")).detail(),
        is("Field 'currency' is required, but it is absent."));
    assertThat(
        reject(ORDERS, ORDER.replace("\"EUR\"", "null")).detail(),
        is("Field 'currency' is required, but it is null."));
  }

  @Test
  void reportsTheGravestOfSeveralFaults() {
    RecordSchema schema =
        RecordSchema.of(
            Field.required("a", FieldType.INT),
            Field.required("b", FieldType.INT),
            Field.required("c", FieldType.INT));

    assertThat(reject(schema, "{\"a\":\"x\",\"b\":1").reason(), is(MALFORMED));
    assertThat(reject(schema, "{\"c\":\"x\",\"a\":\"y\"}").detail(), containsString("'c'"));
    assertThat(reject(schema, "{\"c\":\"x\",\"a\":1}").reason(), is(TYPE_MISMATCH));
    assertThat(reject(schema, "{\"a\":1}").detail(), containsString("'b'"));
  }

  @Test
  void rejectsWhatBreaksARuleAndKeepsItsId() {
    RowLayout layout = RowLayout.of(ORDERS);
    RowCheck onlyCheap =
        new RowCheck() {
          @Override
          public @Nullable Violation check(byte[] bytes, int row, long[] measures) {
            if (layout.longAt(bytes, row, 3) > 10_000) {
              return new Violation("cheap", "Field 'amount' is above 100.");
            }
            measures[0]++;
            return null;
          }

          @Override
          public int measureCount() {
            return 1;
          }
        };

    RowBatch batch =
        JsonDecoder.of(ORDERS, onlyCheap)
            .decode(RawBatches.of(ORDER, ORDER.replace("12.5", "112.5")));

    assertThat(batch.measures()[0], is(1L));
    assertThat(batch.count(), is(1));
    assertThat(batch.rejects().get(0).reason(), is(RULE_VIOLATION));
    assertThat(batch.rejects().get(0).rule(), is("cheap"));
  }

  @Test
  void keepsThePayloadUntouched() {
    DeadLetter letter = reject(ORDERS, "  {\"broken\": ");

    assertThat(new String(letter.payload(), StandardCharsets.UTF_8), is("  {\"broken\": "));
    assertThat(letter.payloadLength(), is((long) letter.payload().length));
    assertThat(letter.rule(), is(nullValue()));
  }

  @Test
  void showsALongValueShortenedAndPrintable() {
    String detail = reject(FieldType.LONG, "\"" + "é\\u0000".repeat(1000) + "\"").detail();

    assertThat(detail.length() < 150, is(true));
    assertThat(detail, containsString("…"));
    assertThat(detail, not(containsString("\0")));
  }

  @Test
  void equalRecordsHaveEqualBytesWhateverTheOrderOfFixedFields() {
    RowBatch batch = decode(ORDERS, ORDER, ORDER);
    int length = RowBatch.rowLength(batch.bytes(), 0);
    int second = RowBatch.next(batch.bytes(), 0);

    assertThat(
        Arrays.equals(
            batch.bytes(), 16, 16 + length, batch.bytes(), second + 16, second + 16 + length),
        is(true));
  }

  @Test
  void worksAfterSerialization() {
    JsonDecoder decoder = SerializableUtils.clone(JsonDecoder.of(ORDERS, RowCheck.NONE));

    assertThat(decoder.decode(RawBatches.of(ORDER)).count(), is(1));
  }

  @Test
  void decodesAnEmptyBatch() {
    RowBatch batch = decode(ORDERS);

    assertThat(batch.read(), is(0L));
    assertThat(batch.rejects(), is(empty()));
  }

  @Test
  void takesNumbersAndBooleansAsTextsWhereTheContractSaysSo() {
    assertThat(JsonRecords.value(FieldType.SCALAR, "1776"), is("1776"));
    assertThat(JsonRecords.value(FieldType.SCALAR, "-1.50e+3"), is("-1.50e+3"));
    assertThat(JsonRecords.value(FieldType.SCALAR, "true"), is("true"));
    assertThat(JsonRecords.value(FieldType.SCALAR, "\"x\""), is("x"));
    assertThat(
        JsonRecords.reject(FieldType.SCALAR, "{}").detail(),
        containsString("expected a string, number or boolean, found {}"));
    assertThat(JsonRecords.reject(FieldType.STRING, "1776").detail(), containsString("found 1776"));
  }
}
