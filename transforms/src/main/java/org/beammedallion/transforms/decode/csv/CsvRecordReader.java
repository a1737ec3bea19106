package org.beammedallion.transforms.decode.csv;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.beammedallion.transforms.decode.json.JsonDecoder;
import org.beammedallion.transforms.decode.json.JsonRecordReader;
import org.beammedallion.transforms.decode.json.ValueWriter;
import org.beammedallion.transforms.decode.record.Excerpt;
import org.beammedallion.transforms.decode.record.Faults;
import org.beammedallion.transforms.decode.record.FieldPlan;
import org.beammedallion.transforms.decode.record.MalformedRecord;
import org.beammedallion.transforms.decode.record.Mismatch;
import org.beammedallion.transforms.decode.record.ObjectPlan;
import org.beammedallion.transforms.decode.record.RecordReader;
import org.beammedallion.transforms.raw.Bom;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.row.RowBuilder;
import org.jspecify.annotations.Nullable;

/** Reads a CSV record into a row. Not thread-safe. */
public final class CsvRecordReader implements RecordReader {

  private static final FieldPlan[] NO_COLUMNS = {};

  private final ObjectPlan plan;
  private final RowBuilder builder;
  private final ValueWriter writer;
  private final Faults faults;
  private final CsvSplitter splitter;
  private final JsonRecordReader nested;
  private final CsvNumber number;
  private final CsvWords words;

  /** The field of each column, null for a column that the contract does not know. */
  private final @Nullable FieldPlan[] columns;

  /** What each column is called where the contract does not know it. */
  private List<byte[]> unknown = List.of();

  /** The header's bytes without a byte order mark; null where a record may be equal to it. */
  private final byte @Nullable [] repeated;

  /** Why no record of this file can be read, or null. */
  private final @Nullable String brokenHeader;

  public CsvRecordReader(
      ObjectPlan plan,
      CsvFormat format,
      byte @Nullable [] header,
      RowBuilder builder,
      Faults faults) {
    this.plan = plan;
    this.builder = builder;
    this.faults = faults;
    this.writer = new ValueWriter(builder);
    this.splitter = new CsvSplitter(format);
    this.nested = new JsonRecordReader(plan, JsonDecoder.DEFAULT_MAX_DEPTH, builder, faults);
    this.number = new CsvNumber(format.values());
    this.words = new CsvWords(format.values());
    @Nullable FieldPlan[] found = plan.fields;
    String broken = null;
    if (format.header()) {
      try {
        found = columns(format, header);
      } catch (MalformedRecord e) {
        found = NO_COLUMNS;
        broken = "The header of the file is broken: " + e.detail();
      }
    }
    this.columns = found;
    this.brokenHeader = broken;
    this.repeated =
        header == null || columns.length < 2
            ? null
            : Arrays.copyOfRange(header, Bom.skip(header, 0, header.length), header.length);
  }

  private @Nullable FieldPlan[] columns(CsvFormat format, byte @Nullable [] header)
      throws MalformedRecord {
    if (header == null) {
      throw new MalformedRecord(
          "there is no header line, but 'csv.header' is true: the first line must name the columns.");
    }
    CsvHeader named = CsvHeader.of(plan, format, header);
    List<byte[]> others = new ArrayList<>();
    for (int i = 0; i < named.names().size(); i++) {
      String name = named.names().get(i);
      others.add(
          (name.isBlank() ? "column " + (i + 1) + " without a name" : name)
              .getBytes(StandardCharsets.UTF_8));
    }
    unknown = others;
    return named.columns().toArray(new FieldPlan[0]);
  }

  @Override
  public void read(byte[] record, int from, int to) throws MalformedRecord {
    read(null, record, from, to);
  }

  /** The same with values of some fields only, by their indexes; the others stay null. */
  public void readOnly(BitSet wanted, byte[] record, int from, int to) throws MalformedRecord {
    read(wanted, record, from, to);
  }

  private void read(@Nullable BitSet wanted, byte[] record, int from, int to)
      throws MalformedRecord {
    if (brokenHeader != null) {
      throw new MalformedRecord(brokenHeader);
    }
    byte[] names = repeated;
    if (names != null && Arrays.equals(names, 0, names.length, record, from, to)) {
      throw new MalformedRecord(
          "The record is the file's header once more, as where several files were put together.");
    }
    int row = builder.beginRow(plan.layout);
    splitter.reset(record, from, to);
    int column = 0;
    while (splitter.hasNext()) {
      splitter.advance();
      FieldPlan field = column < columns.length ? columns[column] : null;
      column++;
      if (field != null && !isNull()) {
        if (wanted == null || wanted.get(field.index)) {
          value(field, row);
        }
      } else if (field == null && column <= unknown.size() && !isNull()) {
        noteUnknown(column - 1);
      }
    }
    if (column != columns.length) {
      throw new MalformedRecord(
          "The record has "
              + column
              + (column == 1 ? " column" : " columns")
              + ", but "
              + columns.length
              + " are expected. "
              + (column > columns.length
                  ? "A field that holds a delimiter must be quoted."
                  : "A field that holds a line end must be quoted, and each delimiter must be there."));
    }
    FieldPlan missing = plan.firstMissing(builder.bytes(), row);
    if (missing != null) {
      faults.missing(missing, isColumn(missing) ? "it is null" : "the file has no column for it");
    }
  }

  private void noteUnknown(int column) {
    byte[] name = unknown.get(column);
    faults.unknown().add(plan, name, 0, name.length);
  }

  private boolean isNull() {
    return !splitter.isQuoted()
        && (splitter.from() == splitter.to()
            || words.isNull(splitter.text(), splitter.from(), splitter.to()));
  }

  private void value(FieldPlan field, int row) {
    byte[] text = splitter.text();
    int from = splitter.from();
    int to = splitter.to();
    Mismatch mismatch;
    switch (field.kind) {
      case STRING, TIMESTAMP, DATE, TIME -> mismatch = writer.text(field, row, text, from, to);
      case BOOLEAN -> {
        boolean isTrue = words.isTrue(text, from, to);
        mismatch =
            isTrue || words.isFalse(text, from, to)
                ? writer.bool(field, row, isTrue)
                : Mismatch.OTHER_TYPE;
      }
      case OBJECT, ARRAY -> mismatch = json(field, row, text, from, to);
      default ->
          mismatch =
              number.read(text, from, to)
                  ? writer.number(field, row, number.text())
                  : Mismatch.OTHER_TYPE;
    }
    if (mismatch != null) {
      faults.mismatch(mismatch, field, "'" + Excerpt.of(text, from, to) + "'");
    }
  }

  private @Nullable Mismatch json(FieldPlan field, int row, byte[] text, int from, int to) {
    try {
      nested.readNested(field, row, text, from, to);
      return null;
    } catch (MalformedRecord e) {
      return Mismatch.OTHER_TYPE;
    }
  }

  private boolean isColumn(FieldPlan field) {
    for (FieldPlan column : columns) {
      if (column == field) {
        return true;
      }
    }
    return false;
  }
}
