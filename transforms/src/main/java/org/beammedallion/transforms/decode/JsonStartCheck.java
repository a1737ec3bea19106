package org.beammedallion.transforms.decode;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.raw.Bom;
import org.beammedallion.transforms.raw.FileCheck;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/**
 * Compares the first object of a JSON file with the contract. Refuses a file where the contract
 * knows none of its fields and an array of objects stands in it, which are the records then: else
 * the file would become a row of nulls.
 */
public final class JsonStartCheck implements FileCheck {

  private static final long serialVersionUID = 1L;

  private static final int DEEPEST = 3;
  private static final int SHOWN_NAMES = 8;

  private final RecordSchema schema;

  private JsonStartCheck(RecordSchema schema) {
    this.schema = schema;
  }

  public static JsonStartCheck of(RecordSchema schema) {
    return new JsonStartCheck(schema);
  }

  @Override
  public @Nullable String check(byte[] record) throws RefusedFileException {
    Walk walk = new Walk(record, new ObjectPlan(RowLayout.of(schema), ""));
    walk.object();
    String records = walk.records;
    if (walk.known || records == null) {
      return null;
    }
    String names =
        walk.names.stream()
            .limit(SHOWN_NAMES)
            .map(name -> "'" + Excerpt.of(name) + "'")
            .collect(Collectors.joining(", "));
    throw new RefusedFileException(
        "begins with an object of which the contract knows no field ("
            + names
            + "), but in which '"
            + Excerpt.of(records)
            + "' is an array of objects. If these are the records, say 'json: {path: "
            + Excerpt.of(records)
            + "}' in the source of the pipeline file; if the object is a record, 'json: {layout: lines}' or 'document'.");
  }

  /** A walk over an object that may be broken: then what comes before the fault is seen. */
  private static final class Walk {
    private final byte[] bytes;
    private final ObjectPlan plan;
    private final List<String> names = new ArrayList<>();
    private int at;
    private boolean known;

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
      }
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
          known |= to >= from && plan.indexOf(bytes, from, to) >= 0;
        }
        member(prefix + name, level);
        skipWhiteSpace();
      } while (peek() == ',');
      at++;
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
