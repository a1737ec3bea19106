package org.beammedallion.pipelines.init;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.beammedallion.pipelines.init.TextProfile.Quotes;
import org.beammedallion.transforms.decode.csv.CsvSplitter;
import org.beammedallion.transforms.decode.record.MalformedRecord;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.raw.Framing;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RecordFramer;
import org.jspecify.annotations.Nullable;

/** Tells how a CSV file is written by its beginning. */
final class CsvSniffer {

  private static final String DELIMITERS = ",;\t|";

  private static final int LEAST_BY_BLANKS = 3;
  private static final double SHARE_BY_BLANKS = 0.9;

  /** So many records tell a delimiter. */
  private static final int PROBED = 300;

  private static final Pattern VALUE = Pattern.compile("[+-]?[\\d.,:/TZ +-]*\\d[\\d.,:/TZ +-]*");

  /**
   * A field of a record.
   *
   * @param text without its quotes
   */
  record Cell(String text, Quotes quotes) {}

  private final byte[] text;
  private final @Nullable Boolean header;
  private final List<String> evidence = new ArrayList<>();
  private final List<String> decisions = new ArrayList<>();
  private CsvFormat format = CsvFormat.RFC_4180;
  private List<String> names = List.of();

  private CsvSniffer(byte[] text, @Nullable Boolean header) {
    this.text = text;
    this.header = header;
  }

  /**
   * @param header whether the first line names the columns; null where that is to be guessed
   */
  static CsvSniffer of(String text, @Nullable Boolean header) throws IOException {
    CsvSniffer sniffer = new CsvSniffer(text.getBytes(StandardCharsets.UTF_8), header);
    sniffer.findDelimiter();
    sniffer.findHeader();
    return sniffer;
  }

  CsvFormat format() {
    return format;
  }

  /** The names of the columns; made up where there is no header. */
  List<String> names() {
    return names;
  }

  /** What a person has to decide, in sentences. */
  List<String> decisions() {
    return decisions;
  }

  /** What the guesses rest on. */
  List<String> evidence() {
    return evidence;
  }

  private void findDelimiter() throws IOException {
    CsvFormat base =
        text.length > 0 && text[0] == '#'
            ? CsvFormat.RFC_4180.withComment('#')
            : CsvFormat.RFC_4180;
    double best = -1;
    for (int i = 0; i < DELIMITERS.length(); i++) {
      CsvFormat candidate = base.withDelimiter(DELIMITERS.charAt(i));
      Widths widths = widths(candidate);
      double score =
          widths.usual() == 1 ? 0 : widths.share() * 100 + Math.min(widths.usual(), 50) / 100.0;
      if (score > best) {
        best = score;
        format = candidate;
      }
    }
    if (best == 0) {
      // Blanks stand between words, too: only lines that are nearly all alike are records.
      CsvFormat blanks = base.withDelimiter(' ');
      Widths widths = widths(blanks);
      if (widths.usual() >= LEAST_BY_BLANKS && widths.share() > SHARE_BY_BLANKS) {
        format = blanks;
      }
    }
    if (format.delimiter() != ',') {
      evidence.add(
          "delimiter: with " + shown(format.delimiter()) + " most records have as many columns");
    }
    if (format.comment() != CsvFormat.NONE) {
      evidence.add("comment: the file begins with a line of '#'");
    }
  }

  /**
   * How many columns records have with a delimiter.
   *
   * @param usual the number that most have
   * @param share how many of the records have it, from 0 to 1
   */
  private record Widths(int usual, double share) {}

  private Widths widths(CsvFormat candidate) throws IOException {
    Map<Integer, Integer> widths = new HashMap<>();
    int[] records = {0};
    forEach(candidate, PROBED, row -> widths.merge(row.size(), 1, Integer::sum), records);
    int width = 1;
    int most = 0;
    for (Map.Entry<Integer, Integer> each : widths.entrySet()) {
      if (each.getValue() > most) {
        most = each.getValue();
        width = each.getKey();
      }
    }
    return new Widths(width, records[0] == 0 ? 0 : (double) most / records[0]);
  }

