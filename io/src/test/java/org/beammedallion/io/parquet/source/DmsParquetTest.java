package org.beammedallion.io.parquet.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RecordChecks;
import org.beammedallion.transforms.decode.change.ChangeRows;
import org.beammedallion.transforms.decode.change.DmsFormat;
import org.beammedallion.transforms.decode.typed.TypedDecoder;
import org.beammedallion.transforms.decode.typed.TypedSettings;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Changes of AWS Database Migration Service in Parquet files. */
class DmsParquetTest {

  private static final RecordSchema ROWS =
      new RecordSchema(
          List.of(
              Field.required("id", FieldType.LONG),
              Field.required("name", FieldType.STRING),
              Field.optional("price", FieldType.decimal(9, 2)),
              Field.optional("_sequence", FieldType.STRING)));
  private static final DmsFormat FORMAT = new DmsFormat("Op", "cdc_ts");
  private static final String COLUMNS =
      "optional binary Op (STRING); %s optional int64 id; optional binary name (STRING); optional double price;";

  @TempDir Path folder;

  private static TypedDecoder decoder() {
    return TypedDecoder.dms(
        new ChangeRows(ROWS, List.of(0)),
        FORMAT,
        TypedSettings.DEFAULT,
        RecordChecks.of(RowLayout.of(ROWS), List.of(), List.of()).rejectingUnknownFields());
  }

  private ParquetWriter<Group> writer(Path file, MessageType type) throws IOException {
    return ExampleParquetWriter.builder(new LocalOutputFile(file)).withType(type).build();
  }

  private static Group row(MessageType type, String operation, Object time, long id) {
    Group row = new SimpleGroup(type);
    if (operation != null) {
      row.add("Op", operation);
    }
    if (time instanceof Long number) {
      row.add("cdc_ts", number);
    } else {
      row.add("cdc_ts", time.toString());
    }
    row.add("id", id);
    return row;
  }

  private SourceFiles.Read read(String time, Object first, Object second) throws IOException {
    MessageType type =
        MessageTypeParser.parseMessageType("message m { " + COLUMNS.formatted(time) + " }");
    Path file = folder.resolve("20260101-000000000.parquet");
    java.nio.file.Files.deleteIfExists(file);
    try (ParquetWriter<Group> out = writer(file, type)) {
      Group insert = row(type, "I", first, 1);
      insert.add("name", "Ada");
      insert.add("price", 12.5);
      out.write(insert);
      // Of a deleted row only the key is looked at.
      Group delete = row(type, "D", second, 1);
      delete.add("price", 0.001);
      out.write(delete);
      Group unknown = row(type, null, second, 2);
      unknown.add("name", "Ada");
      out.write(unknown);
      out.write(row(type, "U", second, 3));
    }
    return SourceFiles.read(file, 1, decoder(), ROWS);
  }

  @Test
  void changesAreRowsInTheOrderOfTheirTimes() throws IOException {
    SourceFiles.Read texts =
        read(
            "optional binary cdc_ts (STRING);",
            "2026-11-01 10:00:00.000001",
            "2026-11-01 10:00:00.000002");
    assertThat(texts.column("id"), is(List.of(1L, 1L)));
    assertThat(texts.value(0, "name"), is("Ada"));
    assertThat(texts.value(1, "name"), is(nullValue()));
    assertThat(
        texts.value(1, "_sequence").toString(),
        is(greaterThan(texts.value(0, "_sequence").toString())));
    assertThat(
        texts.rejects().stream().map(letter -> letter.reason()).toList(),
        is(List.of(Reason.UNSUPPORTED_CHANGE, Reason.MISSING_REQUIRED)));
    assertThat(texts.rejects().get(0).detail(), containsString("'Op' is empty"));
  }

  @Test
  void aTimestampSaysTheSameAsItsText() throws IOException {
    long micros = Instant.parse("2026-11-01T10:00:00Z").getEpochSecond() * 1_000_000;
    SourceFiles.Read texts =
        read(
            "optional binary cdc_ts (STRING);",
            "2026-11-01 10:00:00.000001",
            "2026-11-01 10:00:00.000002");
    SourceFiles.Read times =
        read("optional int64 cdc_ts (TIMESTAMP(MICROS,true));", micros + 1, micros + 2);
    assertThat(times.column("_sequence"), is(texts.column("_sequence")));
  }

