package org.beammedallion.transforms.decode.change;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.RawBatches;
import org.beammedallion.transforms.decode.avro.AvroDecoder;
import org.beammedallion.transforms.decode.avro.AvroDecoderTest;
import org.beammedallion.transforms.row.RowBatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A large value that was not sent is told whatever form its placeholder takes. */
class PlaceholderTest {

  private static final String DEFAULT = "__debezium_unavailable_value";

  private static final ChangeRows ROWS =
      Changes.rows(
          RecordSchema.of(
              new Field("id", "id", FieldType.LONG, true),
              Field.optional("text", FieldType.STRING),
              Field.optional("amount", FieldType.decimal(38, 2)),
              Field.optional("texts", new ArrayType(Field.optional("element", FieldType.STRING))),
              Field.optional("numbers", new ArrayType(Field.optional("element", FieldType.LONG))),
              Field.optional(
                  "amounts", new ArrayType(Field.optional("element", FieldType.decimal(12, 2)))),
              Field.optional("truths", new ArrayType(Field.optional("element", FieldType.BOOLEAN))),
              Field.optional("ratios", new ArrayType(Field.optional("element", FieldType.DOUBLE))),
              Field.optional("ratio", FieldType.DOUBLE),
              Field.optional("free", FieldType.JSON_OBJECT),
              Field.optional("frees", FieldType.JSON_ARRAY),
              Field.optional(
                  "map", new ObjectType(RecordSchema.of(Field.optional("a", FieldType.STRING))))));

  private static RowBatch decode(String other, String column) {
    DebeziumFormat format =
        new DebeziumFormat(null, DebeziumFormat.Decimals.BYTES, Map.of(), other, List.of());
    return DebeziumDecoder.of(ROWS, format, RowCheck.NONE)
        .decode(
            RawBatches.of(
                "{\"op\":\"u\",\"after\":{\"id\":1," + column + "},\"source\":{\"lsn\":5}}"));
  }

  private static void refused(String other, String column) {
    RowBatch batch = decode(other, column);
    assertThat(column, batch.rejects().size(), is(1));
    DeadLetter letter = batch.rejects().get(0);
    assertThat(column, letter.reason(), is(Reason.UNSUPPORTED_CHANGE));
    assertThat(letter.detail(), containsString("REPLICA IDENTITY FULL"));
  }

  private static void refusedInEveryForm(String other, byte[] value) {
    String text = new String(value, StandardCharsets.UTF_8);
    String base64 = Base64.getEncoder().encodeToString(value);
    refused(other, "\"text\":\"" + text + "\"");
    refused(other, "\"text\":\"" + base64 + "\"");
    refused(other, "\"text\":\"" + Base64.getUrlEncoder().encodeToString(value) + "\"");
    refused(other, "\"text\":\"" + HexFormat.of().formatHex(value) + "\"");
    refused(other, "\"text\":\"{\\\"" + text + "\\\":\\\"" + text + "\\\"}\"");
    refused(other, "\"text\":[\"" + text + "\"]");
    refused(other, "\"amount\":\"" + text + "\"");
    refused(other, "\"amount\":\"" + base64 + "\"");
    refused(other, "\"amount\":{\"scale\":0,\"value\":\"" + base64 + "\"}");
    refused(other, "\"ratio\":\"" + text + "\"");
    refused(other, "\"texts\":[\"" + text + "\"]");
    refused(other, "\"texts\":[\"" + base64 + "\"]");
    refused(other, "\"texts\":[\"" + UUID.nameUUIDFromBytes(value) + "\"]");
    refused(other, "\"numbers\":" + Arrays.toString(value));
    refused(other, "\"numbers\":" + Arrays.toString(value).replace(" ", ""));
    refused(other, "\"numbers\":[\"" + text + "\"]");
    refused(other, "\"map\":{\"" + text + "\":\"" + text + "\"}");
    refused(other, "\"map\": { \"" + text + "\" : \"" + text + "\" }");
    refused(other, "\"map\":{\"a\":\"" + text + "\"}");
    refused(other, "\"free\":{\"a\":\"" + text + "\"}");
    refused(other, "\"free\":{\"a\":{\"b\":[1,\"" + base64 + "\"]}}");
    refused(other, "\"free\":{\"a\":" + Arrays.toString(value) + "}");
    refused(other, "\"free\":{\"a\":{\"" + text + "\":\"" + text + "\"}}");
    refused(other, "\"free\":{\"a\":\"{\\\"" + text + "\\\":\\\"" + text + "\\\"}\"}");
    refused(other, "\"frees\":[\"x\", \"" + text + "\"]");
    refused(other, "\"frees\":[\"" + HexFormat.of().formatHex(value) + "\",\"x\"]");
    refused(other, "\"frees\":[{\"a\\\"b\" : \"" + text + "\"}]");
  }

