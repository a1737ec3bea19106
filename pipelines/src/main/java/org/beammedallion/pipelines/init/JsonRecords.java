package org.beammedallion.pipelines.init;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The records of a JSON file's beginning: lines, elements of an array, or those of an array inside
 * the only document. What breaks off is passed over.
 */
final class JsonRecords {

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
  private static final int DEEPEST = 3;

  private static final int PROBED_LINES = 20;

  private final FileHead head;
  private final List<String> evidence = new ArrayList<>();
  private List<String> path = List.of();
  private long broken;
  private long others;

  private JsonRecords(FileHead head) {
    this.head = head;
  }

  /** Reads the records of a file, each of which is an object. */
  static JsonRecords read(FileHead head, Consumer<JsonNode> each) throws IOException {
    JsonRecords records = new JsonRecords(head);
    String text = head.text();
    if (isLines(text)) {
      records.lines(text, each);
    } else {
      records.document(text, each);
    }
    return records;
  }

  /**
   * Names of the members that lead to the records inside the document; empty where there are none.
   */
  List<String> path() {
    return path;
  }

  List<String> evidence() {
    return evidence;
  }

  /** How many records could not be read. */
  long broken() {
    return broken;
  }

  /** How many elements are no objects. */
  long others() {
    return others;
  }

  /** Whether each line is a record. The first one may be broken, as where a log was rotated. */
  static boolean isLines(String text) {
    if (text.indexOf('\n') < 0 || text.startsWith("[")) {
      return false;
    }
    List<String> lines = text.lines().filter(line -> !line.isBlank()).limit(PROBED_LINES).toList();
    long objects = lines.stream().filter(JsonRecords::isObject).count();
    return !lines.isEmpty()
        && (isObject(lines.get(0)) || (lines.size() > 1 && objects * 2 >= lines.size()));
  }

  private static boolean isObject(String line) {
    if (!line.strip().startsWith("{")) {
      return false;
    }
    try (JsonParser parser = JSON.createParser(line)) {
      return parser.readValueAsTree() instanceof ObjectNode && parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }

  private void lines(String text, Consumer<JsonNode> each) {
    Iterator<String> lines = text.lines().iterator();
    while (lines.hasNext()) {
      String line = lines.next();
      boolean cut = !lines.hasNext() && !head.whole();
      if (line.isBlank() || cut) {
        continue;
      }
      try {
        accept(JSON.readTree(line), each);
      } catch (JsonProcessingException e) {
        broken++;
      }
    }
  }

  private void document(String text, Consumer<JsonNode> each) throws IOException {
    List<JsonNode> documents = new ArrayList<>();
    try (JsonParser parser = JSON.createParser(text)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.START_ARRAY) {
          while (parser.nextToken() != JsonToken.END_ARRAY) {
            accept(parser.readValueAsTree(), each);
          }
        } else {
          JsonNode document = parser.readValueAsTree();
          documents.add(document);
        }
      }
    } catch (JsonProcessingException e) {
      if (head.whole()) {
        broken++;
        evidence.add("the file stops being JSON: " + e.getOriginalMessage());
      }
    }
    if (documents.size() == 1) {
      single(documents.get(0), each);
    } else if (documents.isEmpty() && !head.whole() && text.strip().startsWith("{")) {
      firstArray(text, each);
    } else {
      documents.forEach(document -> accept(document, each));
    }
  }

  /** A document is a record, unless an array of records stands in it. */
  private void single(JsonNode document, Consumer<JsonNode> each) {
    Map<List<String>, Integer> arrays = new LinkedHashMap<>();
    find(document, List.of(), arrays);
    List<String> longest = List.of();
    int most = 0;
    for (Map.Entry<List<String>, Integer> array : arrays.entrySet()) {
      if (array.getValue() > most) {
        longest = array.getKey();
        most = array.getValue();
      }
    }
    if (longest.isEmpty()) {
      accept(document, each);
      return;
    }
    path = longest;
    evidence.add(
        "path: '"
            + String.join(".", longest)
            + "' is an array of "
            + most
            + " objects"
            + others(arrays, longest));
    JsonNode records = document;
    for (String name : longest) {
      records = records.get(name);
    }
    records.forEach(record -> accept(record, each));
  }

  /** Of a document that is cut, the elements of the first array of objects that are whole. */
  private void firstArray(String text, Consumer<JsonNode> each) throws IOException {
    List<String> at = new ArrayList<>();
    try (JsonParser parser = JSON.createParser(text)) {
      parser.nextToken();
      while (parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.END_OBJECT) {
          at.remove(at.size() - 1);
          continue;
        }
        at.add(parser.currentName());
        JsonToken value = parser.nextToken();
        if (value == JsonToken.START_OBJECT && at.size() < DEEPEST) {
          continue;
        } else if (value == JsonToken.START_ARRAY && parser.nextToken() == JsonToken.START_OBJECT) {
          path = List.copyOf(at);
          evidence.add("path: '" + String.join(".", at) + "' is the first array of objects");
          while (parser.currentToken() == JsonToken.START_OBJECT) {
            accept(parser.readValueAsTree(), each);
            parser.nextToken();
          }
          return;
        } else if (parser.currentToken() != JsonToken.END_ARRAY) {
          skip(parser, value == JsonToken.START_ARRAY);
        }
        at.remove(at.size() - 1);
      }
    } catch (JsonProcessingException e) {
      // The document was cut here.
      return;
    }
  }

  /** Passes over the value at hand, and where it is the first of an array, over the others. */
  private static void skip(JsonParser parser, boolean element) throws IOException {
    parser.skipChildren();
    while (element && parser.nextToken() != JsonToken.END_ARRAY) {
      parser.skipChildren();
    }
  }

  private static String others(Map<List<String>, Integer> arrays, List<String> chosen) {
    Map<String, Integer> named = new TreeMap<>();
    arrays.forEach(
        (at, size) -> {
          if (!at.equals(chosen)) {
            named.put(String.join(".", at), size);
          }
        });
    return named.isEmpty() ? "" : "; others are " + named;
  }

  private static void find(JsonNode node, List<String> at, Map<List<String>, Integer> arrays) {
    if (node.isArray()) {
      if (!node.isEmpty() && node.get(0).isObject()) {
        arrays.put(at, node.size());
      }
    } else if (node.isObject() && at.size() < DEEPEST) {
      node.fields()
          .forEachRemaining(
              member -> {
                List<String> below = new ArrayList<>(at);
                below.add(member.getKey());
                find(member.getValue(), below, arrays);
              });
    }
  }

  private void accept(JsonNode record, Consumer<JsonNode> each) {
    if (record.isObject()) {
      each.accept(record);
    } else {
      others++;
    }
  }
}
