package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.beammedallion.io.source.CycleLimits;
import org.beammedallion.pipelines.cycle.CycleListener;
import org.beammedallion.pipelines.driver.Outcome;
import org.beammedallion.quality.ledger.Ledger;
import org.beammedallion.quality.ledger.RefusedFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Text files are looked at as a whole: what they hold comes out right, or the file is refused. */
class TextFilesTest {

  @TempDir Path folder;
  private Path input;
  private Lake lake;

  @BeforeEach
  void makeFolders() throws IOException {
    input = Files.createDirectory(folder.resolve("in"));
    lake = new Lake(folder.resolve("lake"));
  }

  private Path pipeline(String format, String source, String silver) throws IOException {
    Files.writeString(
        folder.resolve("t.odcs.yaml"),
        """
        apiVersion: v3.1.0
        kind: DataContract
        id: t
        name: t
        version: 1.0.0
        status: active
        servers:
          - {server: local, type: local, path: "in/*", format: %s}
        schema:
          - name: t
            logicalType: object
            properties:
              - {name: a, logicalType: string}
              - {name: b, logicalType: string}
              - {name: c, logicalType: string}
        """
            .formatted(format));
    Path file = folder.resolve("t.pipeline.yaml");
    Files.writeString(
        file,
        """
        pipeline: t
        contract: t.odcs.yaml
        source: {server: local%s}
        silver: {%s}
        """
            .formatted(source, silver));
    return file;
  }

  private void file(String name, String text) throws IOException {
    Files.writeString(input.resolve(name), text);
  }

