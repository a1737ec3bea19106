package org.beammedallion.transforms.decode.avro;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.record.FieldNames;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowValues;
import org.junit.jupiter.api.Test;

/** The schemas of Avro files: names as they are, and what a hostile text can cost. */
class AvroSchemasTest {

  private static Schema schema(String column) {
    return new Schema.Parser()
        .parse(
            ("{'type':'record','name':'row','namespace':'n','fields':[{'name':'c','type':"
                    + column
                    + "}]}")
                .replace('\'', '"'));
  }

  @Test
  void namesAreFoundWithoutRegardToCaseWhereThatIsCertain() {
    RecordSchema contract = RecordSchema.of(Field.optional("C", FieldType.LONG));
    Schema schema = schema("'long'");
    GenericRecord record = new GenericData.Record(schema);
    record.put("c", 1L);
    RowBatch batch =
        AvroDecoder.rows(contract, RowCheck.NONE).decode(AvroDecoderTest.batch(schema, record));
    assertThat(RowValues.of(RowLayout.of(contract), batch).get(0).get("C"), is(1L));
    assertThat(
        FieldNames.match(List.of("a", "B", "c", "d"), List.of("A", "b", "B", "C", "c", "D", "d ")),
        is(new int[] {0, 2, 4, 5}));
    assertThat(
        FieldNames.match(List.of("id", "x", "X"), List.of("ID", "Id")),
        is(new int[] {FieldNames.AMBIGUOUS, FieldNames.ABSENT, FieldNames.ABSENT}));
    assertThat(
        FieldNames.match(List.of("id", "ID"), List.of("Id")),
        is(new int[] {FieldNames.AMBIGUOUS, FieldNames.AMBIGUOUS}));
  }

  /** Other writers do not keep to the specification's rules for names. */
  @Test
  void namesThatTheSpecificationForbidsAreNames() {
    Schema schema =
        new Schema.Parser(NameValidator.NO_VALIDATION)
            .parse(
                "{\"type\":\"record\",\"name\":\"r\",\"fields\":[{\"name\":\"größe in m\",\"type\":\"long\"}]}");
    GenericRecord record = new GenericData.Record(schema);
    record.put(0, 3L);
    RecordSchema contract = RecordSchema.of(new Field("size", "größe in m", FieldType.LONG, true));
    RowBatch batch =
        AvroDecoder.rows(contract, RowCheck.NONE).decode(AvroDecoderTest.batch(schema, record));
    assertThat(RowValues.of(RowLayout.of(contract), batch).get(0).get("size"), is(3L));
  }

  /** Deep nesting costs no more than its bytes: no stack, no memory. */
  @Test
  void deepSchemasAreRefusedAndNotFatal() {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    int depth = 5_000;
    text.writeBytes(
        "{\"type\":\"array\",\"items\":".repeat(depth).getBytes(StandardCharsets.UTF_8));
    text.writeBytes("\"long\"".getBytes(StandardCharsets.UTF_8));
    text.writeBytes("}".repeat(depth).getBytes(StandardCharsets.UTF_8));
    String refusal = "";
    try {
      AvroDecoder.readableSchema(text.toByteArray());
    } catch (AvroRuntimeException e) {
      refusal = e.getMessage();
    }
    assertThat(refusal, containsString("schema is broken"));
  }

  /** Each level names the one below twice: read once, however often it is named. */
  @Test
  void schemasThatNameTheirTypesOftenAreReadOnce() {
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < 64; i++) {
      String inner = i == 0 ? "int" : "r" + (i - 1);
      text.append(i == 0 ? "" : ",")
          .append("{'type':'record','name':'r" + i + "','fields':[")
          .append("{'name':'a','type':'" + inner + "'},{'name':'b','type':'" + inner + "'}]}");
    }
    byte[] schema = text.append(']').toString().replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    assertThat(AvroDecoder.readableSchema(schema).getTypes().size(), is(64));
  }
}
