package org.beammedallion.transforms.raw;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * How text files are written.
 *
 * @param csv of CSV files; null where they are JSON
 * @param json how the records of JSON files are told apart
 * @param encoding of files without a byte order mark
 */
public record TextFormat(@Nullable CsvFormat csv, JsonFormat json, TextEncoding encoding)
    implements Serializable {

  public static TextFormat csv(CsvFormat format, TextEncoding encoding) {
    return new TextFormat(format, JsonFormat.LINES, encoding);
  }

  public static TextFormat json(JsonFormat format, TextEncoding encoding) {
    return new TextFormat(null, format, encoding);
  }

  /** Whether it may be that a reader can start at any record of a file. */
  public boolean isSplittable() {
    return csv == null
        && encoding == TextEncoding.UTF_8
        && json.layout() != JsonFormat.Layout.DOCUMENT
        && json.path().isEmpty();
  }
}