  @Test
  void deletesAreMarked() throws IOException {
    MessageType type =
        MessageTypeParser.parseMessageType(
            "message m { " + COLUMNS.formatted("optional binary cdc_ts (STRING);") + " }");
    Path file = folder.resolve("deletes.parquet");
    try (ParquetWriter<Group> out = writer(file, type)) {
      out.write(row(type, "D", "2026-11-01 10:00:00", 5));
    }
    try (SourceRows rows = SourceRows.open(SourceFiles.shards(file, 1).get(0), decoder())) {
      RowBatch batch = rows.next();
      assertThat(RowBatch.isDelete(batch.bytes(), 0), is(true));
    }
  }

  private String refusal(String name, String columns) throws IOException {
    Path file = fileOf(name, columns);
    return assertThrows(
            RefusedFileException.class,
            () -> SourceRows.open(SourceFiles.shards(file, 1).get(0), decoder()).close())
        .getMessage();
  }

  /** A file of one row, which has a value in its first column alone. */
  private Path fileOf(String name, String columns) throws IOException {
    MessageType type = MessageTypeParser.parseMessageType("message m { " + columns + " }");
    Path file = folder.resolve(name);
    try (ParquetWriter<Group> out = writer(file, type)) {
      Group row = new SimpleGroup(type);
      row.add(0, "I");
      out.write(row);
    }
    return file;
  }

  @Test
  void aFileOfChangesNeedsTheColumnsOfDms() throws IOException {
    String rest = "optional int64 id; optional binary name (STRING);";
    assertThat(
        refusal("1.parquet", "optional binary cdc_ts (STRING); " + rest),
        allOf(
            containsString("has no column 'Op', which each change must have"),
            containsString("'cdc_ts', 'id', 'name'"),
            containsString("begins with LOAD"),
            containsString("'dms'")));
    assertThat(
        refusal("2.parquet", "optional binary Op (STRING); " + rest),
        containsString("has no column 'cdc_ts'"));
    assertThat(
        refusal("3.parquet", "repeated binary Op (STRING); optional binary cdc_ts; " + rest),
        containsString("'Op' that is no single value"));
    assertThat(
        refusal("4.parquet", "optional binary Op; optional binary cdc_ts; optional binary name;"),
        containsString("has no column 'id', which each change must have"));
  }

  @Test
  void aFullLoadMayLackTheColumnsOfDms() throws IOException {
    Path file = fileOf("LOAD00000001.parquet", "optional binary name (STRING); optional int64 id;");
    try (SourceRows rows = SourceRows.open(SourceFiles.shards(file, 1).get(0), decoder())) {
      assertThat(rows.next().rejects().get(0).reason(), is(Reason.MISSING_REQUIRED));
    }
  }

