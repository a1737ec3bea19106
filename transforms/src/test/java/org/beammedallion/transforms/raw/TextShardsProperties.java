package org.beammedallion.transforms.raw;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.beammedallion.transforms.raw.TextFile.Found;

class TextShardsProperties {

  private static final ObjectMapper JACKSON = new ObjectMapper();
  private static final TextFormat AUTO = TextFormat.json(JsonFormat.AUTO, TextEncoding.UTF_8);

  /** However a file is cut into shards and chunks, its records are those that Jackson reads. */
  @Property(tries = 3_000)
  void anyCutGivesTheRecordsThatJacksonReads(
      @ForAll("files") String text,
      @ForAll @Size(max = 4) List<@IntRange(min = 1, max = 200) Integer> cuts,
      @ForAll @IntRange(min = 1, max = 40) int chunk,
      @ForAll @IntRange(min = 1, max = 7) int piece)
      throws IOException {
    TextFile file = TextFile.of(text).inChunks(chunk).inPieces(piece);
    List<Found> found = new ArrayList<>();
    List<Integer> borders = new ArrayList<>(new TreeSet<>(cuts));
    borders.add(0, 0);
    for (int i = 0; i < borders.size(); i++) {
      long to = i + 1 < borders.size() ? borders.get(i + 1) : Long.MAX_VALUE;
      found.addAll(file.found(AUTO, borders.get(i), to));
    }
    assertThat(found, is(TextFile.of(text).found(AUTO)));
    List<JsonNode> read = new ArrayList<>();
    for (Found record : found) {
      read.add(JACKSON.readTree(record.text()));
      int at = (int) record.position();
      assertThat(text.substring(at, at + record.text().length()), is(record.text()));
    }
    assertThat(read, is(jackson(text)));
  }

  private static List<JsonNode> jackson(String text) throws IOException {
    List<JsonNode> records = new ArrayList<>();
    try (MappingIterator<JsonNode> values =
        JACKSON.readerFor(JsonNode.class).readValues(JACKSON.createParser(text))) {
      while (values.hasNextValue()) {
        JsonNode value = values.nextValue();
        if (value.isArray()) {
          value.forEach(records::add);
        } else {
          records.add(value);
        }
      }
    }
    return records;
  }

  /** Records in one of the layouts, with one kind of line ends. */
  @Provide
  Arbitrary<String> files() {
    Arbitrary<String> text =
        Arbitraries.of("a", "}", "{", "[", "]", "\\\"", "\\\\", ",", ":", "\\n", " ")
            .list()
            .ofMaxSize(4)
            .map(parts -> "\"" + String.join("", parts) + "\"");
    Arbitrary<String> value =
        Arbitraries.oneOf(
            text, Arbitraries.of("1", "-2.5e3", "null", "true", "[]", "{}", "[{\"k\":[1,2]},3]"));
    Arbitrary<List<String>> records =
        Combinators.combine(text, value, value)
            .as((key, one, two) -> "{\"k\":~" + one + ",~" + key + ":" + two + "~}")
            .list()
            .ofMinSize(1)
            .ofMaxSize(5);
    return Combinators.combine(
            records,
            Arbitraries.of("\n", "\r", "\r\n"),
            Arbitraries.of("lines", "array", "pretty", "one", "run"))
        .as(TextShardsProperties::file);
  }

  private static String file(List<String> records, String end, String layout) {
    boolean pretty = layout.equals("pretty") || layout.equals("array");
    List<String> written =
        records.stream().map(record -> record.replace("~", pretty ? end + "  " : "")).toList();
    return switch (layout) {
      case "array" -> "[" + end + String.join("," + end, written) + end + "]" + end;
      case "one" -> "[" + String.join(",", written) + "]";
      case "run" -> String.join("", written);
      default -> String.join(end, written) + end;
    };
  }
}