  private void file(String name, byte[] bytes) throws IOException {
    Files.write(input.resolve(name), bytes);
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  private static List<String> whys(Ledger ledger) {
    return ledger.input().refused().stream().map(RefusedFile::why).toList();
  }

  private static String row(String a, String b, String c) {
    return "{\"a\":\"%s\",\"b\":\"%s\",\"c\":\"%s\"}".formatted(a, b, c);
  }

  @ParameterizedTest
  @EnumSource(Runner.class)
  void csvIsReadWhateverEndsItsLines(Runner runner) throws Exception {
    Path pipeline = pipeline("csv", "", "write: append");
    file("cr.csv", "a,b,c\rc12,2,3\rc12,5,6\r");
    file("mix.csv", "a,b,c\r\n\"1\r2\",2,3\nm,5,6\r");
    file("cr.csv.gz", gzip("c,b,a\r9,8,\"7\n\"\r".getBytes(StandardCharsets.UTF_8)));
    file("blank.csv", "\r\n\r\n");
    file("none.csv", "a,b,c\n");
    file("empty.csv", "");
    Ledger ledger = lake.cycle(pipeline, runner);
    assertThat(
        lake.rows("silver", "t"),
        containsInAnyOrder(
            row("c12", "2", "3"),
            row("c12", "5", "6"),
            row("1\\r2", "2", "3"),
            row("m", "5", "6"),
            row("7\\n", "8", "9")));
    assertThat(ledger.read(), is(5L));
    assertThat(
        ledger.warnings(),
        containsInAnyOrder(
            allOf(containsString("blank.csv"), containsString("has no record, only white space")),
            allOf(containsString("none.csv"), containsString("has no record, only a header"))));
  }

  @Test
  void csvWithoutTheContractsColumnsIsRefused() throws Exception {
    Path pipeline = pipeline("csv", "", "write: append");
    file("semi.csv", "a;b;c\nc30;2;3\nc30;5;6\n");
    file("tabs.csv", "a\tb\tc\n1\t2\t3\n");
    file("values.csv", "c30,2,3\nc30,5,6\n");
    file("packed.csv", gzip("a,b,c\n1,2,3\n".getBytes(StandardCharsets.UTF_8)));
    file("case.csv", "A,B,C\nc31,2,3\n");
    Ledger ledger = lake.cycle(pipeline, Runner.DIRECT);
    assertThat(lake.rows("silver", "t"), contains(row("c31", "2", "3")));
    assertThat(ledger.read(), is(1L));
    assertThat(
        whys(ledger),
        containsInAnyOrder(
            containsString("'csv: {delimiter: ';'}'"),
            containsString("'csv: {delimiter: \"\\t\"}'"),
            containsString("'csv: {header: false}'"),
            containsString("'compression: gzip'")));
    assertThat(ledger.warnings(), contains(containsString("'A' for 'a'")));
    assertThat(lake.quarantine("t"), is(Map.of("FILE_REFUSED", 4L)));
  }

  @Test
  void overwriteLeavesTheTableAloneWhereTheFileIsRefused() throws Exception {
    Path pipeline = pipeline("csv", "", "write: overwrite, partitionBy: a");
    file("1.csv", "a,b,c\nx,1,1\ny,2,2\n");
    lake.cycle(pipeline, Runner.DIRECT);
    file("2.csv", "a;b;c\nx;3;3\n");
    Ledger refused = lake.cycle(pipeline, Runner.DIRECT);
    assertThat(whys(refused).size(), is(1));
    assertThat(
        lake.rows("silver", "t"), containsInAnyOrder(row("x", "1", "1"), row("y", "2", "2")));
    file("3.csv", "a,b,c\nx,4,4\n");
    file("4.csv", "q\nx\n");
    lake.cycle(pipeline, Runner.DIRECT);
    assertThat(
        lake.rows("silver", "t"), containsInAnyOrder(row("x", "4", "4"), row("y", "2", "2")));
  }

  /** A partition whose files fell into two cycles would keep the rows of the last one only. */
  @Test
  void overwriteTakesAllThatIsNewInOneCycle() throws Exception {
    Path pipeline = pipeline("csv", "", "write: overwrite, partitionBy: a");
    for (int part = 1; part <= 5; part++) {
      file(part + ".csv", "a,b,c\nx,%d,1\ny,%d,2\n".formatted(part, part));
    }
    Outcome outcome =
        lake.driver(pipeline, Runner.DIRECT, CycleListener.NONE)
            .limited(new CycleLimits(2, 20))
            .run();
    assertThat(outcome.more(), is(false));
    assertThat(outcome.warnings(), contains(containsString("All new files are one cycle")));
    assertThat(lake.rows("silver", "t").size(), is(10));
    file("6.csv", "a,b,c\nx,6,1\n");
    outcome =
        lake.driver(pipeline, Runner.DIRECT, CycleListener.NONE)
            .limited(new CycleLimits(1, 1))
            .run();
    assertThat(outcome.warnings(), is(List.of()));
    assertThat(lake.rows("silver", "t").size(), is(6));
  }

  /** An open quote takes all behind it into one field. */
  @Test
  void overwriteRefusesAFileInWhichAQuoteIsOpenAndOthersReadItsFirstPart() throws Exception {
    Path overwrite = pipeline("csv", "", "write: overwrite, partitionBy: a");
    file("1.csv", "a,b,c\nx,1,1\nx,2,2\n");
    lake.cycle(overwrite, Runner.DIRECT);
    String open = "a,b,c\nx,3,3\nx,\"4,4\nx,5,5\nx,6,6\n";
    file("2.csv", open);
    assertThat(
        whys(lake.cycle(overwrite, Runner.DIRECT)),
        contains(containsString("'write: overwrite' would replace whole partitions")));
    assertThat(
        lake.rows("silver", "t"), containsInAnyOrder(row("x", "1", "1"), row("x", "2", "2")));

    Lake other = new Lake(lake.folder().resolveSibling("other"));
    Path append = pipeline("csv", "", "write: append");
    Ledger ledger = other.cycle(append, Runner.DIRECT);
    assertThat(
        other.rows("silver", "t"),
        containsInAnyOrder(row("x", "1", "1"), row("x", "2", "2"), row("x", "3", "3")));
    assertThat(other.quarantine("t"), is(Map.of("MALFORMED", 1L)));
    assertThat(
        ledger.warnings(),
        contains(allOf(containsString("2.csv"), containsString("is damaged or ends early"))));
  }

  @Test
  void jsonNamesOfAnotherCaseAndObjectsWithCommasAreToldOf() throws Exception {
    Path pipeline = pipeline("json", "", "write: append");
    file("case.json", "{\"a\":\"1\",\"B\":\"x\"}\n");
    file("commas.json", "{\"a\":\"1\"},\n{\"a\":\"2\"},\n{\"a\":\"3\"}\n");
    Ledger ledger = lake.cycle(pipeline, Runner.DIRECT);
    assertThat(
        ledger.warnings(),
        hasItem(
            allOf(
                containsString("case.json has 'B' in its first object"),
                containsString("by case alone"))));
    assertThat(
        whys(ledger), contains(containsString("commas between them, and no brackets around them")));
    assertThat(SparkColumn.of(lake, "a"), contains("1"));
  }

  @Test
  void overwriteRefusesAFileThatBreaksOffAndOthersReadItsFirstPart() throws Exception {
    Path overwrite = pipeline("csv", "", "write: overwrite, partitionBy: a");
    file("1.csv", "a,b,c\nx,1,1\ny,2,2\n");
    lake.cycle(overwrite, Runner.DIRECT);
    StringBuilder text = new StringBuilder("a,b,c\n");
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      text.append("x,").append(random.nextLong()).append(",3\n");
    }
    byte[] whole = gzip(text.toString().getBytes(StandardCharsets.UTF_8));
    file("2.csv.gz", Arrays.copyOf(whole, whole.length / 2));
    Ledger refused = lake.cycle(overwrite, Runner.DIRECT);
    assertThat(
        whys(refused),
        contains(containsString("'write: overwrite' would replace whole partitions")));
    assertThat(
        lake.rows("silver", "t"), containsInAnyOrder(row("x", "1", "1"), row("y", "2", "2")));
    file("2.csv.gz", whole);
    assertThat(lake.cycle(overwrite, Runner.DIRECT).published(), is(20_000L));
    assertThat(lake.rows("silver", "t").size(), is(20_001));
  }

