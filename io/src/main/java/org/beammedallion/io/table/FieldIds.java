package org.beammedallion.io.table;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The numbers by which a table knows its columns, so that a file's columns are told by them and not
 * by their names.
 *
 * @param byPath by the names from the record down; the elements of an array are called {@code
 *     element}. Empty where the format has no numbers
 */
public record FieldIds(Map<List<String>, Integer> byPath) implements Serializable {

  public static final FieldIds NONE = new FieldIds(Map.of());

  public FieldIds {
    byPath = Map.copyOf(byPath);
  }

  public @Nullable Integer of(List<String> path) {
    return byPath.get(path);
  }
}
