package org.beammedallion.transforms.decode.csv;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.quality.yaml.DidYouMean;
import org.beammedallion.transforms.decode.record.FieldNames;
import org.beammedallion.transforms.decode.record.FieldPlan;
import org.beammedallion.transforms.decode.record.MalformedRecord;
import org.beammedallion.transforms.decode.record.ObjectPlan;
import org.beammedallion.transforms.decode.record.Utf8;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.raw.FileCheck;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/**
 * Compares a CSV file's header with the contract. Refuses a file whose header has none of the
 * contract's columns, lacks one that each record needs, or has one that is not clear; warns of
 * columns that are matched by a name that is not the same. Of a file without a header it sees the
 * first record, and refuses one that names the columns.
 */
public final class CsvHeaderCheck implements FileCheck {

  private static final long serialVersionUID = 1L;

  private static final String DELIMITERS = ",;\t|:\u0001^~#";
  private static final String QUOTES = "\"'`";

  /** Excel's line that tells the delimiter, behind a byte order mark or not. */
  private static final Pattern PREAMBLE =
      Pattern.compile("^(\u00EF\u00BB\u00BF)?\"?sep=.?\"?\\s*$", Pattern.CASE_INSENSITIVE);

  private static final Pattern VALUE = Pattern.compile("[+-]?\\d[\\d.,:/TZ +-]*");

  private final RecordSchema schema;
  private final Set<String> needed;
  private final CsvFormat format;
  private final boolean changes;
  private transient volatile @Nullable ObjectPlan plan;

  private CsvHeaderCheck(
      RecordSchema schema, Set<String> needed, CsvFormat format, boolean changes) {
    this.schema = schema;
    this.needed = needed;
    this.format = format;
    this.changes = changes;
    this.plan = new ObjectPlan(RowLayout.of(schema), "");
  }

  /** Checks files whose records are rows of a schema. */
  public static CsvHeaderCheck of(RecordSchema schema, CsvFormat format) {
    return new CsvHeaderCheck(schema, required(schema.fields()), format, false);
  }

  /**
   * Checks files whose records are changes.
   *
   * @param needed names of the columns that each change needs
   */
  public static CsvHeaderCheck ofChanges(
      RecordSchema columns, Set<String> needed, CsvFormat format) {
    return new CsvHeaderCheck(columns, needed, format, true);
  }

  private static Set<String> required(List<Field> fields) {
    return fields.stream()
        .filter(Field::required)
        .map(Field::physicalName)
        .collect(Collectors.toSet());
  }

  @Override
  public @Nullable String check(byte[] header) throws RefusedFileException {
    ObjectPlan prepared = plan;
    if (prepared == null) {
      prepared = new ObjectPlan(RowLayout.of(schema), "");
      plan = prepared;
    }
    if (!format.header()) {
      return checkFirstRecord(prepared, header);
    }
    CsvHeader columns;
    try {
      columns = CsvHeader.of(prepared, format, header);
    } catch (MalformedRecord e) {
      String hint = otherMarks(prepared, header, 0);
      throw new RefusedFileException(
          "has a header that cannot be read: "
              + e.detail()
              + (hint != null ? hint : encodingHint(header)));
    }
    long known = columns.columns().stream().filter(column -> column != null).count();
    if (known == 0) {
      throw new RefusedFileException(noneKnown(prepared, columns, header));
    }
    List<String> missing = new ArrayList<>();
    for (FieldPlan field : prepared.fields) {
      String name = CsvHeader.nameOf(field);
      if (needed.contains(name) && !columns.has(field)) {
        missing.add(name);
      }
    }
    if (!missing.isEmpty()) {
      throw new RefusedFileException(lacks(prepared, columns, missing, header, known));
    }
    String alike = matchedAlike(columns, format.ignoresHeaderCase());
    String strangers = changes ? null : strangers(prepared, columns);
    return alike == null ? strangers : strangers == null ? alike : alike + " It " + strangers;
  }

