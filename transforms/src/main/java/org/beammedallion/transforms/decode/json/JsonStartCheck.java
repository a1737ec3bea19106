package org.beammedallion.transforms.decode.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.decode.record.Excerpt;
import org.beammedallion.transforms.decode.record.FieldNames;
import org.beammedallion.transforms.decode.record.ObjectPlan;
import org.beammedallion.transforms.raw.Bom;
import org.beammedallion.transforms.raw.FileCheck;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/**
 * Compares the first object of a JSON file with the contract. Refuses a file where it has fields
 * and the contract knows none of them: else the file would become rows of nulls. Where an array of
 * objects stands in it, these are taken to be the records.
 */
public final class JsonStartCheck implements FileCheck {

  private static final long serialVersionUID = 1L;

  private static final int DEEPEST = 3;

  private final RecordSchema schema;

  /** Whether the object is an element of an array, into which no path leads. */
  private final boolean element;

  private JsonStartCheck(RecordSchema schema, boolean element) {
    this.schema = schema;
    this.element = element;
  }

  public static JsonStartCheck of(RecordSchema schema) {
    return new JsonStartCheck(schema, false);
  }

  @Override
  public FileCheck forElements() {
    return new JsonStartCheck(schema, true);
  }

  @Override
  public @Nullable String check(byte[] record) throws RefusedFileException {
    Walk walk = new Walk(record, ObjectPlan.ofJson(RowLayout.of(schema)));
    walk.object();
    if (!element && walk.complete && walk.isFollowedByComma()) {
      throw new RefusedFileException(
          "has objects with commas between them, and no brackets around them. Put '[' before the first and ']' behind the"
              + " last, or leave the commas at the ends of lines out.");
    }
    String records = element ? null : walk.records;
    if (walk.known) {
      return byCase(walk.names);
    } else if (records == null && !walk.complete) {
      return null;
    }
    String beginning =
        "begins with an object that has none of the contract's fields ("
            + FieldNames.quoted(walk.names)
            + ")";
    if (records == null) {
      throw new RefusedFileException(
          beginning
              + "; the contract has "
              + FieldNames.quoted(schema.fields().stream().map(Field::physicalName).toList())
              + ". Names of JSON are case-sensitive. Give the fields their names in the file as"
              + " 'physicalName' in the contract; if it is a record with only null values, set 'json: {layout: lines}' or 'document' in the source of the pipeline file.");
    }
    throw new RefusedFileException(
        beginning
            + ", but in which '"
            + Excerpt.of(records)
            + "' is an array of objects. If these are the records, say 'json: {path: "
            + Excerpt.of(records)
            + "}' in the source of the pipeline file; if the object is a record, 'json: {layout: lines}' or 'document'.");
  }

  /** A warning of names that are the contract's but for their case; null where there are none. */
  private @Nullable String byCase(List<String> names) {
    List<String> absent =
        schema.fields().stream()
            .map(Field::physicalName)
            .filter(name -> !names.contains(name))
            .toList();
    List<String> alike =
        names.stream()
            .filter(name -> absent.stream().anyMatch(each -> FieldNames.isAlike(each, name)))
            .toList();
    return alike.isEmpty()
        ? null
        : "has "
            + FieldNames.quoted(alike)
            + " in its first object, which differ from names of the contract by case alone. Names of JSON are"
            + " case-sensitive, so these fields are null in its rows. Give them their names in the file as 'physicalName'"
            + " in the contract, and read the file again with --takeAgain.";
  }

  /** A walk over an object that may be broken: then what comes before the fault is seen. */
  private static final class Walk {
    private final byte[] bytes;
    private final ObjectPlan plan;
    private final List<String> names = new ArrayList<>();
    private int at;
    private boolean known;

    /** Whether the object ends, and has fields. */
    private boolean complete;

    /** The path of the first array of objects. */
    private @Nullable String records;

    Walk(byte[] bytes, ObjectPlan plan) {
      this.bytes = bytes;
      this.plan = plan;
      this.at = Bom.skip(bytes, 0, bytes.length);
    }

    void object() {
      skipWhiteSpace();
      if (peek() == '{') {
        members("", 0);
        complete = !names.isEmpty() && at > 0 && at <= bytes.length && bytes[at - 1] == '}';
      }
    }

    /** Of an object that is complete: whether nothing but a comma stands behind it in the line. */
    boolean isFollowedByComma() {
      skipWhiteSpace();
      if (peek() != ',') {
        return false;
      }
      at++;
      skipWhiteSpace();
      return at == bytes.length;
    }

    private void members(String prefix, int level) {
      do {
        at++;
        skipWhiteSpace();
        int from = at + 1;
        if (peek() != '"') {
          break;
        }
        skipString();
        int to = at - 1;
        skipWhiteSpace();
        if (peek() != ':') {
          return;
        }
        at++;
        skipWhiteSpace();
        String name = new String(bytes, from, Math.max(0, to - from), StandardCharsets.UTF_8);
        if (level == 0) {
          names.add(name);
          // A name with an escape may be any.
          known |= name.indexOf('\\') >= 0 || (to >= from && isKnown(from, to));
        }
        member(prefix + name, level);
        skipWhiteSpace();
      } while (peek() == ',');
      at++;
    }

    private boolean isKnown(int from, int to) {
      return plan.indexOf(bytes, from, to) >= 0 || plan.passage(bytes, from, to) != null;
    }

    private void member(String path, int level) {
      if (peek() == '{' && level < DEEPEST) {
        members(path + ".", level + 1);
        return;
      }
      int start = at;
      if (peek() == '[' && records == null) {
        at++;
        skipWhiteSpace();
        records = peek() == '{' ? path : null;
        at = start;
      }
      skipValue();
    }

    private void skipValue() {
      int depth = 0;
      while (at < bytes.length) {
        byte b = bytes[at];
        if (b == '"') {
          skipString();
        } else if (depth == 0 && (b == ',' || b == '}' || b == ']')) {
          return;
        } else {
          depth += b == '{' || b == '[' ? 1 : b == '}' || b == ']' ? -1 : 0;
          at++;
        }
      }
    }

    private void skipString() {
      at++;
      while (at < bytes.length && bytes[at] != '"') {
        at += bytes[at] == '\\' ? 2 : 1;
      }
      at = Math.min(bytes.length, at + 1);
    }

    private void skipWhiteSpace() {
      while (at < bytes.length && (bytes[at] <= ' ' && bytes[at] >= 0)) {
        at++;
      }
    }

    private int peek() {
      return at < bytes.length ? bytes[at] : -1;
    }
  }
}
