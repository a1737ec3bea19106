package org.beammedallion.transforms.decode.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.decode.record.MalformedRecord;
import org.beammedallion.transforms.decode.record.ObjectPlan;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/**
 * Finds some members of a JSON object by their names, and remembers where their values stand. Other
 * members are validated and passed over. Not thread-safe.
 */
public final class JsonMembers {

  private static final int ABSENT = -1;

  private final ObjectPlan names;
  private final int[] starts;
  private final int[] ends;
  private byte[] bytes = {};

  /** Members are told by the index of their name. */
  public JsonMembers(String... names) {
    this.names =
        new ObjectPlan(
            RowLayout.of(
                new RecordSchema(
                    Stream.of(names).map(name -> Field.optional(name, FieldType.STRING)).toList())),
            "");
    this.starts = new int[names.length];
    this.ends = new int[names.length];
  }

  /**
   * Reads the object at {@code p}.
   *
   * @param depth how many objects and arrays are open with it
   * @return the index behind it
   */
  public int scan(JsonScanner scanner, byte[] text, int p, int depth) throws MalformedRecord {
    bytes = text;
    Arrays.fill(starts, ABSENT);
    if (scanner.at(p) != '{') {
      throw scanner.unexpected(p, "an object, which starts with '{'");
    }
    scanner.checkDepth(p, depth);
    int i = scanner.afterSpace(p + 1);
    if (scanner.at(i) == '}') {
      return i + 1;
    }
    while (true) {
      int name = scanner.afterOpeningQuote(i);
      int quote = scanner.closingQuote(name);
      int member = scanner.isEscaped() ? ABSENT : names.indexOf(text, name, quote);
      int start = scanner.afterColon(quote + 1);
      int end = scanner.afterValue(start, depth);
      if (member >= 0) {
        if (starts[member] != ABSENT) {
          throw scanner.malformed(
              name,
              "duplicate key: '"
                  + new String(text, name, quote - name, StandardCharsets.UTF_8)
                  + "' appears twice in its object");
        }
        starts[member] = start;
        ends[member] = end;
      }
      i = scanner.afterSpace(end);
      if (scanner.at(i) == '}') {
        return i + 1;
      }
      i = scanner.afterComma(i, "'}'");
    }
  }

  /** Whether the object has the member, even as null. */
  public boolean has(int member) {
    return starts[member] != ABSENT;
  }

  public boolean isNull(int member) {
    return !has(member) || bytes[starts[member]] == 'n';
  }

  public boolean isObject(int member) {
    return has(member) && bytes[starts[member]] == '{';
  }

  public int start(int member) {
    return starts[member];
  }

  public int end(int member) {
    return ends[member];
  }

  /** Whether the member is a text without escapes. */
  public boolean isPlainText(int member) {
    return has(member)
        && bytes[starts[member]] == '"'
        && indexOfBackslash(starts[member], ends[member]) < 0;
  }

  private int indexOfBackslash(int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\\') {
        return i;
      }
    }
    return ABSENT;
  }

  /** Where the text of the member starts, behind its quote. */
  public int textFrom(int member) {
    return starts[member] + 1;
  }

  /** Where the text of the member ends, before its quote. */
  public int textTo(int member) {
    return ends[member] - 1;
  }

  /** The member as a text, or empty where it is none. */
  public String text(int member) {
    return isPlainText(member)
        ? new String(
            bytes, textFrom(member), textTo(member) - textFrom(member), StandardCharsets.UTF_8)
        : "";
  }

  /** The member as it is written. */
  public String raw(int member) {
    return new String(bytes, starts[member], ends[member] - starts[member], StandardCharsets.UTF_8);
  }

  /** The member as a whole number, or null where it is none. */
  public @Nullable Long integer(int member, JsonScanner scanner) throws MalformedRecord {
    int p = starts[member];
    if (p == ABSENT || (bytes[p] != '-' && (bytes[p] < '0' || bytes[p] > '9'))) {
      return null;
    }
    scanner.afterNumber(p);
    return scanner.number().toInteger(Long.SIZE) == null ? scanner.number().bits() : null;
  }
}