  @Test
  void tellsTheDefault() {
    refusedInEveryForm(null, DEFAULT.getBytes(StandardCharsets.UTF_8));
    refusedInEveryForm("other", DEFAULT.getBytes(StandardCharsets.UTF_8));
  }

  /** PostgreSQL's connector writes an element for each byte, by the type of the elements. */
  @Test
  void tellsItInArraysOfEveryType() {
    byte[] value = DEFAULT.getBytes(StandardCharsets.UTF_8);
    refused(null, "\"truths\":" + array(value, octet -> "true"));
    refused(null, "\"ratios\":" + array(value, octet -> octet + ".0"));
    refused(null, "\"amounts\":" + array(value, octet -> base64(octet, 0)));
    refused(null, "\"amounts\":" + array(value, octet -> base64(octet, 2)));
    refused(null, "\"amounts\":" + array(value, octet -> "\"" + octet + ".00\""));
    refused(
        null,
        "\"amounts\":"
            + array(value, octet -> "{\"scale\": 0, \"value\": " + base64(octet, 0) + "}"));
    refused(null, "\"text\":[\"" + UUID.nameUUIDFromBytes(value) + "\"]");
    refused(null, "\"text\":[\"" + Base64.getEncoder().encodeToString(value) + "\"]");
    refused("größe", "\"text\":[\"größe\"]");
  }

