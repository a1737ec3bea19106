package org.beammedallion.io.table;

import java.util.ServiceLoader;
import java.util.TreeMap;

/** A format that tables are kept in. Implementations are found with {@link ServiceLoader}. */
public interface TableFormat {

  /** As the pipeline file writes it. */
  String name();

  /**
   * A table of this format; nothing is read or made yet.
   *
   * @throws IllegalArgumentException where the format cannot keep such a table
   */
  Table table(TableDefinition definition);

  /**
   * The format of that name.
   *
   * @throws IllegalArgumentException where there is none of that name
   */
  static TableFormat named(String name) {
    TreeMap<String, TableFormat> formats = new TreeMap<>();
    for (TableFormat format :
        ServiceLoader.load(TableFormat.class, TableFormat.class.getClassLoader())) {
      formats.put(format.name(), format);
    }
    TableFormat format = formats.get(name);
    if (format == null) {
      throw new IllegalArgumentException(
          "No table format '" + name + "'. Use one of " + formats.keySet() + ".");
    }
    return format;
  }
}
