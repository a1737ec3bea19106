package org.beammedallion.transforms.decode.json;

import static org.beammedallion.quality.deadletter.Reason.MALFORMED;
import static org.beammedallion.transforms.decode.OrdersSchema.ORDERS;
import static org.beammedallion.transforms.decode.json.JsonRecords.ORDER;
import static org.beammedallion.transforms.decode.json.JsonRecords.decode;
import static org.beammedallion.transforms.decode.json.JsonRecords.reject;
import static org.beammedallion.transforms.decode.json.JsonRecords.row;
import static org.beammedallion.transforms.decode.json.JsonRecords.string;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.RawBatches;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.row.RowBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is JSON, what is not, and what text comes out of it. */
class JsonSyntaxTest {

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
}
