package org.beammedallion.transforms.raw;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Finds the way of a path through the objects of a document. Not thread-safe. */
final class JsonPath {

  /** What is found as a member's value. */
  enum Found {
    /** The object in which the path goes on. */
    OBJECT,
    /** The array of the records. */
    RECORDS,
    /** An object that is the only record. */
    RECORD,
    OTHER
  }

  private static final int NAMED = 10;
  private static final int HEX = 16;

  private final JsonFormat format;

  /** Names of the members of each object that is open, the first of them. */
  private final List<List<String>> names = new ArrayList<>();

  private final boolean[] met;

  /** How many objects are open. */
  private int open;

  private boolean onPath;

  /** How many documents were read to their end. */
  private int documents;

  JsonPath(JsonFormat format) {
    this.format = format;
    this.met = new boolean[format.path().size()];
    format.path().forEach(part -> names.add(new ArrayList<>()));
  }

  /**
   * @param first byte of the value at the path's first {@code parts}
   */
  void requireObject(byte first, int parts) throws RefusedFileException {
    if (first != '{') {
      throw new RefusedFileException(
          (parts == 0
                  ? (documents == 0 ? "begins with " : "has behind a document ") + kind(first)
                  : "has " + kind(first) + " as '" + format.pathText(parts) + "'")
              + ", where the path '"
              + format.pathText(met.length)
              + "' wants an object. Correct 'json: {path: …}' in the source of the pipeline file.");
    }
  }

  /** Goes into the object at the path so far. */
  void enter() {
    met[open] = false;
    names.get(open).clear();
    open++;
  }

  /**
   * Leaves the innermost object.
   *
   * @return whether it was the outermost too
   */
  boolean leave() throws RefusedFileException {
    open--;
    if (!met[open]) {
      List<String> there = names.get(open);
      String found = there.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", "));
      throw new RefusedFileException(
          "has no '"
              + format.pathText(open + 1)
              + "', which 'json: {path: …}' names. There "
              + (there.isEmpty() ? "is nothing" : "are " + found)
              + (there.size() == NAMED ? " and maybe more" : "")
              + (open == 0 ? " in the document." : " in '" + format.pathText(open) + "'.")
              + " Correct the path in the source of the pipeline file.");
    }
    if (open == 0) {
      documents++;
    }
    return open == 0;
  }

  /** Notes the name of the member whose value comes next, as it is written, with its quotes. */
  void name(byte[] bytes, int length) throws RefusedFileException {
    String name = unescaped(new String(bytes, 1, Math.max(0, length - 2), StandardCharsets.UTF_8));
    int level = open - 1;
    onPath = name.equals(format.path().get(level));
    if (onPath && met[level]) {
      throw new RefusedFileException(
          "has '" + format.pathText(open) + "' twice in one object, so its records are not clear.");
    }
    met[level] |= onPath;
    if (names.get(level).size() < NAMED) {
      names.get(level).add(BinaryFormats.shown(bytes, 1, Math.max(1, length - 1)));
    }
  }

  /** What the value behind the last name is, by its first byte; null stands for no records. */
  Found found(byte first) throws RefusedFileException {
    if (!onPath || first == 'n') {
      return Found.OTHER;
    } else if (open < met.length) {
      requireObject(first, open);
      return Found.OBJECT;
    } else if (first == '[') {
      return Found.RECORDS;
    } else if (first == '{') {
      return Found.RECORD;
    }
    throw new RefusedFileException(
        "has "
            + kind(first)
            + " as '"
            + format.pathText(open)
            + "', where an array of records was expected. Correct 'json: {path: …}' in the source of the pipeline"
            + " file.");
  }

  private static String kind(byte first) {
    return switch (first) {
      case '[' -> "an array";
      case '"' -> "a text";
      case 't', 'f' -> "a boolean";
      case 'n' -> "null";
      default -> first == '-' || (first >= '0' && first <= '9') ? "a number" : "no JSON value";
    };
  }

  private static String unescaped(String text) {
    if (text.indexOf('\\') < 0) {
      return text;
    }
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\\' || i + 1 == text.length()) {
        plain.append(c);
        continue;
      }
      char escape = text.charAt(++i);
      switch (escape) {
        case 'b' -> plain.append('\b');
        case 'f' -> plain.append('\f');
        case 'n' -> plain.append('\n');
        case 'r' -> plain.append('\r');
        case 't' -> plain.append('\t');
        case 'u' -> {
          String digits = text.substring(i + 1, Math.min(text.length(), i + 5));
          try {
            plain.append((char) Integer.parseInt(digits, HEX));
          } catch (NumberFormatException e) {
            plain.append("\\u").append(digits);
          }
          i += digits.length();
        }
        default -> plain.append(escape);
      }
    }
    return plain.toString();
  }
}