  @ParameterizedTest
  @EnumSource(Runner.class)
  void jsonIsReadInEachLayout(Runner runner) throws Exception {
    Path pipeline = pipeline("json", "", "write: append");
    file("array.json", "[\n{\"a\":\"1\"},\n{\"a\":\"2\"},\n{\"a\":\"3\"}\n]\n");
    file("pretty.json", "{\n  \"a\": \"4\",\n  \"b\": \"}\"\n}\n{\n  \"a\": \"5\"\n}\n");
    file("lines.json", "{\"a\":\"6\"}\n{\"a\":\"7\"}\n");
    file("cr.json", "{\"a\":\"8\"}\r{\"a\":\"9\"}\r");
    file("wide.json", "\uFEFF[{\"a\":\"ä\"}]".getBytes(StandardCharsets.UTF_16LE));
    file("array.json.gz", gzip("[{\"a\":\"z\"},7]".getBytes(StandardCharsets.UTF_8)));
    Ledger ledger = lake.cycle(pipeline, runner);
    assertThat(
        SparkColumn.of(lake, "a"),
        containsInAnyOrder("1", "2", "3", "4", "5", "6", "7", "8", "9", "z", "ä"));
    assertThat(ledger.read(), is(12L));
    assertThat(lake.quarantine("t"), is(Map.of("MALFORMED", 1L)));
    assertThat(bronzeEncodings(), contains("UTF-16LE"));
  }

  @Test
  void jsonIsReadWhereThePathLeads() throws Exception {
    Path pipeline = pipeline("json", ", json: {path: data.items}", "write: append");
    file("page.json", "{\"next\":null,\"data\":{\"n\":2,\"items\":[{\"a\":\"1\"},{\"a\":\"2\"}]}}");
    file("other.json", "{\"error\":\"none today\"}");
    Ledger ledger = lake.cycle(pipeline, Runner.DIRECT);
    assertThat(SparkColumn.of(lake, "a"), containsInAnyOrder("1", "2"));
    assertThat(whys(ledger), contains(containsString("has no 'data'")));
  }

