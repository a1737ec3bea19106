package org.beammedallion.pipelines.init;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.beammedallion.io.parquet.source.ParquetOutline;
import org.beammedallion.io.source.Compression;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.pipelines.init.TextProfile.Quotes;
import org.beammedallion.transforms.decode.avro.AvroOutline;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.raw.FileCheck;
import org.beammedallion.transforms.raw.Framing;
import org.beammedallion.transforms.raw.JsonFormat;
import org.beammedallion.transforms.raw.RawBatches;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.beammedallion.transforms.raw.TextEncoding;
import org.beammedallion.transforms.raw.TextFormat;
import org.beammedallion.transforms.raw.TextRecords;
import org.jspecify.annotations.Nullable;

/**
 * How files are written and which columns they have.
 *
 * @param format as a contract's server has it
 * @param options lines of the pipeline file's source, each with its evidence or an empty text
 * @param columns without names
 * @param notes about the whole
 * @param decisions what a person has to decide, in sentences
 */
record SourceGuess(
    String format,
    Map<String, String> options,
    List<ColumnDraft> columns,
    List<String> notes,
    List<String> decisions) {

  private static final String PARQUET = "PAR1";
  private static final String AVRO = "Obj\u0001";

  /**
   * Looks at files of one data set.
   *
   * @param header whether the first line of CSV names the columns; null where that is to be guessed
   * @throws IllegalArgumentException where they are none, or no format that can be read
   */
  static SourceGuess of(List<String> files, @Nullable Boolean header) throws IOException {
    List<FileHead> heads = new ArrayList<>();
    int most = Math.max(1 << 20, FileHead.MOST_BYTES / files.size());
    for (String file : files) {
      FileHead head = FileHead.read(file, most);
      if (head.bytes().length > 0) {
        if (!head.beginsWith(PARQUET) && !head.beginsWith(AVRO)) {
          requireText(head);
        }
        heads.add(head);
      }
    }
    if (heads.isEmpty()) {
      throw new IllegalArgumentException(
          files.get(0) + " is empty, so there is nothing to tell its columns by.");
    }
    FileHead first = heads.get(0);
    for (FileHead other : heads) {
      if (!kind(other).equals(kind(first))) {
        throw new IllegalArgumentException(
            first.uri()
                + " is "
                + kind(first)
                + " and "
                + other.uri()
                + " is "
                + kind(other)
                + ": run init once for each data set.");
      }
    }
    SourceGuess guess = ofHeads(heads, header);
    List<String> notes = new ArrayList<>(guess.notes());
    for (FileHead head : heads) {
      if (head.damage() != null) {
        notes.add(
            String.format(
                Locale.ROOT,
                "%s is damaged or ends early, after %,d bytes of its content: %s.",
                head.uri(),
                head.bytes().length,
                head.damage()));
      }
    }
    return new SourceGuess(
        guess.format(), guess.options(), guess.columns(), notes, guess.decisions());
  }

  private static SourceGuess ofHeads(List<FileHead> heads, @Nullable Boolean header)
      throws IOException {
    FileHead first = heads.get(0);
    SourceGuess guess =
        switch (kind(first)) {
          case "parquet" -> parquet(heads);
          case "avro" -> avro(heads);
          case "json" -> json(heads);
          default -> csv(heads, header);
        };
    if (guess.columns().isEmpty()) {
      throw new IllegalArgumentException(
          first.uri()
              + " has no field that a column could hold, and a table needs one. "
              + String.join(" ", guess.notes()));
    }
    return guess;
  }

  private static String kind(FileHead head) {
    if (head.beginsWith(PARQUET)) {
      return "parquet";
    } else if (head.beginsWith(AVRO)) {
      return "avro";
    }
    String text =
        new String(head.bytes(), 0, Math.min(head.bytes().length, 1 << 16), head.charset());
    String begin = text.replace("\uFEFF", "").stripLeading();
    return begin.startsWith("{") || begin.startsWith("[") || JsonRecords.isLines(begin)
        ? "json"
        : "csv";
  }

  /** Looks at a file as a run would; it refuses what is no text. */
  private static void requireText(FileHead head) throws IOException {
    TextEncoding encoding =
        switch (head.charset().name()) {
          case "UTF-16LE" -> TextEncoding.UTF_16LE;
          case "UTF-16BE" -> TextEncoding.UTF_16BE;
          default -> TextEncoding.UTF_8;
        };
    try (RawBatches records =
        TextRecords.open(
            position -> new ByteArrayInputStream(head.bytes()),
            Framing.of(head.uri(), 0),
            TextFormat.json(JsonFormat.LINES, encoding),
            FileCheck.NONE)) {
      records.encoding();
    } catch (RefusedFileException e) {
      throw new IllegalArgumentException(
          head.uri()
              + " "
              + e.why()
              + " JSON, CSV, Avro and Parquet can be read, plain or compressed by gzip, Zstandard or bzip2.",
          e);
    }
  }

  private static SourceGuess parquet(List<FileHead> heads) throws IOException {
    SharedNames shared = new SharedNames();
    for (FileHead head : heads) {
      shared.add(head.uri(), ParquetOutline.of(head.uri()).schema().names());
    }
    shared.require();
    ParquetOutline outline = ParquetOutline.of(heads.get(0).uri());
    return new SourceGuess(
        "parquet",
        Map.of(),
        SchemaColumns.of(outline.schema()),
        leftOut(outline.leftOut()),
        List.of());
  }

  private static SourceGuess avro(List<FileHead> heads) throws IOException {
    SharedNames shared = new SharedNames();
    for (FileHead head : heads) {
      shared.add(head.uri(), outline(head).schema().names());
    }
    shared.require();
    AvroOutline outline = outline(heads.get(0));
    return new SourceGuess(
        "avro",
        Map.of(),
        SchemaColumns.of(outline.schema()),
        leftOut(outline.leftOut()),
        List.of());
  }

  private static AvroOutline outline(FileHead head) throws IOException {
    try (DataFileStream<GenericRecord> file =
        new DataFileStream<>(
            Compression.ofName(head.uri()).decompress(Storage.of(head.uri()).open(head.uri())),
            new GenericDatumReader<>())) {
      return AvroOutline.of(file.getSchema());
    }
  }

  private static List<String> leftOut(Map<String, String> columns) {
    return columns.entrySet().stream()
        .map(column -> "Left out: '" + column.getKey() + "' " + column.getValue() + ".")
        .toList();
  }

  private static SourceGuess json(List<FileHead> heads) throws IOException {
    Map<String, String> options = new LinkedHashMap<>();
    List<String> notes = new ArrayList<>();
    encoding(heads.get(0), options);
    ValueProfile record = new ValueProfile();
    List<String> path = List.of();
    SharedNames shared = new SharedNames();
    for (FileHead head : heads) {
      Set<String> names = new HashSet<>();
      JsonRecords records =
          JsonRecords.read(
              head,
              each -> {
                record.add(each);
                each.fieldNames().forEachRemaining(names::add);
              });
      shared.add(head.uri(), names);
      path = path.isEmpty() ? records.path() : path;
      if (records.broken() > 0) {
        notes.add(
            String.format(
                Locale.ROOT, "%,d records of %s are no JSON.", records.broken(), head.uri()));
      }
      if (records.others() > 0) {
        notes.add(
            String.format(
                Locale.ROOT,
                "%,d elements of %s are no objects, and would be rejected.",
                records.others(),
                head.uri()));
      }
      if (!records.path().isEmpty()) {
        options.putIfAbsent(
            "json: {path: " + jsonPath(records.path()) + "}",
            String.join("; ", records.evidence()).replaceFirst("^path: ", ""));
      }
    }
    if (record.present() == 0) {
      throw new IllegalArgumentException(
          heads.get(0).uri()
              + " is JSON without an object in it, and a record is an object."
              + (notes.isEmpty() ? "" : " " + String.join(" ", notes)));
    }
    shared.require();
    ColumnGuess guess = new ColumnGuess();
    List<ColumnDraft> columns = guess.ofJson(record);
    guess.leftOut().forEach(left -> notes.add("Left out: " + left + "; bronze has it."));
    return new SourceGuess("json", options, columns, notes, List.of());
  }

  private static String jsonPath(List<String> path) {
    boolean plain = path.stream().allMatch(name -> name.matches("[A-Za-z_][A-Za-z0-9_]*"));
    return plain
        ? String.join(".", path)
        : path.stream().map(YamlText::of).collect(Collectors.joining(", ", "[", "]"));
  }

  private static SourceGuess csv(List<FileHead> heads, @Nullable Boolean header)
      throws IOException {
    Map<String, String> options = new LinkedHashMap<>();
    encoding(heads.get(0), options);
    CsvSniffer first = CsvSniffer.of(heads.get(0).text(), header);
    boolean hasHeader = header == null ? first.format().header() : header;
    CsvFields found = new CsvFields();
    SharedNames shared = new SharedNames();
    for (FileHead head : heads) {
      CsvSniffer file = head.equals(heads.get(0)) ? first : CsvSniffer.of(head.text(), hasHeader);
      shared.add(head.uri(), found.add(file, head));
    }
    Map<String, ValueProfile> fields = found.fields(heads.get(0).uri());
    shared.require();
    CsvColumns guess =
        CsvColumns.of(fields, first.format().delimiter(), text -> holders(heads, hasHeader, text));
    List<ColumnDraft> columns = guess.columns();
    csvOptions(first, guess, fields, options);
    List<String> decisions = new ArrayList<>(first.decisions());
    decisions.addAll(found.decisions());
    boolean onlyTexts =
        columns.stream().allMatch(column -> column.logical == ColumnDraft.Logical.STRING);
    if (header == null && first.format().header() && onlyTexts) {
      decisions.add(
          "the first line is taken for the names of the columns; if it is a record, run init again with --header=false.");
    }
    return new SourceGuess("csv", options, columns, found.notes(), decisions);
  }

  /** Which fields have a text without quotes. */
  private static Set<String> holders(List<FileHead> heads, boolean header, String text)
      throws IOException {
    Set<String> names = new TreeSet<>();
    CsvSniffer.Cell wanted = new CsvSniffer.Cell(text, Quotes.BARE);
    for (FileHead head : heads) {
      CsvSniffer file = CsvSniffer.of(head.text(), header);
      file.forEachRecord(
          row -> {
            for (int i = 0; i < row.size() && row.size() == file.names().size(); i++) {
              if (wanted.equals(row.get(i)) && !file.names().get(i).isBlank()) {
                names.add(file.names().get(i));
              }
            }
          });
    }
    return names;
  }

  private static void csvOptions(
      CsvSniffer sniffer,
      CsvColumns guess,
      Map<String, ValueProfile> fields,
      Map<String, String> options) {
    List<String> csv = new ArrayList<>();
    List<String> evidence = new ArrayList<>(sniffer.evidence());
    CsvFormat format = sniffer.format();
    if (format.delimiter() != ',') {
      csv.add("delimiter: " + YamlText.of(String.valueOf(format.delimiter())));
    }
    if (!format.header()) {
      csv.add("header: false");
    }
    if (format.comment() != CsvFormat.NONE) {
      csv.add("comment: \"" + format.comment() + '"');
    }
    if (!guess.nullWords().isEmpty()) {
      csv.add(CsvColumns.nullValue(guess.nullWords()));
      evidence.add("words among numbers or dates, and in no column of texts");
      evidence.addAll(guess.nullEvidence());
    }
    if (guess.texts().decimalComma()) {
      csv.add("decimalSeparator: \",\"");
      evidence.add("numbers have a comma before the fraction");
    }
    if (guess.texts().thousandsPoint()) {
      csv.add("thousandsSeparator: \".\"");
    }
    if (guess.texts().thousandsComma()) {
      csv.add("thousandsSeparator: \",\"");
      evidence.add("numbers have commas between groups of three digits");
    }
    if (fields.values().stream().anyMatch(field -> field.texts().isPadded())) {
      evidence.add("blanks around some values; 'trim: true' takes them away");
    }
    if (!csv.isEmpty()) {
      options.put("csv: {" + String.join(", ", csv) + "}", String.join("; ", evidence));
    } else if (!evidence.isEmpty()) {
      options.put("# csv: {}", String.join("; ", evidence));
    }
  }

  private static void encoding(FileHead head, Map<String, String> options) {
    Charset charset = head.charset();
    if (!charset.equals(StandardCharsets.UTF_8) && !head.hasMark()) {
      options.put(
          "encoding: " + charset.name().toLowerCase(Locale.ROOT),
          "the bytes are no UTF-8; iso-8859-1 is another that they can be");
    }
  }
}
