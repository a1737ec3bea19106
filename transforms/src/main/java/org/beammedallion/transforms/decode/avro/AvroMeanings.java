package org.beammedallion.transforms.decode.avro;

import org.apache.avro.generic.GenericRecord;
import org.beammedallion.transforms.decode.change.ChangeEvent;
import org.beammedallion.transforms.decode.change.ChangeRows;
import org.beammedallion.transforms.decode.change.ConnectWriter;
import org.beammedallion.transforms.decode.change.DebeziumFormat;
import org.beammedallion.transforms.decode.change.DeletedKey;
import org.beammedallion.transforms.decode.change.Operations;
import org.beammedallion.transforms.decode.change.Placeholder;
import org.beammedallion.transforms.decode.change.SourceField;
import org.beammedallion.transforms.decode.record.Faults;
import org.beammedallion.transforms.decode.record.MalformedRecord;
import org.beammedallion.transforms.decode.record.ObjectPlan;
import org.beammedallion.transforms.decode.record.RecordKind;
import org.beammedallion.transforms.decode.typed.TypedSettings;
import org.beammedallion.transforms.row.RowBuilder;
import org.jspecify.annotations.Nullable;

/** What Avro records may be: rows, or Debezium's envelopes. */
final class AvroMeanings {

  private AvroMeanings() {}

  private static AvroRows debeziumRows(
      ObjectPlan plan,
      DebeziumFormat format,
      RowBuilder builder,
      Faults faults,
      TypedSettings settings) {
    // Avro writes bytes as bytes, so a text is never a decimal's bytes.
    ConnectWriter writer =
        new ConnectWriter(
            builder, format.withBytes(), faults, plan, Placeholder.of(format.unavailableValue()));
    return new AvroRows(builder, faults, writer, true, settings);
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

    Rows(ObjectPlan plan, RowBuilder builder, Faults faults, TypedSettings settings) {
      this.plan = plan;
      ConnectWriter writer =
          new ConnectWriter(builder, DebeziumFormat.NOTHING_TOLD, faults, plan, null);
      this.rows = new AvroRows(builder, faults, writer, false, settings);
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
        Faults faults,
        TypedSettings settings) {
      this.plan = plan;
      this.faults = faults;
      this.after = debeziumRows(plan, format, builder, faults, settings);
      this.key = new DeletedKey(rows, plan.layout, builder);
      this.before = debeziumRows(key.plan(), format, key.scratch(), faults, settings);
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
}
