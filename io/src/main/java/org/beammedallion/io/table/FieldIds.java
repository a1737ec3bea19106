package org.beammedallion.io.table;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The numbers and names by which a table's files know its columns.
 *
 * @param byPath numbers, by the names from the record down; the elements of an array are called
 *     {@code element}. Empty where the format has no numbers
 * @param names what files call those columns that they do not call by their own name, by the same
 *     paths
 */
public record FieldIds(Map<List<String>, Integer> byPath, Map<List<String>, String> names)
    implements Serializable {

  public static final FieldIds NONE = new FieldIds(Map.of());

  public FieldIds {
    byPath = Map.copyOf(byPath);
    names = Map.copyOf(names);
  }

  /** Columns that files call by their own names. */
  public FieldIds(Map<List<String>, Integer> byPath) {
    this(byPath, Map.of());
  }

  public @Nullable Integer of(List<String> path) {
    return byPath.get(path);
  }

  /** What files call the column, in the place where the path leads to. */
  public String nameOf(List<String> path) {
    return names.getOrDefault(path, path.get(path.size() - 1));
  }

  /** The column's path, given the one that a file has; neither through an array. */
  public List<String> pathOf(List<String> stored) {
    if (names.isEmpty()) {
      return stored;
    }
    Map<List<String>, String> byStored = new HashMap<>();
    names.forEach(
        (path, name) -> {
          List<String> parent = new ArrayList<>(path.subList(0, path.size() - 1));
          parent.add(name);
          byStored.put(parent, path.get(path.size() - 1));
        });
    List<String> path = new ArrayList<>();
    for (String name : stored) {
      path.add(name);
      path.set(path.size() - 1, byStored.getOrDefault(path, name));
    }
    return path;
  }

  /** The columns that files do not call by their own name. */
  public List<ColumnAlias> aliases() {
    return names.entrySet().stream()
        .map(name -> ColumnAlias.ofName(name.getKey(), name.getValue()))
        .toList();
  }
}
