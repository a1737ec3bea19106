package org.beammedallion.transforms.decode;

import java.util.HashSet;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.beammedallion.transforms.row.RowBuilder;
import org.jspecify.annotations.Nullable;

/** What Avro records may be: rows, Debezium's envelopes, or DMS's changes. */
final class AvroMeanings {

  private AvroMeanings() {}

  private static AvroRows rows(
      ObjectPlan plan, RowBuilder builder, Faults faults, Set<String> ownColumns) {
    return new AvroRows(
        builder,
        faults,
        new ConnectWriter(builder, DebeziumFormat.NOTHING_TOLD, faults, plan, null),
        new ValueWriter(builder),
        false,
        ownColumns);
  }

  private static AvroRows debeziumRows(
      ObjectPlan plan, DebeziumFormat format, RowBuilder builder, Faults faults) {
    // Avro writes bytes as bytes, so a text is never a decimal's bytes.
    ConnectWriter writer =
        new ConnectWriter(
            builder, format.withBytes(), faults, plan, new Placeholder(format.unavailableValue()));
    return new AvroRows(builder, faults, writer, writer, true, Set.of());
  }

  private static GenericRecord present(@Nullable GenericRecord value) throws MalformedRecord {
    if (value == null) {
      throw new MalformedRecord("Expected an Avro record, found null.");
    }
    return value;
  }

  /** The field of a record, null where it is absent. */
  private static @Nullable Object get(GenericRecord record, String name) {
    return record.hasField(name) ? record.get(name) : null;
  }

  private static String text(GenericRecord record, String name) {
    Object value = get(record, name);
    return value == null ? "" : value.toString();
  }

  private static @Nullable Long integer(GenericRecord record, String name) {
    return get(record, name) instanceof Number number ? Long.valueOf(number.longValue()) : null;
  }

  /** Every record is a row. */
  static final class Rows implements AvroRecordReader.Meaning {
    private final ObjectPlan plan;
    private final AvroRows rows;

    Rows(ObjectPlan plan, RowBuilder builder, Faults faults) {
      this.plan = plan;
      this.rows = rows(plan, builder, faults, Set.of());
    }

    @Override
    public RecordKind read(@Nullable GenericRecord value) throws MalformedRecord {
      rows.append(plan, present(value));
      return RecordKind.ROW;
    }
  }

  /** Debezium's envelopes. */
  static final class Debezium implements AvroRecordReader.Meaning {
    private final ObjectPlan plan;
    private final Faults faults;
    private final AvroRows after;
    private final DeletedKey key;
    private final AvroRows before;
    private final ChangeEvent event;

    Debezium(
        ChangeRows rows,
        ObjectPlan plan,
        DebeziumFormat format,
        RowBuilder builder,
        Faults faults) {
      this.plan = plan;
      this.faults = faults;
      this.after = debeziumRows(plan, format, builder, faults);
      this.key = new DeletedKey(rows, plan.layout, builder);
      this.before = debeziumRows(key.plan(), format, key.scratch(), faults);
      this.event = new ChangeEvent(rows, format, plan.layout, builder, faults);
    }

    @Override
    public RecordKind read(@Nullable GenericRecord value) throws MalformedRecord {
      if (value == null) {
        return RecordKind.NOTHING;
      }
      String operation = text(value, "op");
      switch (operation) {
        case "c", "u", "r" -> {
          if (get(value, "after") instanceof GenericRecord image) {
            place(after.append(plan, image), value, operation.equals("r"));
          } else {
            faults.unsupported(Operations.NO_AFTER);
          }
          return RecordKind.ROW;
        }
        case "d" -> {
          if (get(value, "before") instanceof GenericRecord image) {
            key.clear();
            before.append(key.plan(), image);
            key.requireComplete(faults);
            int row = key.copy();
            place(row, value, false);
            event.writeTime(row);
          } else {
            faults.unsupported(Operations.NO_BEFORE);
          }
          return RecordKind.DELETE;
        }
        case "m" -> {
          return RecordKind.NOTHING;
        }
        case "t" -> {
          faults.unsupported(Operations.TRUNCATE);
          return RecordKind.NOTHING;
        }
        default -> throw new MalformedRecord(Operations.notAnEnvelope(operation));
      }
    }

    private void place(int row, GenericRecord envelope, boolean snapshot) {
      event.clear();
      event.processedMillis = integer(envelope, "ts_ms");
      if (get(envelope, "source") instanceof GenericRecord source) {
        for (SourceField field : SourceField.values()) {
          event.set(field, get(source, field.key()));
        }
        event.postgresSequence(text(source, SourceField.SEQUENCE.key()));
      }
      event.write(row, snapshot);
    }
  }

  /** DMS's changes, as its Parquet files hold them. */
  static final class Dms implements AvroRecordReader.Meaning {
    private final ObjectPlan plan;
    private final DmsFormat format;
    private final Faults faults;
    private final DmsChange change;
    private final RowBuilder builder;
    private final AvroRows rows;
    private final DeletedKey key;
    private final AvroRows keys;

    Dms(
        ChangeRows target,
        ObjectPlan plan,
        DmsFormat format,
        String sourceUri,
        RowBuilder builder,
        Faults faults) {
      this.plan = plan;
      this.format = format;
      this.faults = faults;
      this.builder = builder;
      this.change = new DmsChange(target, format, plan.layout, builder, faults, sourceUri);
      Set<String> own = new HashSet<>();
      own.add(format.operationColumn());
      if (format.timestampColumn() != null) {
        own.add(format.timestampColumn());
      }
      this.rows = rows(plan, builder, faults, own);
      this.key = new DeletedKey(target, plan.layout, builder);
      this.keys = rows(key.plan(), key.scratch(), faults, own);
    }

    @Override
    public RecordKind read(@Nullable GenericRecord value) throws MalformedRecord {
      GenericRecord record = present(value);
      long position = ChangeEvent.recordPosition(builder);
      RecordKind kind = change.kind(text(record, format.operationColumn()));
      long time = time(record);
      int row;
      if (kind == RecordKind.DELETE) {
        key.clear();
        keys.append(key.plan(), record);
        key.requireComplete(faults);
        row = key.copy();
      } else {
        row = rows.append(plan, record);
      }
      change.writeSequence(row, time, position);
      return kind;
    }

    private long time(GenericRecord record) {
      String column = format.timestampColumn();
      Object value = column == null ? null : get(record, column);
      if (column != null && value instanceof Long number) {
        Schema schema = AvroRows.branch(record.getSchema().getField(column).schema(), number);
        ConnectType type = rows.type(schema);
        if (type.category() == ConnectType.Category.TIMESTAMP && type.unit() != null) {
          return change.time(number, type.unit());
        }
      }
      return change.time(value == null ? null : value.toString());
    }
  }
}