  private static @Nullable String strangers(ObjectPlan prepared, CsvHeader columns) {
    List<String> absent = new ArrayList<>();
    for (FieldPlan field : prepared.fields) {
      if (!columns.has(field)) {
        absent.add(CsvHeader.nameOf(field));
      }
    }
    return FieldNames.strangers(absent, unknown(columns));
  }

  private static List<String> unknown(CsvHeader columns) {
    List<String> unknown = new ArrayList<>();
    for (int i = 0; i < columns.names().size(); i++) {
      if (columns.columns().get(i) == null && !columns.names().get(i).isBlank()) {
        unknown.add(columns.names().get(i));
      }
    }
    return unknown;
  }

  private String noneKnown(ObjectPlan prepared, CsvHeader columns, byte[] header) {
    String found = FieldNames.quoted(columns.names());
    if (PREAMBLE.matcher(new String(header, StandardCharsets.ISO_8859_1)).find()) {
      return "begins with a line for Excel, which names the delimiter and no column ("
          + found
          + "). Have it written without that line.";
    }
    String beginning = "has none of the contract's columns in its header (" + found + ")";
    String hint = otherMarks(prepared, header, 0);
    if (hint != null) {
      return beginning + "." + hint;
    }
    String wanted =
        FieldNames.quoted(Arrays.stream(prepared.fields).map(CsvHeader::nameOf).toList());
    String noHeader = " say 'csv: {header: false}' in the source of the pipeline file";
    boolean data = columns.names().stream().anyMatch(name -> VALUE.matcher(name).matches());
    return beginning
        + "; the contract has "
        + wanted
        + "."
        + split(header)
        + (data
            ? " Its first line looks like a record: if the file has no header," + noHeader + "."
            : " Give the fields their names in the file as 'physicalName' in the contract, or the file's delimiter as"
                + " 'csv: {delimiter: …}' in the source of the pipeline file; if the file has no header,"
                + noHeader
                + ".");
  }

  /** A sentence that says into which names another delimiter would cut a header, or nothing. */
  private String split(byte[] header) {
    List<String> most = List.of("");
    char best = format.delimiter();
    for (int i = 0; i < DELIMITERS.length(); i++) {
      char delimiter = DELIMITERS.charAt(i);
      List<String> names = List.of();
      if (delimiter != format.quote()) {
        try {
          names = CsvHeader.names(format.withDelimiter(delimiter), header);
        } catch (MalformedRecord e) {
          continue;
        }
      }
      if (names.size() > most.size()) {
        most = names;
        best = delimiter;
      }
    }
    return best == format.delimiter()
        ? ""
        : " With the delimiter "
            + shown(best)
            + " its columns would be "
            + FieldNames.quoted(most)
            + ".";
  }

  private String lacks(
      ObjectPlan prepared, CsvHeader columns, List<String> missing, byte[] header, long known) {
    String hint = otherMarks(prepared, header, known);
    StringBuilder text = new StringBuilder("has no column ");
    text.append(FieldNames.quoted(missing))
        .append(", which ")
        .append(changes ? "each change" : "each record")
        .append(" must have. Its header has ")
        .append(FieldNames.quoted(columns.names()))
        .append('.');
    if (hint != null) {
      return text.append(hint).toString();
    }
    String near = DidYouMean.nearest(missing.get(0), unknown(columns));
    if (near != null) {
      text.append(" If it is '")
          .append(near)
          .append("', say 'physicalName: ")
          .append(near)
          .append("' of the field in the contract.");
    } else {
      text.append(
          changes
              ? " A file of a full load has a name that begins with LOAD; other columns' names are set under 'dms' in"
                  + " the pipeline file, or as 'physicalName' in the contract."
              : " Make the source write it, or remove 'required' in the contract.");
    }
    return text.toString();
  }

  private static @Nullable String matchedAlike(CsvHeader columns, boolean ignoresCase) {
    TreeMap<String, String> pairs = new TreeMap<>();
    columns.alike().forEach((field, name) -> pairs.put(CsvHeader.nameOf(field), name));
    if (ignoresCase) {
      pairs.entrySet().removeIf(pair -> pair.getKey().equalsIgnoreCase(pair.getValue()));
    }
    if (pairs.isEmpty()) {
      return null;
    }
    String list =
        pairs.entrySet().stream()
            .map(pair -> "'" + pair.getValue() + "' for '" + pair.getKey() + "'")
            .collect(Collectors.joining(", "));
    return "has columns whose names are the contract's only when case and blanks are left out: "
        + list
        + ". They were read as these; give the fields their names in the file as 'physicalName' in the contract, or say"
        + " 'csv: {headerCase: ignore}' in the source of the pipeline file.";
  }

