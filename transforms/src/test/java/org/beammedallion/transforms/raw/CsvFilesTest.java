package org.beammedallion.transforms.raw;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CsvFilesTest {

  private static final TextFormat CSV = TextFormat.csv(CsvFormat.RFC_4180, TextEncoding.UTF_8);
  private static final TextFormat BARE =
      TextFormat.csv(CsvFormat.RFC_4180.withoutHeader(), TextEncoding.UTF_8);
  private static final TextFormat JSON = TextFormat.json(JsonFormat.AUTO, TextEncoding.UTF_8);

  @Test
  void takesEveryLineEnd() throws IOException {
    List<String> records = List.of("1,\"x\r\ny\rz\"", "2,b", "3,");
    for (String end : List.of("\n", "\r", "\r\n", "\r\r\n", "\n\r\n")) {
      String text = "a,b" + end + String.join(end, records);
      for (int chunk = 1; chunk < 20; chunk++) {
        assertThat(TextFile.of(text).inChunks(chunk).texts(CSV), is(records));
        assertThat(TextFile.of(text + end).inChunks(chunk).texts(CSV), is(records));
      }
    }
    assertThat(TextFile.of("a\n1\r2\r\n3\r4\n").texts(CSV), is(List.of("1", "2", "3", "4")));
  }

  @Test
  void takesAByteOrderMarkBeforeAQuotedField() throws IOException {
    for (int chunk = 1; chunk < 20; chunk++) {
      assertThat(
          TextFile.of("\uFEFF\"c40\nl2\",2,3\nc40,5,6\n").inChunks(chunk).texts(BARE),
          is(List.of("\uFEFF\"c40\nl2\",2,3", "c40,5,6")));
      assertThat(
          TextFile.of("a,b\n1,2\n\uFEFF\"x\ny\",4\n").inChunks(chunk).texts(CSV),
          is(List.of("1,2", "\uFEFF\"x\ny\",4")));
      assertThat(
          TextFile.of("\uFEFF\"a\nb\",c\r1,2\r").inChunks(chunk).texts(CSV), is(List.of("1,2")));
      assertThat(
          TextFile.of("x\uFEFF\"a\nb\",c\n").inChunks(chunk).texts(BARE),
          is(List.of("x\uFEFF\"a", "b\",c")));
    }
  }

  @Test
  void tellsOfAFileWithBytesButNoRecord() throws IOException {
    for (String text : List.of("\n", "\r", "\uFEFF", "\r\n\n", "\n\n  \n")) {
      assertThat(TextFile.of(text).texts(CSV), is(empty()));
      assertThat(TextFile.of(text).warning(CSV), startsWith("has no record, only white space"));
    }
    for (String text : List.of("a,b", "a,b\n", "\uFEFFa,b\r\n", "a,b\n\n")) {
      assertThat(TextFile.of(text).texts(CSV), is(empty()));
      assertThat(TextFile.of(text).warning(CSV), startsWith("has no record, only a header"));
    }
    for (String text : List.of("", "a,b\n1,2")) {
      assertThat(TextFile.of(text).warning(CSV), is(nullValue()));
    }
  }

  /** Every record as Commons CSV reads it, whatever ends its lines. */
  @Property(tries = 2_000)
  void findsTheRecordsThatCommonsCsvFinds(
      @ForAll("tables") List<List<String>> table, @ForAll @IntRange(min = 1, max = 30) int chunk)
      throws IOException {
    for (String end : List.of("\n", "\r", "\r\n")) {
      StringBuilder text = new StringBuilder();
      for (List<String> row : table) {
        List<String> quoted =
            row.stream().map(value -> "\"" + value.replace("\"", "\"\"") + "\"").toList();
        text.append(String.join(",", quoted)).append(end);
      }
      List<List<String>> read = new ArrayList<>();
      for (String record : TextFile.of(text.toString()).inChunks(chunk).texts(BARE)) {
        read.addAll(commons(record));
      }
      assertThat(read, is(commons(text.toString())));
      assertThat(read, is(table));
    }
  }

  private static List<List<String>> commons(String text) throws IOException {
    List<List<String>> records = new ArrayList<>();
    for (CSVRecord record : CSVFormat.RFC4180.parse(new StringReader(text)).getRecords()) {
      List<String> values = new ArrayList<>();
      record.forEach(values::add);
      records.add(values);
    }
    return records;
  }

  @Provide
  Arbitrary<List<List<String>>> tables() {
    Arbitrary<String> value = Arbitraries.strings().withChars("a\"\n\r, é\uFEFF").ofMaxLength(6);
    return value.list().ofSize(3).list().ofMinSize(1).ofMaxSize(5);
  }

  private static byte[] encoded(String text, Charset charset, String mark) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(HexFormat.of().parseHex(mark));
    bytes.writeBytes(text.getBytes(charset));
    return bytes.toByteArray();
  }

  @Property(tries = 500)
  void readsUtf16ByItsMark(
      @ForAll("unicode") String value,
      @ForAll @IntRange(min = 1, max = 20) int chunk,
      @ForAll @IntRange(min = 1, max = 5) int piece)
      throws IOException {
    String text = "a\n\"" + value + "\"\nä\n";
    for (byte[] bytes : List.of(encoded(text, UTF_16LE, "fffe"), encoded(text, UTF_16BE, "feff"))) {
      assertThat(
          TextFile.of(bytes).inChunks(chunk).inPieces(piece).texts(CSV),
          is(List.of("\"" + value + "\"", "ä")));
    }
  }

  @Provide
  Arbitrary<String> unicode() {
    return Arbitraries.of("a", "ß", "\u0800", "東", "\uFFFD", "🚀", "\uDBFF\uDFFF", "\n", "\r\n")
        .list()
        .ofMaxSize(12)
        .map(parts -> String.join("", parts));
  }

  @Test
  void readsDocumentsAndLinesInUtf16() throws IOException {
    for (String text : List.of("[{\"id\":1},{\"id\":\"é\"}]", "{\"id\":1}\r\n{\"id\":\"é\"}")) {
      TextFile file = TextFile.of(encoded(text, UTF_16LE, "fffe"));

      assertThat(file.texts(JSON), is(List.of("{\"id\":1}", "{\"id\":\"é\"}")));
      assertThat(file.found(JSON, 0, 4).size(), is(2));
      assertThat(file.found(JSON, 4, Long.MAX_VALUE), is(empty()));
      try (RawBatches batches = file.open(JSON)) {
        assertThat(batches.encoding(), is("UTF-16LE"));
      }
    }
    try (RawBatches batches = TextFile.of("{}").open(JSON)) {
      assertThat(batches.encoding(), is(nullValue()));
    }
  }

  @Test
  void leavesWhatIsNoCharacterInvalid() throws IOException {
    byte[] text = HexFormat.of().parseHex("fffe61000a00780000d879000a007a000a0041");
    List<byte[]> records = new ArrayList<>();
    try (RawBatches batches = TextFile.of(text).open(CSV)) {
      RawBatch batch = batches.next();
      for (int i = 0; i < batch.count(); i++) {
        records.add(batch.payload(i));
      }
    }
    assertThat(HexFormat.of().formatHex(records.get(0)), is("78eda08079"));
    assertThat(new String(records.get(1), UTF_8), is("z"));
    assertThat(HexFormat.of().formatHex(records.get(2)), is("ff"));
  }

  @ParameterizedTest
  @EnumSource(
      value = TextEncoding.class,
      names = {"ISO_8859_1", "WINDOWS_1252"})
  void readsEachByteOfAnEncoding(TextEncoding encoding) throws IOException {
    Charset charset =
        encoding == TextEncoding.ISO_8859_1 ? ISO_8859_1 : Charset.forName("windows-1252");
    TextFormat format = TextFormat.csv(CsvFormat.RFC_4180.withoutHeader(), encoding);
    for (int octet = 0x80; octet < 0x100; octet++) {
      byte[] one = {'x', (byte) octet, 'y', '\n'};
      String expected = new String(new byte[] {(byte) octet}, charset);
      try (RawBatches batches = TextFile.of(one).open(format)) {
        byte[] record = batches.next().payload(0);
        if (expected.equals("\uFFFD")) {
          assertThat(record, is(new byte[] {'x', (byte) octet, 'y'}));
        } else {
          assertThat(new String(record, UTF_8), is("x" + expected + "y"));
        }
      }
    }
    assertThat(TextFile.of("\uFEFF€\n").texts(format), is(List.of("\uFEFF€")));
  }

  private static String refusal(byte[] bytes, TextFormat format) {
    return assertThrows(RefusedFileException.class, () -> TextFile.of(bytes).open(format)).why();
  }

  @Test
  void refusesUtf32AndUtf16OfUnknownOrder() {
    assertThat(
        refusal(HexFormat.of().parseHex("fffe000061000000"), CSV), startsWith("is in UTF-32"));
    assertThat(
        refusal(HexFormat.of().parseHex("0000feff00000061"), JSON), startsWith("is in UTF-32"));
    assertThat(
        refusal("{\"id\":1}\n".getBytes(UTF_16LE), JSON), containsString("'encoding: utf-16le'"));
    assertThat(refusal("a,b\n1,2\n".getBytes(UTF_16BE), CSV), containsString("utf-16be"));
    TextFormat sixteen = TextFormat.csv(CsvFormat.RFC_4180, TextEncoding.UTF_16);
    assertThat(
        refusal("a\n".getBytes(UTF_16BE), sixteen),
        startsWith("does not begin with the byte order mark"));
  }

  @Test
  void readsUtf16OfAGivenOrder() throws IOException {
    TextFormat format = TextFormat.csv(CsvFormat.RFC_4180, TextEncoding.UTF_16BE);

    assertThat(TextFile.of("a\né\n".getBytes(UTF_16BE)).texts(format), is(List.of("é")));
  }

  @ParameterizedTest
  @CsvSource({
    "28b52ffd04004100, compressed by Zstandard",
    "425a683931415926535900, compressed by bzip2",
    "fd377a585a000004, compressed by xz",
    "5041523115041500, a Parquet file",
    "4f626a0104166176, an Avro file",
    "4f52430800000000, an ORC file",
    "504b030414000600, a zip archive or an Excel workbook",
    "d0cf11e0a1b11ae1, an Excel workbook",
    "00010203000000ff, looks binary"
  })
  void refusesWhatIsNoText(String hex, String what) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    assertThat(refusal(bytes, CSV), containsString(what));
    assertThat(refusal(bytes, JSON), containsString(what));
  }

  @Test
  void refusesACompressedFileWhoseNameDoesNotSaySo() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write("a,b\n1,2\n".getBytes(UTF_8));
    }
    assertThat(refusal(bytes.toByteArray(), CSV), containsString("'compression: gzip'"));
  }

  @Test
  void readsTextsThatBeginLikeOtherFiles() throws IOException {
    for (String header : List.of("PAR1,x", "ORC,x", "ORCHARD", "BZh", "%PDF", "PK")) {
      assertThat(TextFile.of(header + "\n1\n").texts(CSV), is(List.of("1")));
    }
    assertThat(TextFile.of("a\n" + "x".repeat(50) + "\0\ny\n").texts(CSV).size(), is(2));
    for (String text : List.of("x", ",")) {
      assertThat(TextFile.of(text).texts(BARE), is(List.of(text)));
    }
    assertThat(TextFile.of("\"").texts(BARE), is(List.of("MALFORMED:\"")));
  }
}
