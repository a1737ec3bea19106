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
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.RawBatches;
import org.beammedallion.transforms.decode.change.DebeziumFormat.Decimals;
import org.beammedallion.transforms.decode.change.DebeziumFormat.Encoding;
import org.beammedallion.transforms.decode.change.DebeziumFormat.TimeUnit;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowValues;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a value of an event means is told by its own schema or by the pipeline, and never guessed.
 */
class DebeziumTypesTest {

  private static final RecordSchema INNER =
      RecordSchema.of(
          Field.optional("at", FieldType.TIMESTAMP),
          Field.optional("price", FieldType.decimal(10, 2)));

  private static final ChangeRows ROWS =
      Changes.rows(
          RecordSchema.of(
              new Field("id", "id", FieldType.LONG, true),
              Field.optional("t0", FieldType.TIMESTAMP),
              Field.optional("t6", FieldType.TIMESTAMP),
              Field.optional("clock", FieldType.TIME),
              Field.optional("day", FieldType.DATE),
              Field.optional("qty", FieldType.decimal(12, 0)),
              Field.optional("amt", FieldType.decimal(30, 2)),
              Field.optional("inner", new ObjectType(INNER)),
              Field.optional(
                  "times", new ArrayType(Field.optional("element", FieldType.TIMESTAMP))),
              Field.optional("words", FieldType.STRING),
              Field.optional("whole", FieldType.LONG),
              Field.optional("ratio", FieldType.DOUBLE)));

  private static RowBatch decode(DebeziumFormat format, String... records) {
    return DebeziumDecoder.of(ROWS, format, RowCheck.NONE).decode(RawBatches.of(records));
  }

  private static String event(String after) {
    return "{\"op\":\"c\",\"after\":{\"id\":1," + after + "},\"source\":{\"lsn\":10}}";
  }

  private static Map<String, @Nullable Object> row(DebeziumFormat format, String... records) {
    RowBatch batch = decode(format, records);
    assertThat(batch.rejects(), is(List.of()));
    return RowValues.of(RowLayout.of(ROWS.schema()), batch).get(records.length - 1);
  }

  private static DeadLetter reject(DebeziumFormat format, String after) {
    return decode(format, event(after)).rejects().get(0);
  }

  private static DebeziumFormat fields(Map<String, Encoding> fields) {
    return new DebeziumFormat(null, null, fields, null, List.of());
  }

