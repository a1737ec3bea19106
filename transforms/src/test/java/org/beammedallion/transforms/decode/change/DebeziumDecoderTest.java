package org.beammedallion.transforms.decode.change;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.util.SerializableUtils;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.Metadata;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.RawBatches;
import org.beammedallion.transforms.decode.change.DebeziumFormat.Decimals;
import org.beammedallion.transforms.decode.change.DebeziumFormat.TimeUnit;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowValues;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DebeziumDecoderTest {

  private static final String ROW = "{\"id\":7,\"full_name\":\"Ada\"}";

  private static RowBatch decode(String... records) {
    return decode(Changes.FORMAT, records);
  }

  private static RowBatch decode(DebeziumFormat format, String... records) {
    return DebeziumDecoder.of(Changes.ROWS, format, RowCheck.NONE).decode(RawBatches.of(records));
  }

  /** An envelope of PostgreSQL. */
  private static String event(String operation, String before, String after) {
    return "{\"before\":"
        + before
        + ",\"after\":"
        + after
        + ",\"source\":{\"lsn\":100,\"ts_ms\":5},\"op\":\""
        + operation
        + "\",\"ts_ms\":6}";
  }

  private static Map<String, @Nullable Object> row(String columns) {
    return Changes.only(
        decode(event("u", "null", "{\"id\":7,\"full_name\":\"Ada\"," + columns + "}")));
  }

  private static DeadLetter reject(String record) {
    RowBatch batch = decode(record);
    assertThat(batch.count(), is(0));
    assertThat(batch.ignored(), is(0L));
    return batch.rejects().get(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"c", "u", "r"})
  void takesTheRowAfterwards(String operation) {
    RowBatch batch = decode(event(operation, "{\"id\":7,\"full_name\":\"Old\"}", ROW));

    assertThat(Changes.only(batch).get("name"), is("Ada"));
    assertThat(Changes.deletes(batch), is(List.of(false)));
  }

  @Test
  void fillsRowsAndNoDeletesFromMetadata() {
    RecordSchema schema =
        RecordSchema.of(
            Field.required("topic", FieldType.STRING).from(new Metadata(Metadata.Kind.TOPIC, "")),
            Field.required("id", FieldType.LONG),
            Field.optional("_sequence", FieldType.STRING));
    DebeziumDecoder decoder =
        DebeziumDecoder.of(new ChangeRows(schema, List.of(1)), Changes.FORMAT, RowCheck.NONE);
    RawBatch raw =
        RawBatches.of(event("c", "null", "{\"id\":7}"), event("d", "{\"id\":8}", "null"));
    RowBatch batch =
        decoder.decode(
            new RawBatch(
                "kafka:shop.orders/3",
                0,
                null,
                raw.bytes(),
                raw.count(),
                raw.starts(),
                raw.lengths(),
                raw.positions(),
                List.of()));

    assertThat(batch.rejects().toString(), batch.count(), is(2));
    List<Map<String, @Nullable Object>> rows = RowValues.of(RowLayout.of(schema), batch);
    assertThat(rows.get(0).get("topic"), is("shop.orders"));
    assertThat(rows.get(0).get("id"), is(7L));
    assertThat(rows.get(1).get("topic"), is(nullValue()));
    assertThat(rows.get(1).get("id"), is(8L));
  }

  @Test
  void takesTheKeyOfADeletedRowAlone() {
    RowBatch batch =
        decode(event("d", "{\"full_name\":null,\"id\":7,\"price\":\"no decimal\"}", "null"));

    assertThat(Changes.deletes(batch), is(List.of(true)));
    assertThat(Changes.only(batch).get("id"), is(7L));
    assertThat(Changes.only(batch).get("name"), is(nullValue()));
    assertThat(Changes.only(batch).get("_sequence").toString().isEmpty(), is(false));
    assertThat("the provenance stays", RowBatch.rowShard(batch.bytes(), 0), is(3));
  }

  @Test
  void givesADeleteTheTimeOfItsChangeWhereADimensionWantsIt() {
    int at = Changes.LAYOUT.schema().indexOf("at");
    ChangeRows timed = new ChangeRows(Changes.ROWS.schema(), Changes.ROWS.keyFields(), at);
    DebeziumDecoder decoder = DebeziumDecoder.of(timed, Changes.FORMAT, RowCheck.NONE);
    RowBatch batch =
        decoder.decode(
            RawBatches.of(
                event("d", "{\"id\":7}", "null"),
                "{\"op\":\"d\",\"before\":{\"id\":8},\"source\":{\"lsn\":100}}",
                // Nanoseconds: as milliseconds no time, and more than 64 bits of microseconds.
                "{\"op\":\"d\",\"before\":{\"id\":9},\"source\":{\"lsn\":101,\"ts_ms\":1700000000000000000}}"));

    assertThat(batch.count(), is(1));
    assertThat(Changes.LAYOUT.longAt(batch.bytes(), RowBatch.HEADER, at), is(5_000L));
    assertThat(batch.rejects().size(), is(2));
    assertThat(batch.rejects().get(0).reason(), is(Reason.UNSUPPORTED_CHANGE));
    assertThat(batch.rejects().get(0).detail(), containsString("does not say when it happened"));
  }

  @Test
  void doesNotCheckDeletes() {
    RowCheck refuseAll =
        new RowCheck() {
          @Override
          public Violation check(byte[] bytes, int row, long[] measures) {
            return new Violation("all", "no row is good");
          }

          @Override
          public int measureCount() {
            return 0;
          }
        };
    RowBatch batch =
        DebeziumDecoder.of(Changes.ROWS, Changes.FORMAT, refuseAll)
            .decode(RawBatches.of(event("d", ROW, "null"), event("u", "null", ROW)));

    assertThat(batch.count(), is(1));
    assertThat(batch.rejects().get(0).reason(), is(Reason.RULE_VIOLATION));
  }

  @Test
  void ignoresTombstonesAndMessages() {
    RowBatch batch =
        decode(
            "null",
            " null ",
            "{\"schema\":null,\"payload\":null}",
            event("m", "null", "null"),
            event("c", "null", ROW));

    assertThat(batch.ignored(), is(4L));
    assertThat(batch.count(), is(1));
    assertThat(batch.read(), is(5L));
  }

  @Test
  void ignoresWhatItDoesNotKnow() {
    RowBatch batch =
        decode(
            "{\"transaction\":{\"id\":\"571\"},\"extra\":[1,{\"op\":\"x\"}],\"op\":\"c\",\"source\":{\"lsn\":1,"
                + "\"connector\":\"postgresql\"},\"after\":{\"id\":1,\"new_column\":5,\"full_name\":\"n\",\"_sequence\":"
                + "\"mine\"}}");

    assertThat(Changes.only(batch).get("_sequence"), is("0000000000000001.1.0000000000000001"));
  }

  @Test
  void readsTheUsualWritingWithoutSchema() {
    Map<String, @Nullable Object> row =
        row(
            "\"price\":\"ANnE\",\"weight\":\"AeJA\",\"day\":20393,\"at\":1762160400000001,\"clock\":3600000000,\"ok\":true,"
                + "\"ratio\":0.5,\"tags\":[\"a\",null]");

    assertThat(row.get("price"), is(new BigDecimal("557.48")));
    assertThat(row.get("weight"), is(new BigDecimal("12.3456")));
    assertThat(row.get("day"), is((int) LocalDate.parse("2025-11-01").toEpochDay()));
    assertThat(row.get("at"), is(1762160400000001L));
    assertThat(row.get("clock"), is(3_600_000_000L));
    assertThat(row.get("ok"), is(true));
    assertThat(row.get("tags"), is(java.util.Arrays.asList("a", null)));
  }

  @Test
  void readsTextsAndNumbersForTimesAndDecimals() {
    Map<String, @Nullable Object> row =
        row(
            "\"price\":557.48,\"day\":\"2025-11-01\",\"at\":\"2025-11-03T09:00:00.5Z\",\"clock\":\"01:00:00Z\",\"ok\":1");

    assertThat(row.get("price"), is(new BigDecimal("557.48")));
    assertThat(row.get("at"), is(micros("2025-11-03T09:00:00.500Z")));
    assertThat(row.get("clock"), is(3_600_000_000L));
    assertThat(row.get("ok"), is(true));
    assertThat(
        Changes.only(
                decode(
                    new DebeziumFormat(TimeUnit.MILLIS, Decimals.TEXT),
                    event(
                        "c",
                        "null",
                        "{\"id\":1,\"full_name\":\"n\",\"price\":\"-0.50\",\"at\":1762160400001}")))
            .toString(),
        containsString("price=-0.50, weight=null, day=null, at=1762160400001000"));
  }

  @Test
  void readsDecimalsWithAScaleOfTheirOwn() {
    assertThat(
        row("\"price\":{\"scale\":1,\"value\":\"BQ==\"}").get("price"), is(new BigDecimal("0.50")));
    assertThat(
        row("\"price\":{\"scale\":-2,\"value\":\"BQ==\"}").get("price"),
        is(new BigDecimal("500.00")));
    assertThat(
        reject(
                event(
                    "c",
                    "null",
                    "{\"id\":1,\"full_name\":\"n\",\"price\":{\"scale\":9,\"value\":\"BQ==\"}}"))
            .reason(),
        is(Reason.TYPE_MISMATCH));
  }

  @ParameterizedTest
  @CsvSource({
    "int64, io.debezium.time.Timestamp, at, 1762160400001, 1762160400001000",
    "int64, org.apache.kafka.connect.data.Timestamp, at, 1762160400001, 1762160400001000",
    "int64, io.debezium.time.MicroTimestamp, at, 1762160400000001, 1762160400000001",
    "int64, io.debezium.time.NanoTimestamp, at, 1762160400000001999, 1762160400000001",
    "string, io.debezium.time.ZonedTimestamp, at, '\"2025-11-03T09:00:00.000001Z\"', 1762160400000001",
    "int32, io.debezium.time.Date, day, 20393, 20393",
    "int32, org.apache.kafka.connect.data.Date, day, 20393, 20393",
    "int32, io.debezium.time.Time, clock, 3600001, 3600001000",
    "int64, io.debezium.time.MicroTime, clock, 3600001000, 3600001000",
    "int64, io.debezium.time.NanoTime, clock, 3600001000999, 3600001000",
    "bytes, org.apache.kafka.connect.data.Decimal, price, '\"ANnG\"', 55.75",
    "string, , price, '\"55.75\"', 55.75",
    "double, , price, 55.75, 55.75"
  })
  void followsTheSchemaBesideThePayload(
      String type, String name, String column, String value, String expected) {
    String schema =
        "{\"type\":\"struct\",\"fields\":[{\"type\":\"struct\",\"fields\":[{\"type\":\"int64\",\"field\":\"id\"},"
            + "{\"type\":\""
            + type
            + "\",\"optional\":true,\"name\":"
            + (name == null ? "null" : "\"" + name + "\"")
            + ",\"parameters\":{\"scale\":\"3\"},\"field\":\""
            + column
            + "\"}],\"field\":\"after\"}]}";
    String event =
        event("c", "null", "{\"id\":1,\"full_name\":\"n\",\"" + column + "\":" + value + "}");

    RowBatch batch = decode("{\"payload\":" + event + ",\"schema\":" + schema + "}");

    assertThat(String.valueOf(Changes.only(batch).get(column)), is(expected));
  }

  @Test
  void refusesATimeWhereTheSchemaSaysOtherwise() {
    String schema =
        "{\"fields\":[{\"field\":\"after\",\"fields\":[{\"field\":\"at\",\"type\":\"int32\",\"name\":"
            + "\"io.debezium.time.Date\"}]}]}";
    DeadLetter letter =
        reject(
            "{\"schema\":"
                + schema
                + ",\"payload\":"
                + event("c", "null", "{\"id\":1,\"full_name\":\"n\",\"at\":20393}")
                + "}");

    assertThat(letter.reason(), is(Reason.TYPE_MISMATCH));
  }

  @Test
  void refusesInfiniteTimes() {
    assertThat(
        reject(event("c", "null", "{\"id\":1,\"full_name\":\"n\",\"at\":9223372036825200000}"))
            .reason(),
        is(Reason.TYPE_MISMATCH));
  }

  @Test
  void refusesTruncates() {
    DeadLetter letter = reject(event("t", "null", "null"));

    assertThat(letter.reason(), is(Reason.UNSUPPORTED_CHANGE));
    assertThat(letter.detail(), containsString("truncated"));
  }

  @Test
  void refusesChangesThatDoNotSayWhatTheyChange() {
    assertThat(reject(event("u", ROW, "null")).detail(), containsString("no 'after'"));
    assertThat(reject(event("d", "null", "null")).detail(), containsString("REPLICA IDENTITY"));
    assertThat(
        reject("{\"op\":\"c\",\"after\":" + ROW + ",\"source\":{}}").detail(),
        containsString("order of its source"));
    assertThat(
        reject(event("c", "null", "{\"id\":1,\"full_name\":\"__debezium_unavailable_value\"}"))
            .reason(),
        is(Reason.UNSUPPORTED_CHANGE));
  }

  @Test
  void refusesChangesWithoutKey() {
    assertThat(
        reject(event("d", "{\"full_name\":\"Ada\"}", "null")).reason(),
        is(Reason.UNSUPPORTED_CHANGE));
    DeadLetter letter = reject(event("c", "null", "{\"id\":null,\"full_name\":\"Ada\"}"));
    assertThat(letter.reason(), is(Reason.MISSING_REQUIRED));
    assertThat(letter.detail(), is("Field 'id' is required, but it is null."));
  }

  @Test
  void refusesWhatIsNoEnvelope() {
    assertThat(reject(ROW).reason(), is(Reason.MALFORMED));
    assertThat(reject(ROW).detail(), containsString("no 'op'"));
    assertThat(reject(event("x", "null", ROW)).detail(), containsString("'op' is 'x'"));
    assertThat(reject("[1]").reason(), is(Reason.MALFORMED));
    assertThat(reject("nul").reason(), is(Reason.MALFORMED));
    assertThat(reject("null null").reason(), is(Reason.MALFORMED));
    assertThat(
        reject("{\"op\":\"c\",\"op\":\"c\",\"after\":" + ROW + "}").detail(),
        containsString("duplicate key"));
  }

  @Test
  void survivesSerialisation() {
    DebeziumDecoder decoder = DebeziumDecoder.of(Changes.ROWS, Changes.FORMAT, RowCheck.NONE);

    assertThat(
        SerializableUtils.clone(decoder).decode(RawBatches.of(event("c", "null", ROW))).count(),
        is(1));
  }

  private static long micros(String instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(instant));
  }
}