  private @Nullable String checkFirstRecord(ObjectPlan prepared, byte[] record)
      throws RefusedFileException {
    List<String> texts;
    try {
      texts = CsvHeader.names(format, record);
    } catch (MalformedRecord e) {
      return null; // Each record is judged on its own.
    }
    Set<String> names = new HashSet<>();
    for (FieldPlan field : prepared.fields) {
      names.add(CsvHeader.folded(CsvHeader.nameOf(field)));
    }
    if (!texts.stream().allMatch(text -> names.contains(CsvHeader.folded(text)))) {
      return null;
    }
    String sentence =
        "has a first line that names the contract's columns, though the pipeline file says that there is no header. If"
            + " it is one, say 'csv: {header: true}' in the source of the pipeline file.";
    if (texts.size() > 1) {
      throw new RefusedFileException(sentence);
    }
    return sentence;
  }

  /** A sentence that says by which other marks more columns are known, or null. */
  private @Nullable String otherMarks(ObjectPlan prepared, byte[] header, long known) {
    long most = known;
    String best = null;
    for (char quote : (format.quote() + QUOTES).toCharArray()) {
      for (char delimiter : (format.delimiter() + DELIMITERS).toCharArray()) {
        if (quote == delimiter) {
          continue;
        }
        CsvFormat other = otherwise(delimiter, quote);
        long count = known(prepared, other, header);
        if (count > most) {
          most = count;
          best = sentence(other);
        }
      }
    }
    return best;
  }

  private static CsvFormat otherwise(char delimiter, char quote) {
    CsvFormat plain = CsvFormat.RFC_4180;
    return new CsvFormat(delimiter, quote, true, false, CsvFormat.NONE, plain.values());
  }

  /**
   * With another quote, only what the contract needs makes it likely: a quoted line has names, too.
   */
  private long known(ObjectPlan prepared, CsvFormat other, byte[] header) {
    try {
      CsvHeader columns = CsvHeader.of(prepared, other, header);
      boolean likely =
          other.quote() == format.quote()
              || Arrays.stream(prepared.fields)
                  .filter(field -> needed.contains(CsvHeader.nameOf(field)))
                  .allMatch(columns::has);
      return likely ? columns.columns().stream().filter(column -> column != null).count() : 0;
    } catch (MalformedRecord e) {
      return 0;
    }
  }

  private String sentence(CsvFormat other) {
    List<String> words = new ArrayList<>();
    List<String> options = new ArrayList<>();
    if (other.delimiter() != format.delimiter()) {
      words.add("delimiter " + shown(other.delimiter()));
      options.add("delimiter: " + option(other.delimiter()));
    }
    if (other.quote() != format.quote()) {
      words.add("quote " + shown(other.quote()));
      options.add("quote: " + option(other.quote()));
    }
    return " It looks as if it had the "
        + String.join(" and the ", words)
        + ": say 'csv: {"
        + String.join(", ", options)
        + "}' in the source of the pipeline file.";
  }

  private static String shown(char mark) {
    return mark == '\t'
        ? "tab"
        : mark < ' ' ? String.format("U+%04X", (int) mark) : "'" + mark + "'";
  }

  private static String option(char mark) {
    return switch (mark) {
      case '\t' -> "\"\\t\"";
      case '\'' -> "\"'\"";
      default -> mark < ' ' ? String.format("\"\\x%02x\"", (int) mark) : "'" + mark + "'";
    };
  }

  private static String encodingHint(byte[] header) {
    return Utf8.firstInvalid(header, 0, header.length) < 0
        ? ""
        : " If the file is in another encoding, say so as 'encoding' in the source of the pipeline file, such as"
            + " 'encoding: windows-1252'.";
  }
}
