package org.beammedallion.io.parquet.source;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.FieldType.StringType;
import org.beammedallion.quality.schema.FieldType.StringType.Content;
import org.beammedallion.quality.schema.FieldType.TimestampType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.avro.AvroDecoder;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowLayout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a value becomes does not depend on whether Avro or Parquet holds it. */
class ConversionRuleTest {

  private static final FieldType BERLIN = new TimestampType(null, ZoneId.of("Europe/Berlin"));
  private static final FieldType JSON_OBJECT = new StringType(Content.JSON_OBJECT);
  private static final FieldType JSON_ARRAY = new StringType(Content.JSON_ARRAY);
  private static final FieldType AB =
      new ObjectType(
          RecordSchema.of(
              Field.optional("a", FieldType.LONG), Field.optional("b", FieldType.LONG)));
  private static final FieldType ENTRIES =
      new ArrayType(
          Field.optional(
              "element",
              new ObjectType(
                  RecordSchema.of(
                      Field.optional("key", FieldType.STRING),
                      Field.optional("value", FieldType.LONG)))));

  private static final String DECIMAL_4 = "fixed_len_byte_array(4) c (DECIMAL(9,2))";
  private static final String AVRO_DECIMAL =
      "{'type':'bytes','logicalType':'decimal','precision':9,'scale':2}";
  private static final String MAP =
      "group c (MAP) { repeated group key_value { required binary key (STRING); optional int64 value; } }";
  private static final String AVRO_MAP = "{'type':'map','values':['null','long']}";
  private static final String LIST =
      "group c (LIST) { repeated group list { optional double element; } }";
  private static final String AVRO_LIST = "{'type':'array','items':['null','double']}";
  private static final String GROUP =
      "group c { optional int64 n; optional binary s (STRING); optional int32 d (DATE); }";
  private static final String AVRO_GROUP =
      "{'type':'record','name':'g','fields':[{'name':'n','type':['null','long']},{'name':'s','type':['null','string']},"
          + "{'name':'d','type':['null',{'type':'int','logicalType':'date'}]}]}";

  @TempDir Path folder;

  /**
   * A value and what it becomes.
   *
   * @param expected a value, or the text that a refusal has
   */
  private record Case(
      String parquet, String avro, Object value, FieldType type, Object expected, boolean refused) {

    @Override
    public String toString() {
      return parquet + " " + value + " -> " + type;
    }
  }

  private static Case taken(
      String parquet, String avro, Object value, FieldType type, Object expected) {
    return new Case(parquet, avro, value, type, expected, false);
  }

  private static Case refused(
      String parquet, String avro, Object value, FieldType type, String why) {
    return new Case(parquet, avro, value, type, why, true);
  }

