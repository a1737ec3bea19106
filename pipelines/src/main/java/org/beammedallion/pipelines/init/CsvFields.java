package org.beammedallion.pipelines.init;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.beammedallion.pipelines.init.TextProfile.Quotes;
import org.jspecify.annotations.Nullable;

/**
 * The columns of CSV files by their names. One without a name, or with a name that another has, can
 * be no field of a contract, which knows columns by their names.
 */
final class CsvFields {

  private static final int SHOWN = 8;

  private final Map<String, ValueProfile> byName = new LinkedHashMap<>();

  /** Values of the columns without a name, by the column's position from 1. */
  private final Map<Integer, Long> unnamed = new TreeMap<>();

  private final Set<String> twice = new TreeSet<>();
  private final List<String> notes = new ArrayList<>();

  /** Takes the columns and the records of a file, and returns the names. */
  Set<String> add(CsvSniffer file, FileHead head) throws IOException {
    List<String> names = file.names();
    Set<String> own = new HashSet<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      if (name.isBlank()) {
        unnamed.putIfAbsent(i + 1, 0L);
      } else if (own.add(name)) {
        byName.computeIfAbsent(name, other -> new ValueProfile());
      } else {
        twice.add(name);
      }
    }
    long[] odd = {0};
    long[] headers = {0};
    file.forEachRecord(
        row -> {
          if (row.size() != names.size()) {
            odd[0]++;
            return;
          } else if (isHeader(row, names)) {
            headers[0]++;
            return;
          }
          for (int i = 0; i < names.size(); i++) {
            ValueProfile field = byName.get(names.get(i));
            CsvSniffer.Cell cell = row.get(i);
            if (field != null) {
              field.addText(
                  cell == null ? null : cell.text(), cell == null ? Quotes.BARE : cell.quotes());
            } else if (cell != null) {
              unnamed.merge(i + 1, 1L, Long::sum);
            }
          }
        });
    if (headers[0] > 0) {
      notes.add(
          String.format(
              Locale.ROOT,
              headers[0] == 1
                  ? "%,d record of %s is the header once more, and would be rejected."
                  : "%,d records of %s are the header once more, and would be rejected.",
              headers[0],
              head.uri()));
    }
    // The last record of a file that was cut has too few columns.
    long cut = head.whole() ? 0 : 1;
    if (odd[0] > cut) {
      notes.add(
          String.format(
              Locale.ROOT,
              "%,d records of %s have another number of columns than the header, and would be rejected.",
              odd[0] - cut,
              head.uri()));
    }
    return own;
  }

  /** As where several files were put together; of one column it may be a value. */
  private static boolean isHeader(List<CsvSniffer.@Nullable Cell> row, List<String> names) {
    boolean same = names.size() > 1;
    for (int i = 0; same && i < names.size(); i++) {
      CsvSniffer.Cell cell = row.get(i);
      same = cell != null && cell.text().equals(names.get(i));
    }
    return same;
  }

  /**
   * The columns that can be fields.
   *
   * @throws IllegalArgumentException where there are none
   */
  Map<String, ValueProfile> fields(String uri) {
    Map<String, ValueProfile> fields = new LinkedHashMap<>(byName);
    fields.keySet().removeAll(twice);
    if (!fields.isEmpty()) {
      return fields;
    }
    throw new IllegalArgumentException(
        uri
            + (unnamed.isEmpty() && twice.isEmpty()
                ? " has no line that is a record of CSV by any of the delimiters , ; | tab and blank: there are only empty"
                    + " lines, or quotes where none may be."
                : " has a first line that gives no column a name of its own. Give each column a name in the file; if the"
                    + " first line is a record, run init with --header=false."));
  }

  /** About the whole, as comments of the contract. */
  List<String> notes() {
    List<String> all = new ArrayList<>(notes);
    if (!unnamed.isEmpty()) {
      all.add(
          "Left out: "
              + columns(unnamed.keySet().stream().map(String::valueOf).toList())
              + " of the file, without a name.");
    }
    if (!twice.isEmpty()) {
      all.add("Left out: " + quoted(twice) + ", a name that several columns have.");
    }
    return all;
  }

  /** What a person has to decide, in sentences. */
  List<String> decisions() {
    List<String> all = new ArrayList<>();
    List<String> valued =
        unnamed.entrySet().stream()
            .filter(column -> column.getValue() > 0)
            .map(column -> String.valueOf(column.getKey()))
            .toList();
    if (!valued.isEmpty()) {
      long values = unnamed.values().stream().mapToLong(Long::longValue).sum();
      all.add(
          String.format(
              Locale.ROOT,
              "%s of the file %s no name but %,d %s, which %s left out. To have %s, give each column a name in the"
                  + " file's first line; or run init again with --header=false, which takes the columns by their"
                  + " position and the first line as a record.",
              columns(valued),
              valued.size() == 1 ? "has" : "have",
              values,
              values == 1 ? "value" : "values",
              values == 1 ? "is" : "are",
              values == 1 ? "it" : "them"));
    }
    if (!twice.isEmpty()) {
      all.add(
          "several columns of the file are named "
              + quoted(twice)
              + ", so they cannot be told apart and are left out. To have them, give each column a name of its own in"
              + " the file's first line.");
    }
    return all;
  }

  private static String columns(List<String> positions) {
    return positions.size() == 1
        ? "column " + positions.get(0)
        : positions.size() + " columns (" + shown(positions) + ")";
  }

  private static String quoted(Set<String> names) {
    return shown(names.stream().map(name -> "'" + name + "'").toList());
  }

  private static String shown(List<String> all) {
    return all.stream().limit(SHOWN).collect(Collectors.joining(", "))
        + (all.size() > SHOWN ? " and " + (all.size() - SHOWN) + " more" : "");
  }
}