  private void findHeader() throws IOException {
    List<List<@Nullable Cell>> first = new ArrayList<>();
    forEach(format, PROBED, first::add, new int[1]);
    if (first.isEmpty()) {
      return;
    }
    List<@Nullable Cell> line = first.get(0);
    boolean isHeader = header == null ? looksLikeHeader(first) : header;
    List<String> found = new ArrayList<>();
    for (int i = 0; i < line.size(); i++) {
      String cell = text(line.get(i));
      found.add(!isHeader ? "column_" + (i + 1) : cell);
    }
    names = found;
    if (!isHeader) {
      format = format.withoutHeader();
      evidence.add(
          "header: the first line looks like a record; the names of the columns are made up");
    }
  }

  private static String text(@Nullable Cell cell) {
    return cell == null ? "" : cell.text();
  }

  /**
   * Names are texts, and one text before many empty columns is a title. A program that writes its
   * row numbers gives them no name; other columns without a name, and names that two columns have,
   * only make a header doubtful: then none of them may be a value of its column.
   */
  private boolean looksLikeHeader(List<List<@Nullable Cell>> first) {
    List<@Nullable Cell> line = first.get(0);
    Set<String> texts = new HashSet<>();
    String value = "";
    int named = 0;
    int unnamed = 0;
    for (int i = 0; i < line.size(); i++) {
      String cell = text(line.get(i));
      if (cell.isBlank()) {
        unnamed += i > 0 ? 1 : 0;
      } else if (VALUE.matcher(cell).matches()) {
        value = cell;
      } else {
        named++;
        texts.add(cell);
      }
    }
    boolean doubtful = unnamed > 0 || texts.size() < named;
    boolean names =
        value.isEmpty()
            && (named > 1 || (named == 1 && unnamed <= 1))
            && !(doubtful && (texts.size() * 2 <= named || areValues(first)));
    if (!names && named > 0) {
      decisions.add(
          "the first line is read as a record"
              + (value.isEmpty() ? "" : ", because of '" + value + "'")
              + "; if it names the columns, run init again with --header=true.");
    }
    return names;
  }

  /** Whether a text of the first line is in a later record, in the same column. */
  private static boolean areValues(List<List<@Nullable Cell>> first) {
    List<@Nullable Cell> line = first.get(0);
    return first.stream()
        .skip(1)
        .filter(row -> !row.equals(line))
        .anyMatch(
            row ->
                IntStream.range(0, Math.min(row.size(), line.size()))
                    .anyMatch(
                        i -> row.get(i) != null && text(row.get(i)).equals(text(line.get(i)))));
  }

  /** Hands out the records behind the header. */
  void forEachRecord(Consumer<List<@Nullable Cell>> each) throws IOException {
    boolean[] header = {format.header()};
    forEach(
        format,
        Integer.MAX_VALUE,
        row -> {
          if (header[0]) {
            header[0] = false;
          } else {
            each.accept(row);
          }
        },
        new int[1]);
  }

  /** Broken records are passed over, and are counted. */
  private void forEach(CsvFormat as, int most, Consumer<List<@Nullable Cell>> each, int[] records)
      throws IOException {
    CsvSplitter splitter = new CsvSplitter(as);
    try (RecordFramer framer =
        RecordFramer.csv(
            new ByteArrayInputStream(text), Framing.of("sample", 0), as.withoutHeader())) {
      for (RawBatch batch = framer.next(); batch != null; batch = framer.next()) {
        for (int i = 0; i < batch.count(); i++) {
          if (records[0]++ == most) {
            return;
          }
          List<@Nullable Cell> row = fields(splitter, batch, i);
          if (row != null) {
            each.accept(row);
          }
        }
      }
    }
  }

  /** Null where the record is no CSV. */
  private static @Nullable List<@Nullable Cell> fields(
      CsvSplitter splitter, RawBatch batch, int record) {
    int from = batch.starts()[record];
    splitter.reset(batch.bytes(), from, from + batch.lengths()[record]);
    List<@Nullable Cell> fields = new ArrayList<>();
    while (splitter.hasNext()) {
      try {
        splitter.advance();
      } catch (MalformedRecord e) {
        return null;
      }
      boolean isNull = !splitter.isQuoted() && splitter.from() == splitter.to();
      fields.add(
          isNull
              ? null
              : new Cell(
                  new String(
                      splitter.text(),
                      splitter.from(),
                      splitter.to() - splitter.from(),
                      StandardCharsets.UTF_8),
                  splitter.isQuoted() ? Quotes.QUOTED : Quotes.BARE));
    }
    return fields;
  }

  static String shown(char delimiter) {
    return delimiter == '\t' ? "tab" : "'" + delimiter + "'";
  }
}
