package org.beammedallion.io.parquet.source;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
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
import org.beammedallion.quality.schema.FieldType.StringType.Content;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Types of the format's specification, with values that were worked out by hand. */
class ParquetTypesTest {

  @TempDir Path folder;

  private Path write(String schema, Map<String, String> metadata, Consumer<Group> row)
      throws IOException {
    MessageType type = MessageTypeParser.parseMessageType("message m { " + schema + " }");
    Path file = java.nio.file.Files.createTempDirectory(folder, "case").resolve("in.parquet");
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new LocalOutputFile(file))
            .withType(type)
            .withExtraMetaData(metadata)
            .build()) {
      Group group = new SimpleGroup(type);
      row.accept(group);
      writer.write(group);
    }
    return file;
  }

  private Object read(String schema, FieldType type, Consumer<Group> row) throws IOException {
    return read(schema, Map.of(), type, row);
  }

  private Object read(
      String schema, Map<String, String> metadata, FieldType type, Consumer<Group> row)
      throws IOException {
    SourceFiles.Read read =
        SourceFiles.read(write(schema, metadata, row), Field.optional("c", type));
    return read.rejects().isEmpty() ? read.value(0, "c") : read.rejects().get(0).detail();
  }

  @Test
  void unsignedNumbersOf64BitsNeedADecimal() throws IOException {
    String schema = "required int64 c (INTEGER(64,false));";
    Consumer<Group> most = row -> row.add("c", -1L);
    assertThat(
        read(schema, FieldType.decimal(20, 0), most), is(new BigDecimal("18446744073709551615")));
    assertThat(
        read(schema, FieldType.LONG, most).toString(),
        containsString("18446744073709551615 is beyond the range"));
  }

  @Test
  void aTextIsJsonWhereTheContractDoesNotSayWhatIsInIt() throws IOException {
    FieldType object = new FieldType.StringType(Content.JSON_OBJECT);
    String schema = "required binary c (STRING);";
    assertThat(read(schema, object, r -> r.add("c", "{\"a\": 1.50}")), is("{\"a\": 1.50}"));
    assertThat(
        read(schema, object, r -> r.add("c", "[1]")).toString(), containsString("found [1]"));
    assertThat(
        read("required binary c;", object, r -> r.add("c", "{}")).toString(),
        containsString("2 bytes"));
  }

  @Test
  void timesHaveThreeUnits() throws IOException {
    LocalTime time = LocalTime.parse("10:15:30.123");
    assertThat(
        read("required int32 c (TIME(MILLIS,true));", FieldType.TIME, r -> r.add("c", 36_930_123)),
        is(time));
    assertThat(
        read(
            "required int64 c (TIME(MICROS,false));",
            FieldType.TIME,
            r -> r.add("c", 36_930_123_000L)),
        is(time));
    assertThat(
        read(
            "required int64 c (TIME(NANOS,true));",
            FieldType.TIME,
            r -> r.add("c", 36_930_123_000_999L)),
        is(time));
    assertThat(
        read(
                "required int64 c (TIME(MICROS,true));",
                FieldType.TIME,
                r -> r.add("c", 86_400_000_000L))
            .toString(),
        containsString("86400000000 micros is beyond the range"));
  }

  @Test
  void timestampsAreInUtcOrInTheFieldsZone() throws IOException {
    FieldType berlin = new FieldType.TimestampType(null, ZoneId.of("Europe/Berlin"));
    long millis = Instant.parse("2024-03-31T02:30:00Z").toEpochMilli();
    assertThat(
        read("required int64 c (TIMESTAMP(MILLIS,true));", berlin, r -> r.add("c", millis)),
        is(Instant.parse("2024-03-31T02:30:00Z")));
    // This local time was skipped; as java.time does, it is an hour later.
    assertThat(
        read("required int64 c (TIMESTAMP(MILLIS,false));", berlin, r -> r.add("c", millis)),
        is(Instant.parse("2024-03-31T01:30:00Z")));
    long overlap = Instant.parse("2024-10-27T02:30:00Z").toEpochMilli() * 1_000;
    assertThat(
        read("required int64 c (TIMESTAMP(MICROS,false));", berlin, r -> r.add("c", overlap)),
        is(Instant.parse("2024-10-27T00:30:00Z")));
    assertThat(
        read("required int64 c (TIMESTAMP(MILLIS,true));", berlin, r -> r.add("c", Long.MAX_VALUE))
            .toString(),
        containsString("is beyond the range"));
  }

  @Test
  void datesOfOldSparkAreInTheJulianCalendar() throws IOException {
    // 1500-01-01 by the Julian calendar is nine days after that of the Gregorian one.
    int julian = (int) LocalDate.parse("1500-01-10").toEpochDay();
    String schema = "required int32 c (DATE);";
    Consumer<Group> row = r -> r.add("c", julian);
    assertThat(read(schema, FieldType.DATE, row), is(LocalDate.parse("1500-01-10")));
    assertThat(
        read(schema, Map.of("org.apache.spark.version", "2.4.8"), FieldType.DATE, row),
        is(LocalDate.parse("1500-01-01")));
    assertThat(
        read(schema, Map.of("org.apache.spark.version", "3.5.1"), FieldType.DATE, row),
        is(LocalDate.parse("1500-01-10")));
    Map<String, String> legacy =
        Map.of("org.apache.spark.version", "3.5.1", "org.apache.spark.legacyDateTime", "");
    assertThat(read(schema, legacy, FieldType.DATE, row), is(LocalDate.parse("1500-01-01")));
    int today = (int) LocalDate.parse("2024-07-01").toEpochDay();
    assertThat(
        read(schema, legacy, FieldType.DATE, r -> r.add("c", today)),
        is(LocalDate.parse("2024-07-01")));
    // The calendars were one day apart then, more than 292 years from 1970.
    long early = LocalDate.parse("0301-01-02").toEpochDay() * 86_400_000_000L;
    assertThat(
        read(
            "required int64 c (TIMESTAMP(MICROS,true));",
            Map.of("org.apache.spark.version", "2.4.8"),
            FieldType.TIMESTAMP,
            r -> r.add("c", early)),
        is(Instant.parse("0301-01-01T00:00:00Z")));
  }

  @Test
  void uuidsAndFloatsOf16BitsAndDecimalsOfBytes() throws IOException {
    byte[] uuid = new byte[16];
    for (int i = 0; i < 16; i++) {
      uuid[i] = (byte) (i * 17);
    }
    assertThat(
        read(
            "required fixed_len_byte_array(16) c (UUID);",
            FieldType.STRING,
            r -> r.add("c", Binary.fromConstantByteArray(uuid))),
        is("00112233-4455-6677-8899-aabbccddeeff"));
    assertThat(
        read(
            "required binary c (DECIMAL(30,3));",
            FieldType.decimal(38, 5),
            r -> r.add("c", Binary.fromConstantByteArray(new byte[] {-1, -123}))),
        is(new BigDecimal("-0.12300")));
    assertThat(
        read(
                "required binary c (DECIMAL(30,3));",
                FieldType.decimal(10, 2),
                r -> r.add("c", Binary.fromConstantByteArray(new byte[] {-123})))
            .toString(),
        containsString("-0.123 has more fraction digits"));
  }

  @Test
  void textsThatAreNoUtf8AreRejected() throws IOException {
    assertThat(
        read(
                "required binary c (STRING);",
                FieldType.STRING,
                r -> r.add("c", Binary.fromConstantByteArray(new byte[] {'a', (byte) 0xC3})))
            .toString(),
        containsString("invalid UTF-8 at byte 1"));
  }

  @Test
  void intervalsAreRefusedByNameWhereTheyAreWanted() throws IOException {
    Path file =
        write(
            "required fixed_len_byte_array(12) c (INTERVAL); required int32 id;",
            Map.of(),
            r -> {
              r.add("c", Binary.fromConstantByteArray(new byte[12]));
              r.add("id", 7);
            });
    RefusedFileException refused =
        assertThrows(
            RefusedFileException.class,
            () -> SourceFiles.read(file, Field.optional("c", FieldType.STRING)));
    assertThat(refused.why(), containsString("the column 'c' of type INTERVAL"));
    SourceFiles.Read read = SourceFiles.read(file, Field.optional("id", FieldType.LONG));
    assertThat(read.value(0, "id"), is(7L));
    assertThat(read.unknown().byName(), is(Map.of("c", 1L)));
  }

  @Test
  void listsHaveManyForms() throws IOException {
    FieldType numbers = new FieldType.ArrayType(Field.optional("element", FieldType.LONG));
    Consumer<Group> threeLevels =
        r -> {
          Group list = r.addGroup("c");
          list.addGroup("bag").add("array_element", 1);
          list.addGroup("bag");
        };
    assertThat(
        read(
            "optional group c (LIST) { repeated group bag { optional int32 array_element; } }",
            numbers,
            threeLevels),
        is(java.util.Arrays.asList(1L, null)));
    assertThat(
        read(
            "optional group c (LIST) { repeated int32 array; }",
            numbers,
            r -> r.addGroup("c").append("array", 1).append("array", 2)),
        is(List.of(1L, 2L)));
    assertThat(
        read("repeated int32 c;", numbers, r -> r.append("c", 3).append("c", 4)),
        is(List.of(3L, 4L)));
    FieldType objects =
        new FieldType.ArrayType(
            Field.optional(
                "element",
                new FieldType.ObjectType(
                    new RecordSchema(List.of(Field.optional("x", FieldType.LONG))))));
    assertThat(
        read(
            "optional group c (LIST) { repeated group c_tuple { required int32 x; } }",
            objects,
            r -> r.addGroup("c").addGroup("c_tuple").add("x", 5)),
        is(List.of(Map.of("x", 5L))));
    assertThat(
        read("repeated group c { required int32 x; }", objects, r -> r.addGroup("c").add("x", 6)),
        is(List.of(Map.of("x", 6L))));
    assertThat(
        read("repeated int32 c;", FieldType.LONG, r -> r.append("c", 3).append("c", 4)).toString(),
        containsString("found a list"));
  }

  @Test
  void ofColumnsThatDifferInCaseAloneTheNamedOneIsTakenAndNeverAnother() throws IOException {
    Path file =
        write(
            "required int32 ID; required int32 id; required int32 Name; required int32 NAME;",
            Map.of(),
            r -> {
              r.add("ID", 1);
              r.add("id", 2);
              r.add("Name", 3);
              r.add("NAME", 4);
            });
    SourceFiles.Read read =
        SourceFiles.read(
            file, Field.optional("id", FieldType.LONG), Field.optional("name", FieldType.LONG));
    assertThat(read.value(0, "id"), is(2L));
    assertThat(read.value(0, "name") == null, is(true));
    assertThat(read.warning(), containsString("several columns that could be 'name'"));
    assertThat(SourceFiles.read(file, Field.optional("ID", FieldType.LONG)).value(0, "ID"), is(1L));
  }

  @Test
  void aMapMayBeAnObjectOfNestedValues() throws IOException {
    String schema =
        "optional group c (MAP) { repeated group map { required binary k (STRING); optional group v {"
            + " optional int32 x; optional group l (LIST) { repeated group list { optional int32 element; } } } } }";
    RecordSchema inner =
        new RecordSchema(
            List.of(
                Field.optional("x", FieldType.LONG),
                Field.optional(
                    "l", new FieldType.ArrayType(Field.optional("element", FieldType.LONG)))));
    RecordSchema narrow = new RecordSchema(List.of(Field.optional("x", FieldType.LONG)));
    FieldType object =
        new FieldType.ObjectType(
            new RecordSchema(
                List.of(
                    Field.optional("a", new FieldType.ObjectType(inner)),
                    Field.optional("b", new FieldType.ObjectType(narrow)))));
    Consumer<Group> row =
        r -> {
          Group map = r.addGroup("c");
          for (String key : List.of("z", "b", "a")) {
            Group entry = map.addGroup("map");
            entry.add("k", key);
            Group value = entry.addGroup("v");
            value.add("x", (int) key.charAt(0));
            Group list = value.addGroup("l");
            list.addGroup("list").add("element", 1);
            list.addGroup("list").add("element", 2);
          }
        };
    assertThat(String.valueOf(read(schema, object, row)), is("{a={x=97, l=[1, 2]}, b={x=98}}"));
    assertThat(
        read(schema, new FieldType.StringType(Content.JSON_OBJECT), row),
        is(
            "{\"a\":{\"x\":97,\"l\":[1,2]},\"b\":{\"x\":98,\"l\":[1,2]},\"z\":{\"x\":122,\"l\":[1,2]}}"));
    Consumer<Group> twice =
        r -> {
          Group map = r.addGroup("c");
          map.addGroup("map").add("k", "a");
          map.addGroup("map").add("k", "a");
        };
    assertThat(
        read(schema, object, twice).toString(), containsString("a map with the key 'a' twice"));
  }
}