  @Test
  void columnsOfDmsThatDifferInCaseAloneAreReadAndToldOf() throws IOException {
    MessageType type =
        MessageTypeParser.parseMessageType(
            "message m { optional binary op (STRING); optional binary CDC_TS (STRING);"
                + " optional int64 id; optional binary name (STRING); }");
    Path file = folder.resolve("alike.parquet");
    try (ParquetWriter<Group> out = writer(file, type)) {
      Group row = new SimpleGroup(type);
      row.add("op", "D");
      row.add("CDC_TS", "2026-11-01 10:00:00");
      row.add("id", 5L);
      out.write(row);
    }
    try (SourceRows rows = SourceRows.open(SourceFiles.shards(file, 1).get(0), decoder())) {
      assertThat(
          rows.warning(),
          allOf(
              containsString("'op' was used for it"), containsString("'CDC_TS' was used for it")));
      assertThat(RowBatch.isDelete(rows.next().bytes(), 0), is(true));
    }
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          I, '', 1, Ada, UNSUPPORTED_CHANGE, 'cdc_ts' is ''
          I, tomorrow, 1, Ada, UNSUPPORTED_CHANGE, 'cdc_ts' is 'tomorrow'
          I, , 1, Ada, UNSUPPORTED_CHANGE, 'cdc_ts' is empty
          X, 2026-11-01 10:00:00, 1, Ada, UNSUPPORTED_CHANGE, 'Op' is 'X'
          D, 2026-11-01 10:00:00, , Ada, UNSUPPORTED_CHANGE, The deleted row is unknown: the key
          U, 2026-11-01 10:00:00, , Ada, MISSING_REQUIRED, id
          """,
      quoteCharacter = '"')
  void reasonsAreThoseOfOtherFormats(
      String operation, String time, Long id, String name, Reason reason, String detail)
      throws IOException {
    MessageType type =
        MessageTypeParser.parseMessageType(
            "message m { " + COLUMNS.formatted("optional binary cdc_ts (STRING);") + " }");
    Path file = folder.resolve("reasons.parquet");
    try (ParquetWriter<Group> out = writer(file, type)) {
      Group row = new SimpleGroup(type);
      row.add("Op", operation);
      if (time != null) {
        row.add("cdc_ts", time.equals("''") ? "" : time);
      }
      if (id != null) {
        row.add("id", id);
      }
      row.add("name", name);
      out.write(row);
    }
    SourceFiles.Read read = SourceFiles.read(file, 1, decoder(), ROWS);
    assertThat(read.rejects().get(0).reason(), is(reason));
    assertThat(read.rejects().get(0).detail(), containsString(detail));
  }

  /** What a change is never depends on its neighbours, nor on how rows are cut into groups. */
  @Test
  void anyOrderAndAnyCutGiveTheSameChanges() throws IOException {
    MessageType type =
        MessageTypeParser.parseMessageType(
            "message m { " + COLUMNS.formatted("optional binary cdc_ts (STRING);") + " }");
    String[] operations = {"I", "U", "D", "X", null};
    String[] times = {"2026-11-01 10:00:00.000001", "2025-01-01 00:00:00", "tomorrow"};
    List<Group> changes = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      Group change = row(type, operations[i % 5], times[i % 3], i);
      if (i % 7 != 0) {
        change.add("name", "name " + i);
      }
      if (i % 2 == 0) {
        change.add("price", i / 4.0);
      }
      changes.add(change);
    }
    List<String> expected = null;
    for (int seed = 0; seed < 8; seed++) {
      Collections.shuffle(changes, new Random(seed));
      Path file = folder.resolve("20260101-" + seed + ".parquet");
      try (ParquetWriter<Group> out =
          ExampleParquetWriter.builder(new LocalOutputFile(file))
              .withType(type)
              .withRowGroupRowCountLimit(1 + seed * 40)
              .build()) {
        for (Group change : changes) {
          out.write(change);
        }
      }
      List<String> read = described(SourceFiles.read(file, 1 + seed % 3, decoder(), ROWS));
      expected = expected == null ? read : expected;
      assertThat(read.size(), is(300));
      assertThat("seed " + seed, read, is(expected));
    }
  }

  /** Rows and dead letters without their places, sorted. */
  private static List<String> described(SourceFiles.Read read) {
    List<String> all = new ArrayList<>();
    for (Map<String, Object> row : read.rows()) {
      String time = row.get("_sequence").toString().replaceFirst("\\.[^.]*\\.parquet.*", "");
      all.add(row.get("id") + " " + row.get("name") + " " + row.get("price") + " " + time);
    }
    for (DeadLetter letter : read.rejects()) {
      all.add(letter.reason() + " " + letter.detail() + new String(letter.payload(), UTF_8));
    }
    Collections.sort(all);
    return all;
  }

  @Test
  void aColumnThatSaysWhatAChangeIsIsNoField() {
    RecordSchema schema =
        new RecordSchema(
            List.of(
                Field.required("id", FieldType.LONG),
                Field.optional("cdc_ts", FieldType.TIMESTAMP),
                Field.optional("_sequence", FieldType.STRING)));
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                TypedDecoder.dms(
                    new ChangeRows(schema, List.of(0)),
                    FORMAT,
                    TypedSettings.DEFAULT,
                    org.beammedallion.transforms.check.RowCheck.NONE));
    assertThat(refused.getMessage(), containsString("says what a change is"));
  }
}
