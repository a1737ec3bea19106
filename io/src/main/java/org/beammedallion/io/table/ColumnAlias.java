package org.beammedallion.io.table;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A column that files of a table may hold under another name than its own.
 *
 * @param path the column's names from the record down, as the contract has them; the elements of an
 *     array are called {@code element}
 * @param name what files call it, in the place where the path leads to; null where its number tells
 *     it
 * @param id the number that tells it in files whose columns are numbered; null where its name does
 */
public record ColumnAlias(List<String> path, @Nullable String name, @Nullable Integer id)
    implements Serializable {

  public ColumnAlias {
    path = List.copyOf(path);
  }

  static ColumnAlias ofName(List<String> path, String name) {
    return new ColumnAlias(path, name, null);
  }
}