  static Stream<Case> numbers() {
    BigDecimal exact = new BigDecimal("12.50");
    return Stream.of(
        taken("int32 c", "'int'", 7, FieldType.LONG, 7L),
        taken("int64 c", "'long'", 7L, FieldType.INT, 7L),
        refused("int64 c", "'long'", 1L << 31, FieldType.INT, "2147483648 is beyond the range"),
        taken("int64 c", "'long'", 7L, FieldType.decimal(9, 2), new BigDecimal("7.00")),
        taken("int64 c", "'long'", 7L, FieldType.decimal(30, 2), new BigDecimal("7.00")),
        refused("int64 c", "'long'", 100L, FieldType.decimal(4, 2), "100 is beyond the range"),
        taken("int64 c", "'long'", (1L << 53) + 1, FieldType.DOUBLE, (double) (1L << 53)),
        // The nearest float of the number itself, not of its nearest double.
        taken("int64 c", "'long'", (1L << 54) + (1L << 30) + 1, FieldType.FLOAT, 0x1.000002p54f),
        taken("int32 c", "'int'", 1, FieldType.BOOLEAN, true),
        refused("int32 c", "'int'", 2, FieldType.BOOLEAN, "expected a boolean"),
        refused("int32 c", "'int'", 2, FieldType.STRING, "expected a string"),
        refused("int64 c", "'long'", 2L, FieldType.TIMESTAMP, "expected a timestamp"),
        taken("double c", "'double'", 12.0, FieldType.LONG, 12L),
        taken("double c", "'double'", -0.0, FieldType.LONG, 0L),
        refused("double c", "'double'", 12.5, FieldType.LONG, "12.5 is not a whole number"),
        refused("double c", "'double'", 0x1p63, FieldType.LONG, "is beyond the range"),
        taken("double c", "'double'", -0x1p63, FieldType.LONG, Long.MIN_VALUE),
        refused("double c", "'double'", 1e10, FieldType.INT, "is beyond the range"),
        refused("double c", "'double'", Double.NaN, FieldType.LONG, "NaN, which is not a number"),
        taken("double c", "'double'", Double.NaN, FieldType.DOUBLE, Double.NaN),
        taken("double c", "'double'", 0.1, FieldType.decimal(9, 2), new BigDecimal("0.10")),
        taken("float c", "'float'", 0.1f, FieldType.decimal(9, 2), new BigDecimal("0.10")),
        taken("float c", "'float'", 0.1f, FieldType.DOUBLE, (double) 0.1f),
        refused("double c", "'double'", 0.125, FieldType.decimal(9, 2), "more fraction digits"),
        refused("double c", "'double'", 1e300, FieldType.FLOAT, "is beyond the range"),
        refused("double c", "'double'", 1.5, FieldType.STRING, "expected a string, found 1.5"),
        taken(DECIMAL_4, AVRO_DECIMAL, exact, FieldType.decimal(20, 4), new BigDecimal("12.5000")),
        taken(DECIMAL_4, AVRO_DECIMAL, exact, FieldType.decimal(3, 1), new BigDecimal("12.5")),
        taken(DECIMAL_4, AVRO_DECIMAL, exact, FieldType.DOUBLE, 12.5),
        taken(DECIMAL_4, AVRO_DECIMAL, exact, FieldType.FLOAT, 12.5f),
        taken(DECIMAL_4, AVRO_DECIMAL, new BigDecimal("-12.00"), FieldType.LONG, -12L),
        refused(DECIMAL_4, AVRO_DECIMAL, exact, FieldType.LONG, "12.50 is not a whole number"),
        refused(DECIMAL_4, AVRO_DECIMAL, exact, FieldType.decimal(9, 0), "more fraction digits"),
        refused(DECIMAL_4, AVRO_DECIMAL, exact, FieldType.STRING, "expected a string, found 12.50"),
        taken("boolean c", "'boolean'", true, FieldType.BOOLEAN, true),
        refused("boolean c", "'boolean'", true, FieldType.LONG, "found true"));
  }

