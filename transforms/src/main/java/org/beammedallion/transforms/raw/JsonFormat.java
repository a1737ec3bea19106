package org.beammedallion.transforms.raw;

import java.io.Serializable;
import java.util.List;

/**
 * How the records of a JSON file are told apart.
 *
 * @param path names of members that lead from a document to its records, outermost first; empty
 *     where the document is the record, or the array of them
 */
public record JsonFormat(Layout layout, List<String> path) implements Serializable {

  /** Told from the beginning of each file. */
  public static final JsonFormat AUTO = new JsonFormat(Layout.AUTO, List.of());

  /** A record is a line. */
  public static final JsonFormat LINES = new JsonFormat(Layout.LINES, List.of());

  /** Where records stand. */
  public enum Layout {
    /** Told from the beginning of each file. */
    AUTO,
    /** Each line is a record. */
    LINES,
    /**
     * The file is one JSON text, or several one after the other: an object is a record, an array
     * holds records.
     */
    DOCUMENT
  }

  public JsonFormat {
    path = List.copyOf(path);
    if (layout == Layout.LINES && !path.isEmpty()) {
      throw new IllegalArgumentException("A path is for documents, not for lines.");
    }
  }

  /** The path as it is written. */
  String pathText(int parts) {
    return String.join(".", path.subList(0, parts));
  }
}
