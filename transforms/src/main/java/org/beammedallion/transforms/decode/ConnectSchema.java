package org.beammedallion.transforms.decode;

import java.util.HashMap;
import java.util.Map;

/**
 * Reads the schema that Kafka Connect's JSON converter puts beside a payload, as far as it tells
 * the types of a table's columns.
 */
final class ConnectSchema {

  private static final int MAX_DEPTH = 64;

  private final JsonScanner scanner = new JsonScanner(MAX_DEPTH);

  /** Types of the columns of {@code after}, by name; of {@code before} where there is no after. */
  Map<String, ConnectType> columns(byte[] text, int from, int to) throws MalformedRecord {
    scanner.reset(text, from, to);
    Map<String, ConnectType> columns = new HashMap<>();
    JsonMembers envelope = new JsonMembers("fields");
    envelope.scan(scanner, text, from, 1);
    forEachObject(
        text,
        envelope,
        0,
        p -> {
          JsonMembers image = new JsonMembers("field", "fields");
          int next = image.scan(scanner, text, p, 2);
          String name = image.text(0);
          if (name.equals("after") || name.equals("before")) {
            forEachObject(text, image, 1, column -> column(text, column, columns));
          }
          return next;
        });
    return columns;
  }

  private int column(byte[] text, int p, Map<String, ConnectType> columns) throws MalformedRecord {
    JsonMembers column = new JsonMembers("field", "type", "name", "parameters");
    int next = column.scan(scanner, text, p, 3);
    int scale = 0;
    if (column.isObject(3)) {
      JsonMembers parameters = new JsonMembers("scale");
      parameters.scan(scanner, text, column.start(3), 4);
      scale = number(parameters.text(0));
    }
    columns.put(
        column.text(0), ConnectType.of(column.text(2), column.text(1).equals("string"), scale));
    return next;
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** Reads the object at a position and returns the position behind it. */
  private interface ObjectReader {
    int read(int p) throws MalformedRecord;
  }

  private void forEachObject(byte[] text, JsonMembers parent, int member, ObjectReader reader)
      throws MalformedRecord {
    if (!parent.has(member) || text[parent.start(member)] != '[') {
      return;
    }
    int i = scanner.afterSpace(parent.start(member) + 1);
    while (scanner.at(i) == '{') {
      i = scanner.afterSpace(reader.read(i));
      if (scanner.at(i) == ',') {
        i = scanner.afterSpace(i + 1);
      }
    }
  }
}