  static Stream<Case> timesAndTexts() {
    String date = "{'type':'int','logicalType':'date'}";
    String millis = "{'type':'long','logicalType':'timestamp-millis'}";
    String local = "{'type':'long','logicalType':'local-timestamp-micros'}";
    String clock = "{'type':'int','logicalType':'time-millis'}";
    long summer = 1_719_828_000_000L;
    return Stream.of(
        taken("int32 c (DATE)", date, 19905, FieldType.DATE, LocalDate.parse("2024-07-01")),
        refused("int32 c (DATE)", date, 19905, FieldType.LONG, "found 2024-07-01"),
        refused("int32 c (DATE)", date, 19905, FieldType.TIMESTAMP, "found 2024-07-01"),
        refused("int32 c (DATE)", date, 19905, FieldType.STRING, "found 2024-07-01"),
        taken(
            "int64 c (TIMESTAMP(MILLIS,true))",
            millis,
            summer,
            BERLIN,
            Instant.parse("2024-07-01T10:00:00Z")),
        taken(
            "int64 c (TIMESTAMP(MICROS,false))",
            local,
            summer * 1_000,
            BERLIN,
            Instant.parse("2024-07-01T08:00:00Z")),
        refused(
            "int64 c (TIMESTAMP(MILLIS,true))",
            millis,
            summer,
            FieldType.LONG,
            "found 2024-07-01T10:00:00Z"),
        refused(
            "int64 c (TIMESTAMP(MILLIS,true))", millis, summer, FieldType.DATE, "expected a date"),
        refused(
            "int64 c (TIMESTAMP(MILLIS,true))",
            millis,
            Long.MAX_VALUE,
            FieldType.TIMESTAMP,
            "9223372036854775807 millis is beyond the range"),
        taken(
            "int32 c (TIME(MILLIS,true))",
            clock,
            36_930_123,
            FieldType.TIME,
            LocalTime.parse("10:15:30.123")),
        refused(
            "int32 c (TIME(MILLIS,true))", clock, -1, FieldType.TIME, "-1 millis is beyond the"),
        taken("binary c (STRING)", "'string'", "ä", FieldType.STRING, "ä"),
        taken(
            "binary c (STRING)",
            "'string'",
            "2024-07-01T10:00:00",
            BERLIN,
            Instant.parse("2024-07-01T08:00:00Z")),
        refused("binary c (STRING)", "'string'", "7", FieldType.LONG, "found 7"),
        taken("binary c (STRING)", "'string'", "{\"a\":1}", JSON_OBJECT, "{\"a\":1}"),
        refused("binary c (STRING)", "'string'", "[1]", JSON_OBJECT, "found [1]"),
        taken("binary c", "'bytes'", new byte[] {1, 2}, FieldType.STRING, "AQI="),
        refused("binary c", "'bytes'", new byte[] {1, 2}, FieldType.LONG, "found 2 bytes"));
  }

  static Stream<Case> structures() {
    Map<String, Object> map = new TreeMap<>(Map.of("a", 1L, "b", 2L));
    Map<String, Object> group = new TreeMap<>();
    group.put("n", 7L);
    group.put("s", "a\"ä\n");
    group.put("d", 19905);
    return Stream.of(
        taken(MAP, AVRO_MAP, map, AB, Map.of("a", 1L, "b", 2L)),
        taken(
            MAP,
            AVRO_MAP,
            map,
            ENTRIES,
            List.of(Map.of("key", "a", "value", 1L), Map.of("key", "b", "value", 2L))),
        taken(MAP, AVRO_MAP, map, JSON_OBJECT, "{\"a\":1,\"b\":2}"),
        taken(MAP, AVRO_MAP, Map.of(), JSON_OBJECT, "{}"),
        taken(MAP, AVRO_MAP, Map.of(), ENTRIES, List.of()),
        refused(MAP, AVRO_MAP, map, JSON_ARRAY, "expected an array"),
        refused(MAP, AVRO_MAP, map, FieldType.STRING, "expected a string"),
        taken(LIST, AVRO_LIST, Arrays.asList(1.5, null), JSON_ARRAY, "[1.5,null]"),
        taken(LIST, AVRO_LIST, List.of(), JSON_ARRAY, "[]"),
        refused(LIST, AVRO_LIST, List.of(Double.NaN), JSON_ARRAY, "expected an array"),
        refused(LIST, AVRO_LIST, List.of(1.5), JSON_OBJECT, "expected an object"),
        taken(
            LIST,
            AVRO_LIST,
            Arrays.asList(2.0, null),
            new ArrayType(Field.optional("element", FieldType.LONG)),
            Arrays.asList(2L, null)),
        taken(
            GROUP,
            AVRO_GROUP,
            group,
            JSON_OBJECT,
            "{\"n\":7,\"s\":\"a\\\"ä\\n\",\"d\":\"2024-07-01\"}"),
        refused(GROUP, AVRO_GROUP, group, FieldType.LONG, "expected an integer"));
  }

  @ParameterizedTest
  @MethodSource({"numbers", "timesAndTexts", "structures"})
  void bothFormatsGiveTheSame(Case each) throws IOException {
    check(each, "Parquet", fromParquet(each));
    check(each, "Avro", fromAvro(each));
  }

