package org.beammedallion.transforms.decode.change;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.decode.csv.CsvRecordReader;
import org.beammedallion.transforms.decode.csv.CsvSplitter;
import org.beammedallion.transforms.decode.record.Faults;
import org.beammedallion.transforms.decode.record.FieldPlan;
import org.beammedallion.transforms.decode.record.MalformedRecord;
import org.beammedallion.transforms.decode.record.ObjectPlan;
import org.beammedallion.transforms.decode.record.RecordKind;
import org.beammedallion.transforms.decode.record.RecordReader;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/**
 * Reads a CSV record of DMS: into a row that has DMS's columns before the contract's, and from
 * there into one of the table's. Not thread-safe.
 */
final class DmsCsvReader implements RecordReader {

  private final ObjectPlan plan;
  private final RowBuilder builder;
  private final Faults faults;
  private final List<Integer> keyFields;
  private final DmsChange change;
  private final boolean header;
  private final CsvSplitter splitter;
  private final RowBuilder scratch = new RowBuilder(1 << 10);

  /** With DMS's columns, and without: files of a full load may lack them. */
  private final Columns full;

  private final Columns bare;
  private RecordKind kind = RecordKind.ROW;

  /**
   * A way to read a record.
   *
   * @param operation position of the operation's field, or -1
   * @param timestamp position of the timestamp's field, or -1
   * @param first position of the contract's first field
   */
  private record Columns(
      RowLayout layout, CsvRecordReader reader, int operation, int timestamp, int first) {}

  DmsCsvReader(
      ChangeRows rows,
      ObjectPlan plan,
      DmsFormat format,
      CsvFormat csv,
      byte @Nullable [] header,
      DmsChange change,
      RowBuilder builder,
      Faults faults) {
    this.plan = plan;
    this.builder = builder;
    this.faults = faults;
    this.keyFields = rows.keyFields();
    this.change = change;
    this.header = csv.header();
    this.splitter = new CsvSplitter(csv);
    List<Field> own = new ArrayList<>();
    own.add(column(format.operationColumn()));
    String timestamp = format.timestampColumn();
    if (timestamp != null) {
      own.add(column(timestamp));
    }
    this.full = columns(rows, own, csv, header, timestamp == null ? -1 : 1);
    this.bare = columns(rows, List.of(), csv, header, -1);
  }

  private static Field column(String name) {
    return new Field(name, name, FieldType.STRING, false);
  }

  private Columns columns(
      ChangeRows rows, List<Field> own, CsvFormat csv, byte @Nullable [] header, int timestamp) {
    List<Field> fields = new ArrayList<>(own);
    for (Field field : rows.schema().fields().subList(0, rows.fieldCount())) {
      fields.add(new Field(field.name(), field.physicalName(), field.type(), false));
    }
    RowLayout layout = RowLayout.of(new RecordSchema(fields));
    return new Columns(
        layout,
        new CsvRecordReader(new ObjectPlan(layout, ""), csv, header, scratch, faults),
        own.isEmpty() ? -1 : 0,
        timestamp,
        own.size());
  }

  @Override
  public RecordKind kind() {
    return kind;
  }

  @Override
  public void read(byte[] text, int from, int to) throws MalformedRecord {
    long position = ChangeEvent.recordPosition(builder);
    Columns columns = columnsOf(text, from, to);
    scratch.truncate(0);
    columns.reader().read(text, from, to);
    String operation = text(columns, columns.operation());
    long time = change.time(text(columns, columns.timestamp()));
    kind = change.kind(operation == null ? "" : operation);
    int row = builder.beginRow(plan.layout);
    if (kind == RecordKind.DELETE) {
      copyKey(columns, text, from, to, row);
    } else {
      for (FieldPlan field : plan.fields) {
        copy(columns, field.index, row);
      }
      requireFields(row);
    }
    change.writeSequence(row, time, position);
  }

  /** Of a deleted row only the key is looked at: what its other columns hold is no fault. */
  private void copyKey(Columns columns, byte[] text, int from, int to, int row)
      throws MalformedRecord {
    if (faults.isOfValues()) {
      faults.clear();
      scratch.truncate(0);
      columns.reader().readOnly(keyOf(columns), text, from, to);
    }
    for (int field : keyFields) {
      copy(columns, field, row);
      if (plan.layout.isNull(builder.bytes(), row, field) && !faults.hasMismatch()) {
        faults.unsupported(Operations.NO_KEY);
      }
    }
  }

  private BitSet keyOf(Columns columns) {
    BitSet key = new BitSet();
    keyFields.forEach(field -> key.set(columns.first() + field));
    return key;
  }

  private Columns columnsOf(byte[] text, int from, int to) throws MalformedRecord {
    if (header || !change.isFullLoad()) {
      return full;
    }
    int count = 0;
    splitter.reset(text, from, to);
    while (splitter.hasNext()) {
      splitter.advance();
      count++;
    }
    return count == bare.layout().fieldCount() ? bare : full;
  }

  private @Nullable String text(Columns columns, int field) {
    return field < 0 || columns.layout().isNull(scratch.bytes(), 0, field)
        ? null
        : columns.layout().stringAt(scratch.bytes(), 0, field);
  }

  private void copy(Columns columns, int field, int row) {
    int from = columns.first() + field;
    if (!columns.layout().isNull(scratch.bytes(), 0, from)) {
      builder.copyField(columns.layout(), scratch.bytes(), 0, from, plan.layout, row, field);
    }
  }

  private void requireFields(int row) {
    for (FieldPlan field : plan.fields) {
      if (field.required && plan.layout.isNull(builder.bytes(), row, field.index)) {
        faults.missing(field, "it is null, or the file has no column for it");
        return;
      }
    }
  }
}
