package org.beammedallion.transforms.decode.change;

import java.util.HashMap;
import java.util.Map;
import org.beammedallion.transforms.decode.json.JsonMembers;
import org.beammedallion.transforms.decode.json.JsonScanner;
import org.beammedallion.transforms.decode.record.MalformedRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads the schema that Kafka Connect's JSON converter puts beside a payload, as far as it tells
 * the types of a table's columns.
 */
final class ConnectSchema {

  private static final int MAX_DEPTH = 64;

  private final JsonScanner scanner = new JsonScanner(MAX_DEPTH);

  /**
   * The columns of both images of a row, by name.
   *
   * @param before those of {@code after} where the schema has no {@code before}
   * @param after those of {@code before} where the schema has no {@code after}
   */
  record Images(Map<String, ConnectField> before, Map<String, ConnectField> after) {

    /** A record without a schema. */
    static final Images NONE = new Images(Map.of(), Map.of());
  }

  Images images(byte[] text, int from, int to) throws MalformedRecord {
    scanner.reset(text, from, to);
    Map<String, ConnectField> images = new HashMap<>();
    JsonMembers envelope = new JsonMembers("fields");
    envelope.scan(scanner, text, from, 1);
    structFields(text, envelope, 0, 2, images);
    ConnectField before = images.get("before");
    ConnectField after = images.get("after");
    ConnectField any = after != null ? after : before != null ? before : ConnectField.UNKNOWN;
    return new Images((before == null ? any : before).fields(), any.fields());
  }

  /** Reads the fields of a struct, whose list is a member that was found. */
  private void structFields(
      byte[] text, JsonMembers parent, int member, int depth, Map<String, ConnectField> fields)
      throws MalformedRecord {
    if (!parent.has(member) || text[parent.start(member)] != '[') {
      return;
    }
    int i = scanner.afterSpace(parent.start(member) + 1);
    while (scanner.at(i) == '{') {
      JsonMembers field = members();
      int next = field.scan(scanner, text, i, depth);
      fields.put(field.text(0), field(text, field, depth));
      i = scanner.afterSpace(next);
      if (scanner.at(i) == ',') {
        i = scanner.afterSpace(i + 1);
      }
    }
  }

  private static JsonMembers members() {
    return new JsonMembers("field", "type", "name", "parameters", "fields", "items");
  }

  private ConnectField field(byte[] text, JsonMembers field, int depth) throws MalformedRecord {
    Integer scale = null;
    if (field.isObject(3)) {
      JsonMembers parameters = new JsonMembers("scale");
      parameters.scan(scanner, text, field.start(3), depth + 1);
      scale = number(parameters.text(0));
    }
    Map<String, ConnectField> fields = new HashMap<>();
    structFields(text, field, 4, depth + 2, fields);
    ConnectField items = null;
    if (field.isObject(5)) {
      JsonMembers element = members();
      element.scan(scanner, text, field.start(5), depth + 1);
      items = field(text, element, depth + 1);
    }
    return new ConnectField(
        ConnectType.of(field.text(2), field.text(1).equals("string"), scale), fields, items);
  }

  private static @Nullable Integer number(String text) {
    try {
      return Integer.valueOf(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
