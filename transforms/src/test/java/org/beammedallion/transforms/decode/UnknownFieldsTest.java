package org.beammedallion.transforms.decode;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecordBuilder;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RecordChecks;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.avro.AvroDecoder;
import org.beammedallion.transforms.decode.avro.AvroDecoderTest;
import org.beammedallion.transforms.decode.change.Changes;
import org.beammedallion.transforms.decode.change.DebeziumDecoder;
import org.beammedallion.transforms.decode.csv.CsvDecoder;
import org.beammedallion.transforms.decode.json.JsonDecoder;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.row.FieldCounts;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowLayout;
import org.junit.jupiter.api.Test;

/**
 * Fields that the contract does not know are left out of rows and counted, or reject the record.
 */
class UnknownFieldsTest {

  private static final RecordSchema SCHEMA =
      RecordSchema.of(
          Field.required("id", FieldType.INT),
          Field.optional(
              "customer",
              new ObjectType(RecordSchema.of(Field.optional("name", FieldType.STRING)))));

  private static final RowCheck STRICT =
      RecordChecks.of(RowLayout.of(SCHEMA), List.of(), List.of()).rejectingUnknownFields();

  private static final RowCheck LENIENT =
      RecordChecks.of(RowLayout.of(SCHEMA), List.of(), List.of());

  @Test
  void countsThoseOfRowsByTheWayToThem() {
    RowBatch batch =
        JsonDecoder.of(SCHEMA, LENIENT)
            .decode(
                RawBatches.of(
                    "{\"id\":1,\"note\":\"x\",\"customer\":{\"name\":\"Ada\",\"fax\":7,\"tags\":[1]}}",
                    "{\"note\":{\"id\":9},\"id\":2,\"size\":null}",
                    "{\"id\":3}",
                    // No rows: these count nowhere.
                    "{\"id\":\"four\",\"note\":\"x\"}",
                    "{\"id\":5,\"note\":\"x\""));
    assertThat(batch.count(), is(3));
    assertThat(
        batch.unknown().byName(), is(Map.of("note", 2L, "customer.fax", 1L, "customer.tags", 1L)));
  }

  @Test
  void rejectsTheRecordWhereTheSchemaIsEnforced() {
    RowBatch batch =
        JsonDecoder.of(SCHEMA, STRICT)
            .decode(
                RawBatches.of(
                    "{\"id\":1,\"customer\":{\"fax\":7}}",
                    "{\"id\":2,\"note\":null}",
                    "{\"id\":\"three\",\"note\":1}"));
    assertThat(batch.count(), is(1));
    assertThat(
        batch.rejects().stream().map(letter -> letter.reason()).toList(),
        is(List.of(Reason.UNKNOWN_FIELD, Reason.TYPE_MISMATCH)));
    assertThat(batch.rejects().get(0).detail(), containsString("'customer.fax'"));
    assertThat(batch.unknown(), is(FieldCounts.NONE));
  }

  @Test
  void knowsThoseOfCsvByTheHeader() {
    CsvDecoder decoder = CsvDecoder.of(SCHEMA, CsvFormat.RFC_4180, LENIENT);
    RowBatch batch =
        decoder.decode(
            RawBatches.withHeader("note,id,customer,größe", "x,1,\"{\"\"fax\"\":1}\",", ",2,,9"));
    assertThat(batch.count(), is(2));
    assertThat(batch.unknown().byName(), is(Map.of("note", 1L, "größe", 1L, "customer.fax", 1L)));
    assertThat(
        CsvDecoder.of(SCHEMA, CsvFormat.RFC_4180, STRICT)
            .decode(RawBatches.withHeader("note,id", "x,1", ",2"))
            .rejects()
            .get(0)
            .detail(),
        containsString("'note'"));
  }

  @Test
  void knowsThoseOfAvroByTheSchema() {
    Schema schema =
        SchemaBuilder.record("r")
            .fields()
            .requiredInt("id")
            .optionalString("note")
            .requiredLong("size")
            .endRecord();
    RowBatch batch =
        AvroDecoder.rows(SCHEMA, LENIENT)
            .decode(
                AvroDecoderTest.batch(
                    schema,
                    new GenericRecordBuilder(schema)
                        .set("id", 1)
                        .set("note", null)
                        .set("size", 7L)
                        .build()));
    assertThat(batch.count(), is(1));
    assertThat(batch.unknown().byName(), is(Map.of("size", 1L)));
  }

  @Test
  void changesAreJudgedByTheRowAlone() {
    RowBatch batch =
        DebeziumDecoder.of(Changes.ROWS, Changes.FORMAT, strict())
            .decode(
                RawBatches.of(
                    "{\"op\":\"d\",\"before\":{\"id\":1,\"full_name\":\"a\",\"other\":1},\"source\":{\"lsn\":5}}",
                    "{\"op\":\"c\",\"after\":{\"id\":2,\"full_name\":\"a\",\"other\":1},\"source\":{\"lsn\":6}}"));
    assertThat(batch.count(), is(1));
    assertThat(batch.rejects().get(0).reason(), is(Reason.UNKNOWN_FIELD));
    assertThat(batch.rejects().get(0).detail(), containsString("'other'"));
  }

  private static RowCheck strict() {
    return RecordChecks.of(Changes.ROWS.layout(), List.of(), List.of()).rejectingUnknownFields();
  }

  @Test
  void tellsOnlySoManyNamesApart() {
    String members =
        IntStream.range(0, 250).mapToObj(i -> ",\"f" + i + "\":" + i).collect(Collectors.joining());
    RowBatch batch =
        JsonDecoder.of(SCHEMA, LENIENT).decode(RawBatches.of("{\"id\":1" + members + "}"));
    FieldCounts twice = batch.unknown().plus(new FieldCounts(Map.of("one more", 1L)));
    assertThat(twice.byName().size(), is(FieldCounts.MAX_NAMES + 1));
    assertThat(twice.byName().get(FieldCounts.OTHERS), is(151L));
  }
}