  private static String array(byte[] value, IntFunction<String> element) {
    return IntStream.range(0, value.length)
        .mapToObj(i -> element.apply(value[i]))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static String base64(int number, int scale) {
    byte[] unscaled = BigDecimal.valueOf(number).setScale(scale).unscaledValue().toByteArray();
    return "\"" + Base64.getEncoder().encodeToString(unscaled) + "\"";
  }

  @Test
  void tellsAnother() {
    refusedInEveryForm("not here", "not here".getBytes(StandardCharsets.UTF_8));
    refusedInEveryForm("hex:6e6f", "no".getBytes(StandardCharsets.UTF_8));
    byte[] bytes = HexFormat.of().parseHex("fffe00");
    String base64 = Base64.getEncoder().encodeToString(bytes);
    refused("hex:fffe00", "\"text\":\"" + base64 + "\"");
    refused("hex:fffe00", "\"numbers\":[-1,-2,0]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"text\":\"__debezium_unavailable_values\"",
        "\"text\":\"X19kZWJleml1bQ==\"",
        "\"texts\":[]",
        "\"texts\":[\"__debezium\",null]",
        "\"numbers\":[95,95,100]",
        "\"numbers\":[]",
        "\"truths\":[true,true,true]",
        "\"ratios\":[95.0,95.0,100.5]",
        "\"amounts\":[\"Xw==\",\"Xw==\"]",
        "\"map\":{}",
        "\"map\":{\"a\":\"b\"}",
        "\"free\":{}",
        "\"free\":{\"__debezium_unavailable_value\":1,\"a\":\"__debezium_unavailable_values\"}",
        "\"free\":{\"a\":\"say \\\"__debezium_unavailable_value\\\"\"}",
        "\"frees\":[[95,95,100],\"\",[],{}]",
        "\"other\":\"__debezium_unavailable_value\""
      })
  void leavesValuesAlone(String column) {
    assertThat(decode(null, column).count(), is(1));
  }

  private static final Schema AVRO =
      new Schema.Parser()
          .parse(
              """
                {"type":"record","name":"Envelope","fields":[
                  {"name":"after","type":["null",{"type":"record","name":"Value","fields":[
                    {"name":"id","type":"long"},
                    {"name":"text","type":["null","string","bytes"],"default":null},
                    {"name":"amount","type":["null",{"type":"bytes","logicalType":"decimal","precision":38,"scale":2}],
                     "default":null},
                    {"name":"texts","type":["null",{"type":"array","items":["null","string","bytes"]}],"default":null},
                    {"name":"numbers","type":["null",{"type":"array","items":"int"}],"default":null},
                    {"name":"truths","type":["null",{"type":"array","items":"boolean"}],"default":null},
                    {"name":"ratios","type":["null",{"type":"array","items":"double"}],"default":null},
                    {"name":"amounts","type":["null",{"type":"array","items":
                      {"type":"bytes","logicalType":"decimal","precision":12,"scale":2}}],"default":null},
                    {"name":"free","type":["null",{"type":"map","values":
                      ["string","int",{"type":"array","items":["int","string","bytes"]},
                       {"type":"record","name":"Inner","fields":[{"name":"b","type":["null","bytes"]}]}]}],
                     "default":null},
                    {"name":"frees","type":["null",{"type":"array","items":"string"}],"default":null},
                    {"name":"map","type":["null",{"type":"map","values":"string"}],"default":null}]}]},
                  {"name":"source","type":{"type":"record","name":"Source","fields":[{"name":"lsn","type":"long"}]}},
                  {"name":"op","type":"string"}]}
                """);

  @Test
  void tellsItInAvro() {
    byte[] bytes = DEFAULT.getBytes(StandardCharsets.UTF_8);
    List<Integer> numbers = List.of(DEFAULT.chars().boxed().toArray(Integer[]::new));
    Map<String, Object> values =
        Map.of(
            "text", DEFAULT,
            "amount", ByteBuffer.wrap(bytes),
            "texts", List.of(DEFAULT),
            "numbers", numbers,
            "truths", numbers.stream().map(octet -> true).toList(),
            "ratios", numbers.stream().map(Integer::doubleValue).toList(),
            "amounts",
                numbers.stream()
                    .map(octet -> ByteBuffer.wrap(BigInteger.valueOf(100L * octet).toByteArray()))
                    .toList(),
            "map", Map.of(DEFAULT, DEFAULT));
    values.forEach((column, value) -> refusedInAvro(null, column, value));
    refusedInAvro(null, "text", ByteBuffer.wrap(bytes));
    refusedInAvro(null, "texts", List.of(ByteBuffer.wrap(bytes)));
    refusedInAvro(null, "free", Map.of("a", 1, "b", DEFAULT));
    refusedInAvro(null, "free", Map.of("a", 1, "b", List.of(1, ByteBuffer.wrap(bytes))));
    refusedInAvro(null, "free", Map.of("a", 1, "b", numbers));
    refusedInAvro(null, "frees", List.of(DEFAULT, "x"));
    Schema inner = AVRO.getField("after").schema().getTypes().get(1).getField("free").schema();
    GenericRecord record =
        new GenericData.Record(inner.getTypes().get(1).getValueType().getTypes().get(3));
    record.put("b", ByteBuffer.wrap(bytes));
    refusedInAvro(null, "free", Map.of("a", 1, "b", record));
    assertThat(inAvro(null, "free", Map.of("a", 1, "b", "x")).count(), is(1));
  }

  @Test
  void tellsAnotherInAvro() {
    refusedInAvro("not here", "text", "not here");
    refusedInAvro("not here", "texts", List.of("not here"));
    ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex("fffe00"));
    refusedInAvro("hex:fffe00", "text", bytes);
    refusedInAvro("hex:fffe00", "texts", List.of(bytes));
    refusedInAvro("hex:fffe00", "numbers", List.of(-1, -2, 0));
    assertThat(inAvro("not here", "text", "here").count(), is(1));
  }

  private static void refusedInAvro(@Nullable String placeholder, String column, Object value) {
    RowBatch batch = inAvro(placeholder, column, value);
    assertThat(column, batch.rejects().size(), is(1));
    assertThat(column, batch.rejects().get(0).reason(), is(Reason.UNSUPPORTED_CHANGE));
    assertThat(batch.rejects().get(0).detail(), containsString("was not sent"));
  }

  private static RowBatch inAvro(@Nullable String placeholder, String column, Object value) {
    Schema schema = AVRO;
    GenericRecord after =
        new GenericData.Record(schema.getField("after").schema().getTypes().get(1));
    after.put("id", 1L);
    after.put(column, value);
    GenericRecord source = new GenericData.Record(schema.getField("source").schema());
    source.put("lsn", 5L);
    GenericRecord event = new GenericData.Record(schema);
    event.put("after", after);
    event.put("source", source);
    event.put("op", "u");
    DebeziumFormat format = new DebeziumFormat(null, null, Map.of(), placeholder, List.of());
    return AvroDecoder.debezium(ROWS, format, RowCheck.NONE)
        .decode(AvroDecoderTest.batch(schema, event));
  }
}