  @Test
  void jsonAroundTheRecordsIsRefusedWithTheWayToThem() throws Exception {
    Path pipeline = pipeline("json", "", "write: append");
    file("pretty.json", "{\n  \"data\": {\n    \"items\": [ {\"a\": \"1\"} ]\n  }\n}\n");
    file("compact.json", "{\"rows\":[{\"a\":\"1\"},{\"a\":\"2\"}]}");
    file("record.json", "{\"a\":\"3\",\"more\":[{\"a\":\"4\"}]}\n{\"x\":[{}]}\n");
    Ledger ledger = lake.cycle(pipeline, Runner.DIRECT);
    assertThat(
        whys(ledger),
        containsInAnyOrder(
            containsString("'json: {path: data.items}'"), containsString("'json: {path: rows}'")));
    assertThat(ledger.published(), is(2L));
  }

  @Test
  void aByteOrderMarkIsNoPartOfARecord() throws Exception {
    Path pipeline = pipeline("csv", ", csv: {header: false}", "write: append");
    file("x1.csv", "\uFEFF\"c40\nl2\",2,3\nc40,5,6\n");
    file("x2.csv", "\uFEFFc41,2,3\n");
    file("x3.csv", "\uFEFF\"c42\",2,3\n");
    file("x4.csv", "\uFEFF");
    Ledger ledger = lake.cycle(pipeline, Runner.DIRECT);
    assertThat(
        lake.rows("silver", "t"),
        containsInAnyOrder(
            row("c40\\nl2", "2", "3"),
            row("c40", "5", "6"),
            row("c41", "2", "3"),
            row("c42", "2", "3")));
    assertThat(lake.quarantine("t"), is(anEmptyMap()));
    assertThat(
        ledger.warnings(), contains(containsString("x4.csv has no record, only white space")));
  }

  @Test
  void anEncodingIsReadAsItIsSaid() throws Exception {
    Path pipeline = pipeline("csv", ", encoding: windows-1252", "write: append");
    Charset windows = Charset.forName("windows-1252");
    file("w.csv", "a,b,c\n€,ß,1\n".getBytes(windows));
    file("u.csv", "\uFEFFa,b,c\n€,ü,2\n".getBytes(StandardCharsets.UTF_8));
    file("bad.csv", new byte[] {'a', ',', 'b', ',', 'c', '\n', (byte) 0x81, ',', '2', ',', '3'});
    Ledger ledger = lake.cycle(pipeline, Runner.DIRECT);
    assertThat(
        lake.rows("silver", "t"), containsInAnyOrder(row("€", "ß", "1"), row("€", "ü", "2")));
    assertThat(lake.quarantine("t"), is(Map.of("MALFORMED", 1L)));
    assertThat(
        ledger.records().examples().toString(),
        containsString(
            "The byte 0x81 at the beginning of the record is not a character in windows-1252"));
    assertThat(ledger.warnings(), is(empty()));
    assertThat(bronzeEncodings(), contains("windows-1252", "windows-1252"));
  }

  private List<String> bronzeEncodings() throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(lake.folder().resolve("bronze"))) {
      files = walk.filter(file -> file.toString().endsWith(".avro")).toList();
    }
    List<String> encodings = new ArrayList<>();
    for (Path file : files) {
      try (DataFileReader<GenericRecord> records =
          new DataFileReader<>(file.toFile(), new GenericDatumReader<>())) {
        String encoding = records.getMetaString("medallion.encoding");
        if (encoding != null) {
          encodings.add(encoding);
        }
      }
    }
    return encodings;
  }

  /** The values of a column. */
  private static final class SparkColumn {
    static List<String> of(Lake lake, String column) {
      return lake.read("silver", "t").text(column).stream().map(row -> row.get(0)).toList();
    }
  }
}
