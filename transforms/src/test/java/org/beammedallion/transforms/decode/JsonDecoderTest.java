package org.beammedallion.transforms.decode;

import static org.beammedallion.quality.deadletter.Reason.MALFORMED;
import static org.beammedallion.quality.deadletter.Reason.MISSING_REQUIRED;
import static org.beammedallion.quality.deadletter.Reason.RULE_VIOLATION;
import static org.beammedallion.quality.deadletter.Reason.TYPE_MISMATCH;
import static org.beammedallion.transforms.decode.OrdersSchema.ORDERS;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
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
import org.beammedallion.quality.schema.FieldType.TimestampType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowValues;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonDecoderTest {

  private static final String ORDER =
      """
      {"order_id": "o-1", "customer_id": "c-1", "amount": 12.5, "currency": "EUR", \
      "ordered_at": "2026-11-02T10:28:05+02:00", "updated_at": "2026-11-02T08:28:05Z"}""";

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
  void decodesEveryEscape() {
    assertThat(string("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""), is("\"\\/\b\f\n\r\t"));
    assertThat(string("\"\\u0041\\u00e9\\u20AC\\uD83D\\uDE00\\u0000\""), is("Aé€😀\0"));
    assertThat(
        string("\"eight bytes and an escape \\n in the middle of more text\""),
        is("eight bytes and an escape \n in the middle of more text"));
  }

  @Test
  void decodesTextInAnyScript() {
    assertThat(
        string("\"李雷 björn Ω 😀 and a long tail of letters\""),
        is("李雷 björn Ω 😀 and a long tail of letters"));
    assertThat(string("\"\""), is(""));
    assertThat(string("\"" + "x".repeat(100_000) + "\""), is("x".repeat(100_000)));
  }

  @Test
  void acceptsEveryWhiteSpaceOfJson() {
    RecordSchema schema = RecordSchema.of(Field.required("a", FieldType.INT));

    assertThat(row(schema, " \t\r\n{ \t\"a\" \r\n : \t 1 \n } \t"), is(Map.of("a", 1)));
  }

  @Test
  void skipsAByteOrderMark() {
    assertThat(decode(ORDERS, "\uFEFF" + ORDER).count(), is(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "}",
        "[]",
        "1",
        "\"a\"",
        "null",
        "not json",
        "{}}",
        "{} {}",
        "{}x",
        "{\"v\"}",
        "{\"v\":}",
        "{\"v\" 1}",
        "{\"v\":1,}",
        "{,}",
        "{\"v\":1 \"w\":2}",
        "{v:1}",
        "{'v':1}",
        "{\"v\":'a'}",
        "{\"v\":NaN}",
        "{\"v\":Infinity}",
        "{\"v\":01}",
        "{\"v\":-01}",
        "{\"v\":+1}",
        "{\"v\":.5}",
        "{\"v\":1.}",
        "{\"v\":1e}",
        "{\"v\":1e+}",
        "{\"v\":-}",
        "{\"v\":0x1}",
        "{\"v\":1f}",
        "{\"v\":tru}",
        "{\"v\":True}",
        "{\"v\":nul}",
        "{\"v\":truex}",
        "{\"v\":\"a}",
        "{\"v\":\"a\nb\"}",
        "{\"v\":\"a\tb\"}",
        "{\"v\":\"\\x\"}",
        "{\"v\":\"\\u12\"}",
        "{\"v\":\"\\u12g4\"}",
        "{\"v\":\"\\ud800\"}",
        "{\"v\":\"\\udc00\"}",
        "{\"v\":\"\\ud800\\u0041\"}",
        "{\"v\":\"\\ud800x\"}",
        "{\"v\":\"\\",
        "{\"v\":[1}",
        "{\"v\":[1,]}",
        "{\"v\":[}",
        "{\"v\":{]}",
        "{\"v\":1/* */}",
        "{\"v\":1}// ",
        "{\"v",
        "{\"v\":\"\u0000\"}",
        "\uFEFF",
        "{\"other\":\"\\ud800\"}",
        "{\"other\":[1,2,}",
        "{\"other\":01}",
        "{\"\\ud800\":1}"
      })
  void rejectsWhatIsNotJson(String record) {
    for (FieldType type :
        List.of(FieldType.STRING, FieldType.LONG, FieldType.DOUBLE, FieldType.BOOLEAN)) {
      assertThat(
          reject(RecordSchema.of(Field.required("v", type)), record).reason(), is(MALFORMED));
    }
  }

  @Test
  void saysWhereARecordIsNotJson() {
    assertThat(
        reject(ORDERS, "{\"a\" 1}").detail(),
        is("Not JSON at byte 5: expected ':' after a name, found '1'."));
    assertThat(
        reject(ORDERS, "{\"a\": 1").detail(),
        is("Not JSON at byte 7: expected ',' or '}', found the end."));
    assertThat(
        reject(ORDERS, "[1]").detail(),
        is("Not JSON at byte 0: expected an object, which starts with '{', found '['."));
  }

  @Test
  void readsNothingBehindTheRecord() {
    byte[] bytes = "{\"v\":\"abc\"}".getBytes(StandardCharsets.UTF_8);
    for (int length = 0; length < bytes.length; length++) {
      RawBatch cut =
          new RawBatch(
              "memory:test",
              0,
              null,
              bytes,
              1,
              new int[] {0},
              new int[] {length},
              new long[] {0},
              List.of());
      RowBatch batch =
          JsonDecoder.of(RecordSchema.of(Field.optional("v", FieldType.STRING)), RowCheck.NONE)
              .decode(cut);
      assertThat(batch.rejects().get(0).reason(), is(MALFORMED));
    }
  }

  @Test
  void rejectsInvalidUtf8AnywhereInTheRecord() {
    byte[][] invalid = {
      {(byte) 0xFF},
      {(byte) 0xC3},
      {(byte) 0xC0, (byte) 0xAF},
      {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
      {(byte) 0xF5, (byte) 0x80, (byte) 0x80, (byte) 0x80},
      {(byte) 0xE2, (byte) 0x82},
      {(byte) 0x80},
      {(byte) 0xE0, (byte) 0x80, (byte) 0x80},
      {(byte) 0xF0, (byte) 0x80, (byte) 0x80, (byte) 0x80},
      {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80}
    };
    for (byte[] sequence : invalid) {
      byte[] unknown = "{\"unknown field\":\"????\"}".getBytes(StandardCharsets.UTF_8);
      System.arraycopy(sequence, 0, unknown, 18, sequence.length);
      RowBatch batch =
          JsonDecoder.of(RecordSchema.of(Field.optional("v", FieldType.STRING)), RowCheck.NONE)
              .decode(RawBatches.of(null, List.of(unknown)));
      assertThat(batch.rejects(), hasSize(1));
      assertThat(batch.rejects().get(0).reason(), is(MALFORMED));
      assertThat(batch.rejects().get(0).detail(), containsString("Invalid UTF-8 at byte 18"));
    }
  }

  @Test
  void rejectsAContractFieldThatAppearsTwice() {
    RecordSchema schema =
        RecordSchema.of(
            Field.optional("a", FieldType.INT),
            Field.optional(
                "o", new ObjectType(RecordSchema.of(Field.optional("a", FieldType.INT)))));

    assertThat(
        reject(schema, "{\"a\":1,\"a\":1}").detail(), containsString("duplicate key: Field 'a'"));
    assertThat(reject(schema, "{\"a\":null,\"a\":1}").reason(), is(MALFORMED));
    assertThat(reject(schema, "{\"a\":1,\"\\u0061\":1}").reason(), is(MALFORMED));
    assertThat(reject(schema, "{\"o\":{\"a\":1,\"a\":2}}").detail(), containsString("'o.a'"));
    assertThat(decode(schema, "{\"a\":1,\"o\":{\"a\":1},\"x\":1,\"x\":2}").count(), is(1));
  }

  @Test
  void rejectsDeepNestingWithoutExhaustingTheStack() {
    RecordSchema schema = RecordSchema.of(Field.optional("a", FieldType.INT));
    JsonDecoder decoder = JsonDecoder.of(schema, RowCheck.NONE);

    assertThat(decoder.decode(RawBatches.of(nested(63))).count(), is(1));
    assertThat(
        decoder.decode(RawBatches.of(nested(64))).rejects().get(0).detail(),
        containsString("more than 64 deep"));
    assertThat(
        decoder.decode(RawBatches.of(nested(1_000_000))).rejects().get(0).reason(), is(MALFORMED));
    assertThat(decoder.withMaxDepth(1000).decode(RawBatches.of(nested(999))).count(), is(1));
    assertThat(decoder.withMaxDepth(1).decode(RawBatches.of("{\"x\":{}}", "{}")).count(), is(1));
    assertThrows(IllegalArgumentException.class, () -> decoder.withMaxDepth(1001));
  }

  private static String nested(int arrays) {
    return "{\"x\":" + "[".repeat(arrays) + "]".repeat(arrays) + "}";
  }

  @ParameterizedTest
  @CsvSource({
    "12.50,12.50",
    "0,0.00",
    "-0.0,0.00",
    "1e3,1000.00",
    "1.5E-1,0.15",
    "123.4500000000000000000000000,123.45",
    "9999999999.99,9999999999.99",
    "-9999999999.99,-9999999999.99",
    "0e999999999,0.00",
    "0.00e-999999999999,0.00",
    "100000000000000000000000e-20,1000.00",
    "0.1,0.10",
    "12300e-2,123.00",
    "0.000,0.00"
  })
  void keepsDecimalsExact(String json, BigDecimal expected) {
    assertThat(value(FieldType.decimal(12, 2), json), is(expected));
  }

  @ParameterizedTest
  @CsvSource({
    "12345678901234567890123456789012345678,12345678901234567890123456789012345678.0",
    "-0.1,-0.1",
    "1e36,1e36",
    "99999999999999999999.9,99999999999999999999.9",
    "0,0",
    "-1,-1",
    "127.0,127",
    "128,128"
  })
  void keepsLargeDecimalsExact(String json, String expected) {
    FieldType type = FieldType.decimal(38, json.length() == 38 ? 0 : 1);
    BigDecimal value = (BigDecimal) value(type, json);
    assertThat(value.compareTo(new BigDecimal(expected)), is(0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "12.345",
        "0.001",
        "1e-3",
        "10000000000",
        "1e10",
        "1e999999999",
        "1e-999999999",
        "-10000000000.00",
        "12345678901234567890.12",
        "0.123456789012345678901234567890",
        "1e99999999999999999999",
        "\"12.5\"",
        "true",
        "[1]",
        "{}"
      })
  void rejectsWhatADecimalCannotHold(String json) {
    assertThat(reject(FieldType.decimal(12, 2), json).reason(), is(TYPE_MISMATCH));
    assertThat(
        reject(
                FieldType.decimal(20, 2),
                json.equals("10000000000") || json.equals("1e10") || json.startsWith("-100000")
                    ? "1e18"
                    : json)
            .reason(),
        is(TYPE_MISMATCH));
  }

  @Test
  void judgesAMillionDigitsQuickly() {
    String digits = "1".repeat(1_000_000);

    assertThat(reject(FieldType.decimal(38, 2), digits).reason(), is(TYPE_MISMATCH));
    assertThat(reject(FieldType.LONG, digits).reason(), is(TYPE_MISMATCH));
    assertThat(reject(FieldType.DOUBLE, digits).reason(), is(TYPE_MISMATCH));
    assertThat(
        value(FieldType.decimal(38, 2), "1." + "0".repeat(1_000_000)), is(new BigDecimal("1.00")));
  }

  @ParameterizedTest
  @CsvSource({
    "9223372036854775807,9223372036854775807",
    "-9223372036854775808,-9223372036854775808",
    "1.0,1",
    "1e3,1000",
    "1.20e1,12",
    "-0,0",
    "1000000000000000000e-18,1",
    "10000000000000000000000e-20,100",
    "9.223372036854775807e18,9223372036854775807"
  })
  void readsWholeNumbers(String json, long expected) {
    assertThat(value(FieldType.LONG, json), is(expected));
  }

  @Test
  void rejectsIntegersOutOfRangeOrWithAFraction() {
    for (String json :
        List.of(
            "9223372036854775808",
            "-9223372036854775809",
            "18446744073709551616",
            "1e19",
            "1e400",
            "9999999999999999999")) {
      assertThat(
          reject(FieldType.LONG, json).detail(),
          containsString("beyond the range of an integer of 64 bits"));
    }
    for (String json : List.of("2147483648", "-2147483649", "1e10")) {
      assertThat(
          reject(FieldType.INT, json).detail(),
          containsString("beyond the range of an integer of 32 bits"));
    }
    for (String json :
        List.of("1.5", "1e-1", "0.00000000000000000000000000001", "12345678901234567890.5")) {
      assertThat(reject(FieldType.LONG, json).detail(), containsString("is not a whole number"));
    }
    assertThat(value(FieldType.INT, "-2147483648"), is(Integer.MIN_VALUE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.1",
        "1",
        "-0.0",
        "1e22",
        "1e23",
        "1e-22",
        "123456789012345678",
        "9007199254740993",
        "4.9e-324",
        "1e-400",
        "1.7976931348623157e308",
        "0.30000000000000004",
        "3.141592653589793238462643383279",
        "2.2250738585072012e-308",
        "16777217",
        "1.00000017881393421514957253748434595763683319091796875001"
      })
  void roundsFloatingPointCorrectly(String json) {
    assertThat(value(FieldType.DOUBLE, json), is(Double.parseDouble(json)));
    float nearest = Float.parseFloat(json);
    if (!Float.isInfinite(nearest)) {
      assertThat(value(FieldType.FLOAT, json), is(nearest));
    }
  }

  @Test
  void rejectsFloatingPointThatOverflows() {
    assertThat(reject(FieldType.DOUBLE, "1e309").reason(), is(TYPE_MISMATCH));
    assertThat(reject(FieldType.DOUBLE, "-1e999999999999").reason(), is(TYPE_MISMATCH));
    assertThat(reject(FieldType.FLOAT, "1e39").reason(), is(TYPE_MISMATCH));
    assertThat(reject(FieldType.DOUBLE, "\"NaN\"").reason(), is(TYPE_MISMATCH));
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2026-11-02T10:28:05Z|2026-11-02T10:28:05Z",
        "2026-11-02t10:28:05z|2026-11-02T10:28:05Z",
        "2026-11-02 10:28:05+02:00|2026-11-02T08:28:05Z",
        "2026-11-02T10:28:05+0200|2026-11-02T08:28:05Z",
        "2026-11-02T10:28:05-02|2026-11-02T12:28:05Z",
        "2026-11-02T10:28Z|2026-11-02T10:28:00Z",
        "2026-11-02T10:28:05.1Z|2026-11-02T10:28:05.100Z",
        "2026-11-02T10:28:05,123456Z|2026-11-02T10:28:05.123456Z",
        "2026-11-02T10:28:05.123456789+00:00|2026-11-02T10:28:05.123456Z",
        "1969-12-31T23:59:59.999999999Z|1969-12-31T23:59:59.999999Z",
        "0001-01-01T00:00:00Z|0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999Z|9999-12-31T23:59:59.999999Z",
        "2024-02-29T00:00:00Z|2024-02-29T00:00:00Z",
        "2000-02-29T00:00:00Z|2000-02-29T00:00:00Z",
        "2026-11-02T10:28:05|2026-11-02T10:28:05Z"
      })
  void readsIsoTimestamps(String text, Instant expected) {
    assertThat(value(FieldType.TIMESTAMP, "\"" + text + "\""), is(micros(expected.toString())));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "yesterday",
        "2026-11-02",
        "2026-11-02T",
        "2026-11-02T10",
        "2026-11-02T10:28:60Z",
        "2026-11-02T24:00:00Z",
        "2026-11-02T10:60:00Z",
        "2026-13-02T10:28:05Z",
        "2026-02-29T10:28:05Z",
        "1900-02-29T00:00:00Z",
        "2026-00-02T10:28:05Z",
        "2026-01-00T10:28:05Z",
        "0000-01-01T00:00:00Z",
        "2026-11-02T10:28:05.Z",
        "2026-11-02T10:28:05.1234567890Z",
        "2026-11-02T10:28:05+19:00",
        "2026-11-02T10:28:05+2",
        "2026-11-02T10:28:05+02:0",
        "2026-11-02T10:28:05+02:60",
        "2026-11-02T10:28:05ZZ",
        "2026-11-02T10:28:05 Z",
        " 2026-11-02T10:28:05Z",
        "2026/11/02T10:28:05Z",
        "2026-11-02_10:28:05Z",
        "9999-12-31T23:59:59-01:00",
        "0001-01-01T00:00:00+01:00",
        "2026-1a-02T10:28:05Z",
        "2026-11-02T10:28:5Z",
        "２026-11-02T10:28:05Z",
        "2026-11-02T10.28:05Z",
        "+2026-11-02T10:28:05Z"
      })
  void rejectsWhatIsNoTimestamp(String text) {
    DeadLetter letter = reject(FieldType.TIMESTAMP, "\"" + text + "\"");

    assertThat(letter.reason(), is(TYPE_MISMATCH));
    assertThat(letter.detail(), allOf(containsString("'v'"), containsString(text)));
  }

  @Test
  void readsTimestampsThatNameNoZoneInTheZoneOfTheContract() {
    FieldType berlin = new TimestampType(null, ZoneId.of("Europe/Berlin"));

    assertThat(value(berlin, "\"2026-07-01T12:00:00\""), is(micros("2026-07-01T10:00:00Z")));
    assertThat(value(berlin, "\"2026-12-01T12:00:00\""), is(micros("2026-12-01T11:00:00Z")));
    assertThat(value(berlin, "\"2026-12-01T12:00:00Z\""), is(micros("2026-12-01T12:00:00Z")));
    // Clocks jump from two to three in the gap, and the overlap comes twice: java.time takes the
    // earlier offset.
    assertThat(value(berlin, "\"2026-03-29T02:30:00\""), is(micros("2026-03-29T01:30:00Z")));
    assertThat(value(berlin, "\"2026-10-25T02:30:00\""), is(micros("2026-10-25T00:30:00Z")));
  }

  @Test
  void readsTimestampsInTheFormatOfTheContract() {
    ZoneId newYork = ZoneId.of("America/New_York");

    assertThat(
        value(new TimestampType("dd/MM/yyyy HH:mm:ss", newYork), "\"02/11/2026 10:28:05\""),
        is(micros("2026-11-02T15:28:05Z")));
    assertThat(
        value(new TimestampType("d MMM yyyy HH:mm XXX", newYork), "\"2 Nov 2026 10:28 +02:00\""),
        is(micros("2026-11-02T08:28:00Z")));
    assertThat(
        value(new TimestampType("yyyyMMdd", newYork), "\"20261102\""),
        is(micros("2026-11-02T05:00:00Z")));
    assertThat(
        reject(new TimestampType("dd/MM/yyyy HH:mm:ss", newYork), "\"31/02/2026 10:28:05\"")
            .reason(),
        is(TYPE_MISMATCH));
    assertThat(
        reject(new TimestampType("dd/MM/yyyy HH:mm:ss", newYork), "\"2026-11-02T10:28:05Z\"")
            .detail(),
        containsString("format 'dd/MM/yyyy HH:mm:ss'"));
  }

  @Test
  void refusesAFormatThatIsNone() {
    RecordSchema schema =
        RecordSchema.of(Field.optional("v", new TimestampType("yyyy-MM-ddTHH", ZoneOffset.UTC)));

    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> JsonDecoder.of(schema, RowCheck.NONE));
    assertThat(e.getMessage(), allOf(containsString("'v'"), containsString("yyyy-MM-ddTHH")));
  }

  @Test
  void readsDatesAndTimes() {
    assertThat(
        value(FieldType.DATE, "\"2026-11-02\""), is((int) LocalDate.of(2026, 11, 2).toEpochDay()));
    assertThat(
        value(FieldType.DATE, "\"0001-01-01\""), is((int) LocalDate.of(1, 1, 1).toEpochDay()));
    assertThat(
        value(new FieldType.DateType("dd.MM.yyyy"), "\"02.11.2026\""),
        is((int) LocalDate.of(2026, 11, 2).toEpochDay()));
    assertThat(value(FieldType.TIME, "\"10:28\""), is(LocalTime.of(10, 28).toNanoOfDay() / 1000));
    assertThat(value(FieldType.TIME, "\"23:59:59.999999\""), is(86_399_999_999L));
    assertThat(
        value(new FieldType.TimeType("h:mm a"), "\"1:30 PM\""),
        is(LocalTime.of(13, 30).toNanoOfDay() / 1000));
    for (String text : List.of("2026-11-2", "2026-11-02T00:00", "2026-02-30", "0000-01-01")) {
      assertThat(reject(FieldType.DATE, "\"" + text + "\"").reason(), is(TYPE_MISMATCH));
    }
    for (String text : List.of("10", "10:28:05Z", "24:00", "10:28:60", "10:28:", "1:28")) {
      assertThat(reject(FieldType.TIME, "\"" + text + "\"").reason(), is(TYPE_MISMATCH));
    }
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

  private static String string(String json) {
    return (String) value(FieldType.STRING, json);
  }

  private static @Nullable Object value(FieldType type, String json) {
    return row(RecordSchema.of(Field.required("v", type)), "{\"v\":" + json + "}").get("v");
  }

  private static DeadLetter reject(FieldType type, String json) {
    return reject(RecordSchema.of(Field.required("v", type)), "{\"v\":" + json + "}");
  }

  private static Map<String, @Nullable Object> row(RecordSchema schema, String record) {
    RowBatch batch = decode(schema, record);
    assertThat(batch.rejects().toString(), batch.rejects(), is(empty()));
    return RowValues.of(RowLayout.of(schema), batch).get(0);
  }

  private static DeadLetter reject(RecordSchema schema, String record) {
    RowBatch batch = decode(schema, record);
    assertThat(record, batch.count(), is(0));
    assertThat(record, batch.length(), equalTo(0));
    return batch.rejects().get(0);
  }

  private static RowBatch decode(RecordSchema schema, String... records) {
    return JsonDecoder.of(schema, RowCheck.NONE).decode(RawBatches.of(records));
  }

  private static long micros(String instant) {
    Instant parsed = Instant.parse(instant);
    return parsed.getEpochSecond() * 1_000_000 + parsed.getNano() / 1_000;
  }
}
