package org.beammedallion.pipelines.init;

import java.text.Normalizer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.beammedallion.quality.schema.ColumnName;

/**
 * Gives columns names that tables and SQL take as they are: letters, digits and underscores, no
 * digit first. Names that are such already stay.
 */
final class ColumnNaming {

  private static final Set<String> TAKEN = Set.of("_source", "_position", "_sequence", "_shard");

  private final Set<String> given = new HashSet<>();

  private ColumnNaming() {}

  static void name(List<ColumnDraft> columns) {
    Map<String, Integer> last = new HashMap<>();
    for (ColumnDraft column : columns) {
      last.merge(plain(innermost(column)).toLowerCase(Locale.ROOT), 1, Integer::sum);
    }
    ColumnNaming naming = new ColumnNaming();
    for (ColumnDraft column : columns) {
      String own = plain(innermost(column));
      boolean clear = last.getOrDefault(own.toLowerCase(Locale.ROOT), 0) == 1;
      String wanted =
          clear || column.source.size() == 1 ? own : plain(String.join("_", column.source));
      column.name = naming.unique(wanted);
      name(column.properties);
      for (ColumnDraft items = column.items; items != null; items = items.items) {
        name(items.properties);
      }
    }
  }

  private static String innermost(ColumnDraft column) {
    return column.source.get(column.source.size() - 1);
  }

  private String unique(String wanted) {
    String name = wanted;
    for (int i = 2; !given.add(name.toLowerCase(Locale.ROOT)); i++) {
      name = wanted + "_" + i;
    }
    return name;
  }

  static String plain(String name) {
    if (name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
      return isTaken(name) ? name.replaceFirst("^_+", "") : name;
    }
    String letters =
        Normalizer.normalize(name.replace("ß", "ss"), Normalizer.Form.NFKD)
            .replaceAll("\\p{M}+", "")
            .replaceAll("[^A-Za-z0-9]+", "_")
            .replaceAll("^_+|_+$", "")
            .toLowerCase(Locale.ROOT);
    if (letters.isEmpty()) {
      return "column";
    }
    String named = Character.isDigit(letters.charAt(0)) ? "c_" + letters : letters;
    return isTaken(named) ? named + "_" : named;
  }

  private static boolean isTaken(String name) {
    return TAKEN.contains(name.toLowerCase(Locale.ROOT)) || ColumnName.isIcebergMetadata(name);
  }
}