  private static long micros(String instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(instant));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'t0':1700000000000             | {fields: {t0: millis}}",
        "'t0':0                         | {timeUnit: micros}",
        "'clock':3600                   | {fields: {clock: millis}}",
        "'inner':{'at':1700000000000}   | {fields: {inner.at: millis}}",
        "'times':[1700000000000]        | {fields: {times: millis}}",
        "'qty':'1500'                   | {fields: {qty: string}}",
        "'qty':'12345678'               | {decimals: precise}",
        "'amt':'1E+2'                   | {decimals: string}",
        "'amt':'Infinity'               | {decimals: string}",
        "'amt':'null'                   | {decimals: precise}",
        "'inner':{'price':'B9AA'}       | {fields: {inner.price: string}}",
      })
  void refusesWhatNobodyTold(String after, String advice) {
    DeadLetter letter = reject(DebeziumFormat.NOTHING_TOLD, after.replace('\'', '"'));

    assertThat(letter.reason(), is(Reason.UNSUPPORTED_CHANGE));
    assertThat(letter.detail(), containsString(advice));
  }

  /** As {@code time.precision.mode=isostring} writes them. */
  @Test
  void readsDatesAndTimesInUtc() {
    Map<String, @Nullable Object> row =
        row(
            DebeziumFormat.NOTHING_TOLD,
            event(
                "\"day\":\"2025-11-01Z\",\"clock\":\"20:55:54Z\",\"t0\":\"2025-11-01T20:55:54Z\""));

    assertThat(row.get("day"), is((int) LocalDate.parse("2025-11-01").toEpochDay()));
    assertThat(row.get("clock"), is(75_354_000_000L));
    assertThat(row.get("t0"), is(micros("2025-11-01T20:55:54Z")));
  }

  @ParameterizedTest
  @CsvSource({"12,12", "150,150", "12.5,12.5", "-150,-150", "AQ==,1", "/w==,-1", "0.0,0"})
  void aTextThatIsNotBothANumberAndBytesTellsItself(String text, BigDecimal value) {
    Object read = row(DebeziumFormat.NOTHING_TOLD, event("\"amt\":\"" + text + "\"")).get("amt");
    BigDecimal scaled =
        text.endsWith("=") ? value.movePointLeft(((BigDecimal) read).scale()) : value;

    assertThat(((BigDecimal) read).compareTo(scaled), is(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "-Infinity", "", "AQ=", "AQ", "1,5"})
  void aTextThatIsNeitherANumberNorBytesIsAMismatch(String text) {
    DeadLetter letter = reject(DebeziumFormat.NOTHING_TOLD, "\"amt\":\"" + text + "\"");

    assertThat(letter.reason(), is(Reason.TYPE_MISMATCH));
  }

  @Test
  void needsToBeToldNothingWhereTheValueTells() {
    Map<String, @Nullable Object> row =
        row(
            DebeziumFormat.NOTHING_TOLD,
            event(
                "\"t0\":\"2023-11-14T22:13:20Z\",\"clock\":\"01:00:00\",\"day\":20393,\"qty\":12,"
                    + "\"amt\":{\"scale\":2,\"value\":\"MDk=\"},\"t6\":null"));

    assertThat(row.get("t0"), is(micros("2023-11-14T22:13:20Z")));
    assertThat(row.get("clock"), is(3_600_000_000L));
    assertThat(row.get("day"), is(20393));
    assertThat(row.get("qty"), is(new BigDecimal("12")));
    assertThat(row.get("amt"), is(new BigDecimal("123.45")));
    assertThat(row.get("t6"), is(nullValue()));
  }

  @Test
  void eachFieldHasAUnitOfItsOwn() {
    Map<String, @Nullable Object> row =
        row(
            fields(
                Map.of(
                    "t0", Encoding.MILLIS,
                    "t6", Encoding.MICROS,
                    "clock", Encoding.NANOS,
                    "day", Encoding.MILLIS,
                    "inner.at", Encoding.MILLIS,
                    "times", Encoding.NANOS)),
            event(
                "\"t0\":1700000000000,\"t6\":1700000000123456,\"clock\":3600000000000,\"day\":1699920000000,"
                    + "\"inner\":{\"at\":1700000000000},\"times\":[1700000000000000000]"));

    assertThat(row.get("t0"), is(micros("2023-11-14T22:13:20Z")));
    assertThat(row.get("t6"), is(micros("2023-11-14T22:13:20.123456Z")));
    assertThat(row.get("clock"), is(3_600_000_000L));
    assertThat(row.get("day"), is((int) LocalDate.parse("2023-11-14").toEpochDay()));
    assertThat(String.valueOf(row.get("inner")), containsString("1700000000000000"));
    assertThat(row.get("times"), is(List.of(micros("2023-11-14T22:13:20Z"))));
  }

  @Test
  void aFieldsWordCountsMoreThanTheOneForAll() {
    DebeziumFormat format =
        new DebeziumFormat(
            TimeUnit.MICROS,
            Decimals.BYTES,
            Map.of("t0", Encoding.MILLIS, "qty", Encoding.STRING),
            null,
            List.of());
    Map<String, @Nullable Object> row =
        row(
            format,
            event(
                "\"t0\":1700000000000,\"t6\":1700000000000000,\"qty\":\"1500\",\"amt\":\"AQ==\""));

    assertThat(row.get("t0"), is(row.get("t6")));
    assertThat(row.get("qty"), is(new BigDecimal("1500")));
    assertThat(row.get("amt"), is(new BigDecimal("0.01")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"12", "150", "NaN", "12.50", "MD=k", "MDl=", "", "A", "____"})
  void whatIsNotPaddedBase64IsNotConnects(String text) {
    DeadLetter letter = reject(fields(Map.of("amt", Encoding.PRECISE)), "\"amt\":\"" + text + "\"");

    assertThat(letter.reason(), is(Reason.TYPE_MISMATCH));
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "AQ==", "MDk=", "Infinity", "", "1,5", "0x10"})
  void inStringModeOnlyADecimalIsOne(String text) {
    DeadLetter letter = reject(new DebeziumFormat(null, Decimals.TEXT), "\"amt\":\"" + text + "\"");

    assertThat(letter.reason(), is(Reason.TYPE_MISMATCH));
  }

  private static String withSchema(String columns, String after) {
    return "{\"schema\":{\"type\":\"struct\",\"fields\":[{\"field\":\"after\",\"type\":\"struct\",\"fields\":["
        + columns.replace('\'', '"')
        + "]}]},\"payload\":"
        + event(after)
        + "}";
  }

  @Test
  void theSchemaTellsNestedTypesToo() {
    Map<String, @Nullable Object> row =
        row(
            DebeziumFormat.NOTHING_TOLD,
            withSchema(
                "{'field':'inner','type':'struct','fields':[{'field':'at','type':'int64','name':"
                    + "'io.debezium.time.Timestamp'},{'field':'price','type':'bytes','name':"
                    + "'org.apache.kafka.connect.data.Decimal','parameters':{'scale':'2'}}]},"
                    + "{'field':'times','type':'array','items':{'type':'int64','name':'io.debezium.time.NanoTimestamp'}}",
                "\"inner\":{\"at\":1700000000000,\"price\":\"AQ==\"},\"times\":[1700000000000000000]"));

    assertThat(String.valueOf(row.get("inner")), containsString("1700000000000000"));
    assertThat(String.valueOf(row.get("inner")), containsString("0.01"));
    assertThat(row.get("times"), is(List.of(micros("2023-11-14T22:13:20Z"))));
  }

  /** MDk= is 123.45 and AeI= is 482, where the schema says so; a text must not become base64. */
  @Test
  void aDecimalOfTheSchemaIsTheNumberThatItIsInFieldsOfOtherTypes() {
    String decimal =
        "'type':'bytes','name':'org.apache.kafka.connect.data.Decimal','parameters':{'scale':'%d'}}";
    Map<String, @Nullable Object> row =
        row(
            DebeziumFormat.NOTHING_TOLD,
            withSchema(
                "{'field':'words',"
                    + decimal.formatted(2)
                    + ",{'field':'whole',"
                    + decimal.formatted(0)
                    + ",{'field':'ratio',"
                    + decimal.formatted(2),
                "\"words\":\"MDk=\",\"whole\":\"AeI=\",\"ratio\":\"MDk=\""));
    assertThat(row.get("words"), is("123.45"));
    assertThat(row.get("whole"), is(482L));
    assertThat(row.get("ratio"), is(123.45));
    RowBatch broken =
        decode(
            DebeziumFormat.NOTHING_TOLD,
            withSchema("{'field':'whole'," + decimal.formatted(2), "\"whole\":\"MDk=\""),
            withSchema("{'field':'words'," + decimal.formatted(2), "\"words\":\"123.45\""));
    assertThat(
        broken.rejects().stream().map(DeadLetter::reason).toList(),
        is(List.of(Reason.TYPE_MISMATCH, Reason.TYPE_MISMATCH)));
  }

  @Test
  void aSchemaThatTellsNoMeaningLeavesItOpen() {
    String plain = withSchema("{'field':'t0','type':'int64'}", "\"t0\":1700000000000");
    assertThat(
        decode(DebeziumFormat.NOTHING_TOLD, plain).rejects().get(0).reason(),
        is(Reason.UNSUPPORTED_CHANGE));
    assertThat(
        row(fields(Map.of("t0", Encoding.MILLIS)), plain).get("t0"),
        is(micros("2023-11-14T22:13:20Z")));
    String duration =
        withSchema(
            "{'field':'clock','type':'int64','name':'io.debezium.time.MicroDuration'}",
            "\"clock\":3600000000");
    assertThat(
        decode(Changes.FORMAT, duration).rejects().get(0).reason(), is(Reason.TYPE_MISMATCH));
    String unscaled =
        withSchema(
            "{'field':'amt','type':'bytes','name':'org.apache.kafka.connect.data.Decimal'}",
            "\"amt\":\"AQ==\"");
    assertThat(
        decode(DebeziumFormat.NOTHING_TOLD, unscaled).rejects().get(0).reason(),
        is(Reason.UNSUPPORTED_CHANGE));
  }

  @Test
  void theSchemaOfTheRecordBeforeTellsNothing() {
    String typed =
        withSchema(
            "{'field':'t0','type':'int64','name':'io.debezium.time.MicroTimestamp'}",
            "\"t0\":1700000000123456");
    String bare = event("\"t0\":1700000000123");
    String empty = "{\"schema\":null,\"payload\":" + bare + "}";
    DebeziumFormat millis = new DebeziumFormat(TimeUnit.MILLIS, null);

    assertThat(row(millis, typed).get("t0"), is(micros("2023-11-14T22:13:20.123456Z")));
    assertThat(row(millis, typed, bare).get("t0"), is(micros("2023-11-14T22:13:20.123Z")));
    assertThat(row(millis, typed, empty).get("t0"), is(micros("2023-11-14T22:13:20.123Z")));
    assertThat(
        row(millis, typed, empty, typed).get("t0"), is(micros("2023-11-14T22:13:20.123456Z")));
  }
}
