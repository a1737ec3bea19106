package org.beammedallion.transforms.decode.csv;

import static org.beammedallion.quality.deadletter.Reason.MALFORMED;
import static org.beammedallion.quality.deadletter.Reason.MISSING_REQUIRED;
import static org.beammedallion.quality.deadletter.Reason.TYPE_MISMATCH;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.util.SerializableUtils;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.RawBatches;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowValues;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvDecoderTest {

  private static final RecordSchema PAIR =
      RecordSchema.of(
          Field.optional("name", FieldType.STRING), Field.optional("count", FieldType.INT));

  @Test
  void findsColumnsByTheHeaderInAnyOrder() {
    assertThat(row(PAIR, "count,unknown,name", "7,x,Ada"), is(Map.of("name", "Ada", "count", 7)));
  }

  @Test
  void countsValuesOfColumnsThatTheContractDoesNotKnowOrThatHaveNoName() {
    RowBatch batch =
        decode(
            PAIR,
            CsvFormat.RFC_4180,
            RawBatches.withHeader(",name,other,  ,", "1,Ada,x,,", "2,Bob,,y,"));

    assertThat(batch.count(), is(2));
    assertThat(
        batch.unknown().byName(),
        is(Map.of("column 1 without a name", 2L, "other", 1L, "column 4 without a name", 1L)));
  }

  @Test
  void findsColumnsByPhysicalNames() {
    RecordSchema schema =
        RecordSchema.of(new Field("amount", "Betrag, netto", FieldType.decimal(9, 2), true));

    assertThat(
        row(schema, "\uFEFF\"Betrag, netto\"", "12.5"),
        is(Map.of("amount", new BigDecimal("12.50"))));
  }

  @Test
  void takesColumnsInTheContractsOrderWithoutAHeader() {
    assertThat(
        values(PAIR, CsvFormat.RFC_4180.withoutHeader(), RawBatches.of("\uFEFFAda,7")),
        is(List.of(Map.of("name", "Ada", "count", 7))));
  }

  @Test
  void rejectsTheHeaderAmongTheRecords() {
    RowBatch batch =
        decode(PAIR, CsvFormat.RFC_4180, RawBatches.withHeader("\uFEFFname,x", "name,x", "x,name"));

    assertThat(batch.count(), is(1));
    assertThat(batch.rejects().get(0).reason(), is(MALFORMED));
    assertThat(batch.rejects().get(0).detail(), containsString("header once more"));
  }

  @Test
  void takesAValueThatIsTheNameOfTheOnlyColumn() {
    assertThat(row(PAIR, "name", "name").get("name"), is("name"));
  }

  @Test
  void readsQuotedFields() {
    assertThat(row(PAIR, "name,count", "\"a,b\",1").get("name"), is("a,b"));
    assertThat(row(PAIR, "name,count", "\"a\nb\r\nc\",1").get("name"), is("a\nb\r\nc"));
    assertThat(row(PAIR, "name,count", "\"say \"\"a\"\"\",\"1\"").get("name"), is("say \"a\""));
    assertThat(row(PAIR, "name,count", "\"\"\"\",1").get("name"), is("\""));
    assertThat(
        row(PAIR, "count,name", "1,\"" + "\"\"".repeat(1000) + "\"").get("name"),
        is("\"".repeat(1000)));
    assertThat(row(PAIR, "count,name", "1, spaces stay ").get("name"), is(" spaces stay "));
  }

  @Test
  void tellsNullFromTheEmptyString() {
    assertThat(row(PAIR, "name,count", ",1").get("name"), is(nullValue()));
    assertThat(row(PAIR, "name,count", "\"\",1").get("name"), is(""));
    assertThat(row(PAIR, "name,count", "a,").get("count"), is(nullValue()));
    assertThat(reject(PAIR, "name,count", "a,\"\"").reason(), is(TYPE_MISMATCH));
  }

  @Test
  void knowsTheNullValueOfTheFormat() {
    CsvFormat format = CsvFormat.RFC_4180.withNullValue("NULL").withDelimiter(';').withQuote('\'');

    assertThat(
        values(PAIR, format, RawBatches.withHeader("name;count", "NULL;NULL", "'NULL';1", "nULL;2"))
            .stream()
            .map(row -> row.get("name"))
            .toList(),
        is(Arrays.asList(null, "NULL", "nULL")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "a,1,",
        "a,1,x",
        "",
        "a\"b,1",
        "\"a,1",
        "\"a\"b,1",
        "\"a\" ,1",
        "a,\"1",
        "\"\"\",1",
        "\"a\"\"b,1"
      })
  void rejectsRecordsThatAreNotCsv(String record) {
    assertThat(reject(PAIR, "name,count", record).reason(), is(MALFORMED));
  }

  @Test
  void saysHowManyColumnsAreWrong() {
    assertThat(
        reject(PAIR, "name,count", "a,1,x").detail(),
        containsString("The record has 3 columns, but 2 are expected"));
    assertThat(
        reject(PAIR, "name,count", "a").detail(),
        containsString("The record has 1 column, but 2 are expected"));
  }

  @Test
  void rejectsInvalidUtf8() {
    RawBatch raw =
        RawBatches.of(
            "name,count".getBytes(StandardCharsets.UTF_8),
            List.of(new byte[] {'a', (byte) 0xFF, ',', '1'}));

    assertThat(decode(PAIR, CsvFormat.RFC_4180, raw).rejects().get(0).reason(), is(MALFORMED));
  }

  @Test
  void rejectsEachRecordOfAFileWithABrokenHeader() {
    for (String header : List.of("name,name", "\"name", "na\"me,count")) {
      assertThat(reject(PAIR, header, "a,1").reason(), is(MALFORMED));
      assertThat(
          reject(PAIR, header, "a,1").detail(), containsString("The header of the file is broken"));
    }
    assertThat(
        decode(PAIR, CsvFormat.RFC_4180, RawBatches.of("a,1")).rejects().get(0).detail(),
        containsString("there is no header line"));
  }

  @Test
  void saysWhenTheFileLacksARequiredColumn() {
    RecordSchema schema =
        RecordSchema.of(Field.required("id", FieldType.INT), Field.optional("x", FieldType.INT));

    assertThat(reject(schema, "x,y", "1,2").reason(), is(MISSING_REQUIRED));
    assertThat(
        reject(schema, "x,y", "1,2").detail(), containsString("the file has no column for it"));
    assertThat(reject(schema, "x,id", "1,").detail(), containsString("it is null"));
  }

  @Test
  void readsNumbersFromText() {
    assertThat(value(FieldType.LONG, "+007"), is(7L));
    assertThat(value(FieldType.LONG, "-0012"), is(-12L));
    assertThat(value(FieldType.LONG, "0"), is(0L));
    assertThat(value(FieldType.DOUBLE, "-1.5e3"), is(-1500.0));
    assertThat(value(FieldType.DOUBLE, "-00.3333333333333333333333"), is(-1.0 / 3));
    assertThat(
        value(FieldType.decimal(38, 2), "-0012345678901234567890.5"),
        is(new BigDecimal("-12345678901234567890.50")));
    assertThat(value(FieldType.decimal(1, 1), "-.9"), is(new BigDecimal("-0.9")));
    assertThat(
        value(FieldType.decimal(31, 31), ".0000000000000001499987569257709"),
        is(new BigDecimal("0.0000000000000001499987569257709")));
    assertThat(value(FieldType.DOUBLE, ".5"), is(0.5));
    assertThat(value(FieldType.DOUBLE, "+.25e1"), is(2.5));
    assertThat(value(FieldType.DOUBLE, "1."), is(1.0));
    assertThat(value(FieldType.LONG, "-12."), is(-12L));
    for (String text :
        List.of(
            "x",
            "1x",
            " 1",
            "1 ",
            "--1",
            "+-1",
            "NaN",
            "Infinity",
            "1e",
            "0x1F",
            ".",
            "-.",
            "1..",
            ".e1",
            "-",
            "+")) {
      assertThat(text, reject(FieldType.DOUBLE, text).reason(), is(TYPE_MISMATCH));
    }
    assertThat(
        reject(FieldType.INT, "3000000000").detail(),
        is("Field 'v': '3000000000' is beyond the range of an integer of 32 bits."));
  }

  @Test
  void readsBooleansDatesAndTimestampsFromText() {
    assertThat(value(FieldType.BOOLEAN, "TRUE"), is(true));
    assertThat(value(FieldType.BOOLEAN, "False"), is(false));
    assertThat(reject(FieldType.BOOLEAN, "1").reason(), is(TYPE_MISMATCH));
    assertThat(reject(FieldType.BOOLEAN, "yes").reason(), is(TYPE_MISMATCH));
    assertThat(
        value(FieldType.DATE, "1970-01-02"), is((int) LocalDate.of(1970, 1, 2).toEpochDay()));
    assertThat(value(FieldType.TIMESTAMP, "1970-01-01T00:00:01Z"), is(1_000_000L));
    assertThat(reject(FieldType.TIMESTAMP, "soon").detail(), containsString("'soon'"));
  }

  @Test
  void readsObjectsAndArraysFromJsonText() {
    RecordSchema schema =
        RecordSchema.of(
            Field.optional(
                "o", new ObjectType(RecordSchema.of(Field.required("a", FieldType.INT)))),
            Field.optional("l", new ArrayType(Field.optional("element", FieldType.STRING))));

    assertThat(
        row(schema, "o,l", "\"{\"\"a\"\":1}\",\"[\"\"x\"\",null]\""),
        is(Map.of("o", Map.of("a", 1), "l", Arrays.asList("x", null))));
    assertThat(reject(schema, "o,l", "{},[]").reason(), is(MISSING_REQUIRED));
    assertThat(reject(schema, "o,l", "{,[]").reason(), is(TYPE_MISMATCH));
    assertThat(reject(schema, "o,l", "[],[]").reason(), is(TYPE_MISMATCH));
    assertThat(reject(schema, "o,l", "\"{\"\"a\"\":1} x\",[]").reason(), is(TYPE_MISMATCH));
    assertThat(
        reject(schema, "o,l", "\"{\"\"a\"\":\"\"x\"\"}\",[]").detail(), containsString("'o.a'"));
  }

  @Test
  void worksAfterSerialization() {
    CsvDecoder decoder =
        SerializableUtils.clone(CsvDecoder.of(PAIR, CsvFormat.RFC_4180, RowCheck.NONE));

    assertThat(decoder.decode(RawBatches.withHeader("name", "a", "b")).count(), is(2));
  }

  private static @Nullable Object value(FieldType type, String text) {
    return row(RecordSchema.of(Field.optional("v", type)), "v", text).get("v");
  }

  private static DeadLetter reject(FieldType type, String text) {
    return reject(RecordSchema.of(Field.optional("v", type)), "v", text);
  }

  private static Map<String, @Nullable Object> row(
      RecordSchema schema, String header, String record) {
    return values(schema, CsvFormat.RFC_4180, RawBatches.withHeader(header, record)).get(0);
  }

  private static List<Map<String, @Nullable Object>> values(
      RecordSchema schema, CsvFormat format, RawBatch raw) {
    RowBatch batch = decode(schema, format, raw);
    assertThat(batch.rejects().toString(), batch.rejects(), is(empty()));
    return RowValues.of(RowLayout.of(schema), batch);
  }

  private static DeadLetter reject(RecordSchema schema, String header, String record) {
    RowBatch batch = decode(schema, CsvFormat.RFC_4180, RawBatches.withHeader(header, record));
    assertThat(record, batch.count(), is(0));
    return batch.rejects().get(0);
  }

  private static RowBatch decode(RecordSchema schema, CsvFormat format, RawBatch raw) {
    return CsvDecoder.of(schema, format, RowCheck.NONE).decode(raw);
  }
}