  private static void check(Case each, String format, Object found) {
    if (each.refused) {
      assertThat(format, String.valueOf(found), containsString(String.valueOf(each.expected)));
    } else {
      assertThat(format, found, is(each.expected));
    }
  }

  private Object fromParquet(Case each) throws IOException {
    String column = "optional " + each.parquet + (each.parquet.endsWith("}") ? "" : ";");
    MessageType type = MessageTypeParser.parseMessageType("message m { " + column + " }");
    Path file = Files.createTempDirectory(folder, "case").resolve("in.parquet");
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new LocalOutputFile(file)).withType(type).build()) {
      Group row = new SimpleGroup(type);
      add(row, "c", each.value);
      writer.write(row);
    }
    SourceFiles.Read read = SourceFiles.read(file, Field.optional("c", each.type));
    return read.rejects().isEmpty() ? read.value(0, "c") : read.rejects().get(0).detail();
  }

  private static void add(Group row, String name, Object value) {
    if (value instanceof Integer number) {
      row.add(name, number);
    } else if (value instanceof Long number) {
      row.add(name, number);
    } else if (value instanceof Float number) {
      row.add(name, number);
    } else if (value instanceof Double number) {
      row.add(name, number);
    } else if (value instanceof Boolean flag) {
      row.add(name, flag);
    } else if (value instanceof String text) {
      row.add(name, text);
    } else if (value instanceof byte[] bytes) {
      row.add(name, Binary.fromConstantByteArray(bytes));
    } else if (value instanceof BigDecimal decimal) {
      byte[] bytes =
          ByteBuffer.allocate(Integer.BYTES).putInt(decimal.unscaledValue().intValue()).array();
      row.add(name, Binary.fromConstantByteArray(bytes));
    } else if (value instanceof List<?> list) {
      Group group = row.addGroup(name);
      for (Object element : list) {
        Group entry = group.addGroup("list");
        if (element != null) {
          add(entry, "element", element);
        }
      }
    } else if (value instanceof Map<?, ?> map) {
      Group group = row.addGroup(name);
      boolean isMap = group.getType().containsField("key_value");
      map.forEach(
          (key, each) -> {
            Group entry = isMap ? group.addGroup("key_value") : group;
            if (isMap) {
              add(entry, "key", key);
            }
            add(entry, isMap ? "value" : key.toString(), each);
          });
    }
  }

  private static Object fromAvro(Case each) throws IOException {
    Schema schema =
        new Schema.Parser()
            .parse(
                ("{'type':'record','name':'r','fields':[{'name':'c','type':['null',"
                        + each.avro
                        + "]}]}")
                    .replace('\'', '"'));
    GenericRecord record = new GenericData.Record(schema);
    record.put("c", avro(schema.getField("c").schema().getTypes().get(1), each.value));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<>(schema).write(record, encoder);
    encoder.flush();
    RecordSchema contract = RecordSchema.of(Field.optional("c", each.type));
    RowBatch batch =
        AvroDecoder.rows(contract, RowCheck.NONE)
            .decode(
                new RawBatch(
                    "memory:test",
                    0,
                    schema.toString().getBytes(StandardCharsets.UTF_8),
                    bytes.toByteArray(),
                    1,
                    new int[] {0},
                    new int[] {bytes.size()},
                    new long[] {0},
                    List.of()));
    return batch.rejects().isEmpty()
        ? SourceFiles.object(RowLayout.of(contract), batch.bytes(), RowBatch.HEADER).get("c")
        : batch.rejects().get(0).detail();
  }

  private static Object avro(Schema schema, Object value) {
    if (value instanceof byte[] bytes) {
      return ByteBuffer.wrap(bytes);
    } else if (value instanceof BigDecimal decimal) {
      BigInteger unscaled = decimal.unscaledValue();
      return ByteBuffer.wrap(unscaled.toByteArray());
    } else if (value instanceof Map<?, ?> map && schema.getType() == Schema.Type.RECORD) {
      GenericRecord record = new GenericData.Record(schema);
      map.forEach((key, each) -> record.put(key.toString(), each));
      return record;
    }
    return value;
  }
}
