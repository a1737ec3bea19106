package org.beammedallion.transforms.raw;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Collections;
import java.util.List;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.transforms.raw.JsonFormat.Layout;
import org.beammedallion.transforms.raw.TextFile.Found;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonFilesTest {

  private static final TextFormat AUTO = TextFormat.json(JsonFormat.AUTO, TextEncoding.UTF_8);
  private static final TextFormat LINES = TextFormat.json(JsonFormat.LINES, TextEncoding.UTF_8);
  private static final TextFormat DOCUMENT =
      TextFormat.json(new JsonFormat(Layout.DOCUMENT, List.of()), TextEncoding.UTF_8);

  private static TextFormat path(String... parts) {
    return TextFormat.json(new JsonFormat(Layout.AUTO, List.of(parts)), TextEncoding.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[\n{\"id\":1},\n{\"id\":2},\n{\"id\":3}\n]\n",
        "[{\"id\":1},{\"id\":2},{\"id\":3}]",
        " \n\t[ {\"id\":1} , {\"id\":2}\r\n,{\"id\":3} ] ",
        "\uFEFF[{\"id\":1},{\"id\":2},{\"id\":3}]",
        "[{\"id\":1}]\n[{\"id\":2},{\"id\":3}]\n[]\n",
        "{\"id\":1}\n{\"id\":2}\n{\"id\":3}\n",
        "{\"id\":1}\r{\"id\":2}\r{\"id\":3}\r",
        "{\"id\":1}\r\n{\"id\":2}\r\n\r\n{\"id\":3}",
        "{\"id\":1}\n{\"id\":2} \r {\"id\":3}\r\n",
        "{\"id\":1}{\"id\":2}{\"id\":3}",
        "{\"id\":1} {\"id\":2}\n{\"id\":3}"
      })
  void findsTheRecordsOf(String text) throws IOException {
    List<String> records = List.of("{\"id\":1}", "{\"id\":2}", "{\"id\":3}");
    for (int size = 1; size < 9; size++) {
      TextFile file = TextFile.of(text).inChunks(size).inPieces(9 - size);
      assertThat(file.texts(AUTO).stream().map(String::strip).toList(), is(records));
    }
    for (Found found : TextFile.of(text).found(AUTO)) {
      byte[] bytes = text.getBytes(UTF_8);
      int at = (int) found.position();
      assertThat(new String(bytes, at, bytes.length - at, UTF_8), startsWith(found.text()));
    }
  }

  @Test
  void takesAPrettyPrintedObjectForARecord() throws IOException {
    String one = "{\n  \"id\" : 1,\n  \"tags\": [\n    \"a}\", \"\\\"{\"\n  ]\n}";
    String two = "{\r\n  \"id\" : 2 }";

    assertThat(TextFile.of(one).texts(AUTO), is(List.of(one)));
    assertThat(TextFile.of(one + "\n" + two + "\n").texts(AUTO), is(List.of(one, two)));
    assertThat(TextFile.of("{\r\"id\":1,\r\"x\":2\r}\r" + two).texts(AUTO), hasSize(2));
    assertThat(TextFile.of("[\n" + one + ",\n" + two + "\n]").texts(AUTO), is(List.of(one, two)));
  }

  @Test
  void keepsToLinesWhereTheFirstOneIsBroken() throws IOException {
    for (String broken :
        List.of(
            "{\"id\":1",
            "{\"id\":",
            "{\"id\":1,",
            "{\"id\":\"x",
            "{\"a\":{\"b\":1}",
            "{",
            "[x",
            "[2026-01-01 {}")) {
      List<String> texts =
          TextFile.of(broken + "\n{\"id\":2}\n{\"id\":3}\n{\"id\":4}\n").texts(AUTO);

      assertThat(broken, texts, is(List.of(broken, "{\"id\":2}", "{\"id\":3}", "{\"id\":4}")));
    }
  }

  @Test
  void takesEachElementThatIsNoObjectForARecord() throws IOException {
    assertThat(
        TextFile.of("[1,\n\"a]\\\"\", null,[{}, []] , -1.5e3,true]").texts(AUTO),
        is(List.of("1", "\"a]\\\"\"", "null", "[{}, []]", "-1.5e3", "true")));
    assertThat(TextFile.of("12 \"a\"\n17").texts(DOCUMENT), is(List.of("12", "\"a\"", "17")));
  }

  @Test
  void doesWhatItIsTold() throws IOException {
    assertThat(TextFile.of("[\n{\"id\":1}\n]").texts(LINES), is(List.of("[", "{\"id\":1}", "]")));
    assertThat(TextFile.of("{\"id\":\n{}}").texts(LINES), hasSize(2));
    assertThat(
        TextFile.of("{\"id\":1}\n{\"id\":2}").texts(DOCUMENT),
        is(List.of("{\"id\":1}", "{\"id\":2}")));
  }

  @Test
  void followsAPathToTheRecords() throws IOException {
    String items = "[ {\"id\":1}, {\"id\":2} ]";
    List<String> records = List.of("{\"id\":1}", "{\"id\":2}");
    for (int size = 1; size < 30; size++) {
      for (String text :
          List.of(
              "{\"items\":" + items + "}",
              "{\"meta\": {\"items\": [{\"id\":7}]}, \"n\" : -1, \"items\" :\n"
                  + items
                  + ", \"next\":null, \"s\":\"]}\" }\n",
              "{\"items\":[{\"id\":1}]}\n{\"items\":[{\"id\":2}]}\n{\"items\":null}{\"items\":[]}",
              "{\"it\\u0065ms\":" + items + "}",
              "{\"items\":{\"id\":1}} {\"items\":{\"id\":2}}")) {
        assertThat(text, TextFile.of(text).inChunks(size).texts(path("items")), is(records));
      }
      assertThat(
          TextFile.of(
                  "{\"items\":[{\"id\":9}],\"data\":{\"x\":{},\"items\":" + items + ",\"y\":1}}")
              .inChunks(size)
              .texts(path("data", "items")),
          is(records));
    }
    assertThat(
        TextFile.of("{\"größe\":[{\"id\":1}]}").texts(path("größe")), is(List.of("{\"id\":1}")));
  }

  private static String refusal(TextFile file, TextFormat format) {
    return assertThrows(
            RefusedFileException.class,
            () -> {
              try (RawBatches batches = file.open(format)) {
                TextFile.found(batches);
              }
            })
        .why();
  }

  @Test
  void refusesADocumentWithoutThePath() {
    assertThat(
        refusal(TextFile.of("{\"rows\":[{\"id\":1}],\"meta\":{}}"), path("items")),
        allOf(startsWith("has no 'items'"), containsString("are 'rows', 'meta' in the document")));
    assertThat(
        refusal(TextFile.of("{\"data\":{\"rows\":[]}}"), path("data", "items")),
        allOf(containsString("no 'data.items'"), containsString("are 'rows' in 'data'")));
    assertThat(refusal(TextFile.of("{}"), path("items")), containsString("There is nothing"));
    assertThat(
        refusal(TextFile.of("{\"items\":[{\"id\":1}]} trailing"), path("items")),
        startsWith("has behind a document a boolean, where the path 'items' wants an object"));
    assertThat(
        refusal(TextFile.of("[{\"items\":[]}]"), path("items")),
        startsWith("begins with an array, where the path 'items' wants an object"));
    assertThat(
        refusal(TextFile.of("{\"data\":[]}"), path("data", "items")),
        startsWith("has an array as 'data'"));
    assertThat(
        refusal(TextFile.of("{\"items\":\"none\"}"), path("items")),
        startsWith("has a text as 'items', where an array of records was expected"));
    assertThat(
        refusal(TextFile.of("{\"items\":[],\"items\":[]}"), path("items")),
        startsWith("has 'items' twice"));
    assertThat(
        refusal(TextFile.of("{\"items\":[{}]}\n{\"error\":\"late\"}"), path("items")),
        startsWith("has no 'items'"));
  }

  @Test
  void rejectsTheRestWhereADocumentIsBroken() throws IOException {
    for (int size = 1; size < 30; size++) {
      for (String tail : List.of("", "{\"id\":2", "{\"id\":\"2]", ",\n{\"id\":2", ",")) {
        String text = "[{\"id\":1}" + (tail.startsWith("{") ? "," : "") + tail;
        List<Found> found = TextFile.of(text).inChunks(size).found(DOCUMENT);

        assertThat(text, found, hasSize(2));
        assertThat(found.get(0).text(), is("{\"id\":1}"));
        assertThat(found.get(1).reason(), is(Reason.MALFORMED));
        assertThat(
            found.get(1).text(),
            is(tail.indexOf('{') < 0 ? "" : tail.substring(tail.indexOf('{'))));
      }
    }
    assertThat(TextFile.of("[{\"id\":1},]").texts(AUTO), is(List.of("{\"id\":1}", "MALFORMED:]")));
    assertThat(
        TextFile.of("[{\"id\":1} {\"id\":2}]").texts(AUTO),
        is(List.of("{\"id\":1}", "MALFORMED:{\"id\":2}]")));
    assertThat(
        TextFile.of("[{\"id\":1}]\n# end").texts(AUTO),
        is(List.of("{\"id\":1}", "MALFORMED:# end")));
    assertThat(TextFile.of("[").texts(AUTO), is(List.of("MALFORMED:")));
  }

  @Test
  void tellsAStreamThatBreaksOff() throws IOException {
    InputStream broken =
        new SequenceInputStream(
            new ByteArrayInputStream("[{\"id\":1},{\"i".getBytes(UTF_8)),
            new InputStream() {
              @Override
              public int read() throws IOException {
                throw new CorruptStreamException("The gzip file ends early.", new EOFException());
              }

              @Override
              public int read(byte[] target, int offset, int length) throws IOException {
                return read();
              }
            });
    try (RawBatches batches =
        TextRecords.open(p -> broken, Framing.of("memory:test", 0), AUTO, FileCheck.NONE)) {
      RawBatch batch = batches.next();

      assertThat(batch.count(), is(1));
      assertThat(batch.breaksOff(), is(true));
      assertThat(batch.rejects().get(0).detail(), containsString("The gzip file ends early."));
      assertThat(new String(batch.rejects().get(0).payload(), UTF_8), is("{\"i"));
      assertThat(batches.next(), is(nullValue()));
    }
  }

  @Test
  void setsRecordsOverTheLimitAside() throws IOException {
    for (int size = 1; size < 30; size++) {
      assertThat(
          TextFile.of("[{\"i\":1},{\"i\":12},{\"i\":[1,2,3]},\"1234567\",{}]")
              .withMaxRecordBytes(8)
              .inChunks(size)
              .texts(AUTO),
          is(
              List.of(
                  "{\"i\":1}",
                  "{\"i\":12}",
                  "OVERSIZED:{\"i\":[1,2,3]}",
                  "OVERSIZED:\"1234567\"",
                  "{}")));
    }
  }

  private static final byte[] FOUR_KB =
      ("{\"id\":1,\"text\":\"" + "x".repeat(4_000) + "\"},\n").getBytes(UTF_8);

  private static InputStream text(String text) {
    return new ByteArrayInputStream(text.getBytes(UTF_8));
  }

  /** The same record again and again. */
  private static InputStream repeated(long times) {
    return new InputStream() {
      private long left = times * FOUR_KB.length;

      @Override
      public int read() {
        throw new AssertionError("Bytes are read one by one.");
      }

      @Override
      public int read(byte[] target, int offset, int length) {
        if (left == 0) {
          return -1;
        }
        int at = (int) (FOUR_KB.length - left % FOUR_KB.length) % FOUR_KB.length;
        int count = Math.min(length, FOUR_KB.length - at);
        System.arraycopy(FOUR_KB, at, target, offset, count);
        left -= count;
        return count;
      }
    };
  }

  private static void readsInLittleMemory(TextFormat format, long records, InputStream... parts)
      throws IOException {
    InputStream file = new SequenceInputStream(Collections.enumeration(List.of(parts)));
    System.gc();
    long before = usedMemory();
    long most = 0;
    long count = 0;
    try (RawBatches batches =
        TextRecords.open(p -> file, Framing.of("memory:test", 0), format, FileCheck.NONE)) {
      for (RawBatch batch = batches.next(); batch != null; batch = batches.next()) {
        assertThat(batch.rejects().toString(), batch.rejects().size(), is(0));
        count += batch.count();
        most = Math.max(most, batch.bytes().length);
      }
    }
    assertThat(count, is(records));
    assertThat(most, is(lessThan(1L << 21)));
    assertThat(usedMemory() - before, is(lessThan(1L << 28)));
  }

  /** An array of records, of which each is small. */
  @Test
  void streamsADocumentOfGigabytesInLittleMemory() throws IOException {
    long records = 400_000;
    readsInLittleMemory(AUTO, records + 1, text("["), repeated(records), text("{}]"));
  }

  /** The array stands in an object, behind a member of gigabytes that nobody wants. */
  @Test
  void passesOverMembersOfGigabytesInLittleMemory() throws IOException {
    long records = 100_000;
    readsInLittleMemory(
        path("data", "items"),
        records + 1,
        text("{\"version\":1,\"skipped\":["),
        repeated(400_000),
        text("{}],\"data\":{\"more\":[1,2],\"items\":["),
        repeated(records),
        text("{}]},\"behind\":["),
        repeated(10_000),
        text("{}]}"));
  }

  private static long usedMemory() {
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @Test
  void readsADocumentInItsFirstShardAlone() throws IOException {
    TextFile file = TextFile.of("[{\"id\":1},\n{\"id\":2},\n{\"id\":3}]");

    assertThat(file.found(AUTO, 0, 5), hasSize(3));
    assertThat(file.found(AUTO, 5, 20), is(empty()));
    assertThat(file.found(AUTO, 20, Long.MAX_VALUE), is(empty()));
  }

  @Test
  void tellsOfAFileWithBytesButNoRecord() throws IOException {
    for (String text : List.of("\n", " \n\r\n\t", "\r", "\uFEFF", "\uFEFF\n\n")) {
      for (TextFormat format : List.of(AUTO, LINES, DOCUMENT)) {
        assertThat(TextFile.of(text).texts(format), is(empty()));
        assertThat(
            TextFile.of(text).warning(format), startsWith("has no record, only white space"));
      }
    }
    for (String text : List.of("[]", "[ ]\n")) {
      assertThat(TextFile.of(text).texts(AUTO), is(empty()));
      assertThat(
          TextFile.of(text).warning(AUTO),
          startsWith("has no record, only an array without elements"));
    }
    for (String text : List.of("", "{}", "{\"a\":1}\n", "[{\"a\":1}]", "[{\"a\":1}]\n[]")) {
      assertThat(TextFile.of(text).warning(AUTO), is(nullValue()));
    }
    assertThat(TextFile.of("x\n").texts(AUTO), everyItem(is("x")));
    assertThat(
        TextFile.of("{\"items\":[{}]}\n{\"items\":[]}").warning(path("items")), is(nullValue()));
    assertThat(
        TextFile.of("{\"items\":[]}").warning(path("items")),
        startsWith("has no record, only an array without elements"));
  }

  /** What is cut is no record, and the file is not a whole one. */
  @Test
  void rejectsAnObjectThatTheFileEndsIn() throws IOException {
    for (String cut :
        List.of(
            "{\"id\":2", "{\"id\":2,\"t\":\"}", "{\"o\":{\"id\":2}", "{\"a\":[{\"b\":1}", "{")) {
      assertThat(
          TextFile.of("{\"id\":1}\n" + cut).texts(LINES),
          is(List.of("{\"id\":1}", "MALFORMED:" + cut)));
    }
    for (String whole : List.of("{\"t\":\"{\\\"\"}", " {\"a\":[1]} ", "x{", "{\"a\":1}}")) {
      assertThat(
          TextFile.of("{\"id\":1}\n" + whole).texts(LINES), is(List.of("{\"id\":1}", whole)));
    }
    // A line that is broken within the file is a record, and others come after it.
    assertThat(
        TextFile.of("{\"id\":1}\n{\"id\":2\n{\"id\":3}").texts(LINES),
        is(List.of("{\"id\":1}", "{\"id\":2", "{\"id\":3}")));
  }

  @Test
  void looksAtTheWholeBeginning() throws IOException {
    String filler = " ".repeat(70_000);

    assertThat(TextFile.of("{\n" + filler + "\"id\":1}").texts(AUTO), hasSize(1));
    assertThat(TextFile.of("[" + filler + "{\"id\":1}]").texts(AUTO), hasItem("{\"id\":1}"));
    assertThat(
        TextFile.of("{\"x\":\"" + filler + "\"}\n{\"id\":2}\n").texts(AUTO), hasItem("{\"id\":2}"));
  }
}
