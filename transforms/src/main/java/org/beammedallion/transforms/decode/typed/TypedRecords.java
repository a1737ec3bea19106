package org.beammedallion.transforms.decode.typed;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.deadletter.Provenance;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.check.RowCheck.Violation;
import org.beammedallion.transforms.decode.change.ChangeRows;
import org.beammedallion.transforms.decode.change.DmsChange;
import org.beammedallion.transforms.decode.change.DmsFormat;
import org.beammedallion.transforms.decode.change.Operations;
import org.beammedallion.transforms.decode.json.MetadataFields;
import org.beammedallion.transforms.decode.record.BatchDecoding;
import org.beammedallion.transforms.decode.record.Fault;
import org.beammedallion.transforms.decode.record.Faults;
import org.beammedallion.transforms.decode.record.FieldPlan;
import org.beammedallion.transforms.decode.record.ObjectPlan;
import org.beammedallion.transforms.decode.record.RecordKind;
import org.beammedallion.transforms.decode.record.Rejection;
import org.beammedallion.transforms.decode.record.UnknownFields;
import org.beammedallion.transforms.raw.MessageFields;
import org.beammedallion.transforms.raw.RecordFramer;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Takes the records of a shard, one after the other: for each {@link #begin}, perhaps {@link
 * #operation}, then its values into the {@link #builder}, then {@link #end}. Gives rows, dead
 * letters and figures in batches. Not thread-safe.
 */
public final class TypedRecords {

  private static final int BATCH_BYTES = 2 << 20;

  private final ObjectPlan plan;
  private final RowCheck check;
  private final int maxRecordBytes;
  private final String source;
  private final int shard;
  private final Faults faults = new Faults();
  private final RowBuilder builder = new RowBuilder(BATCH_BYTES + (BATCH_BYTES >> 2));
  private final @Nullable DmsChange dms;
  private final boolean[] keys;
  private final @Nullable MetadataFields fill;
  private long[] measures;
  private List<DeadLetter> rejects = new ArrayList<>();
  private long rejectBytes;
  private int rows;
  private UnknownFields unknown = new UnknownFields();

  private int header;
  private int row;
  private long position;
  private RecordKind kind = RecordKind.ROW;
  private long time;

  TypedRecords(
      ObjectPlan plan,
      RowCheck check,
      @Nullable ChangeRows changes,
      @Nullable DmsFormat format,
      int maxRecordBytes,
      String source,
      int shard) {
    this.plan = plan;
    this.check = check;
    this.maxRecordBytes = maxRecordBytes;
    this.source = source;
    this.shard = shard;
    this.measures = new long[check.measureCount()];
    this.keys = new boolean[plan.layout.fieldCount()];
    this.fill = MetadataFields.of(plan, builder, faults);
    if (changes != null && format != null) {
      dms = new DmsChange(changes, format, plan.layout, builder, faults, source);
      changes.keyFields().forEach(key -> keys[key] = true);
    } else {
      dms = null;
    }
  }

  /** Where values are written to. */
  public RowBuilder builder() {
    return builder;
  }

  /** Opens a record; returns where its row starts. */
  public int begin(long recordPosition) {
    position = recordPosition;
    faults.clear();
    unknown.clear();
    kind = RecordKind.ROW;
    header = RowBatch.beginHeader(builder, shard, recordPosition);
    row = builder.beginRow(plan.layout);
    return row;
  }

  /**
   * Tells what a change is, before its values follow.
   *
   * @param operation empty where there is none
   * @param micros the change's time in UTC, or null where it is a text
   * @param text null where the time is absent or null
   */
  public void operation(String operation, @Nullable Long micros, @Nullable String text) {
    if (dms == null) {
      throw new IllegalStateException("Only changes have an operation.");
    }
    kind = dms.kind(operation);
    time = micros != null ? micros : dms.time(text);
  }

  /** Whether a field of the record is looked at: of a deleted row it is the key alone. */
  public boolean wants(int field) {
    return kind == RecordKind.ROW || (kind == RecordKind.DELETE && keys[field]);
  }

  /** Notes what is wrong with a value; the gravest fault of a record counts. */
  public void note(Fault fault) {
    faults.note(fault);
  }

  /** Notes that an element of an array is null. */
  public void missingElement(FieldPlan element) {
    if (element.required) {
      faults.missing(element, "an element is null");
    }
  }

  /**
   * Notes the first required field of a nested object that has no value.
   *
   * @param absent whether the file has no such column, by field
   */
  public void requireFields(ObjectPlan object, int start, boolean[] absent) {
    FieldPlan missing = object.firstMissing(builder.bytes(), start);
    if (missing != null) {
      faults.missing(missing, absent[missing.index] ? "it is absent" : "it is null");
    }
  }

  /** Notes a value of a field that the contract does not know. */
  public void unknown(ObjectPlan object, byte[] name) {
    unknown.add(object, name, 0, name.length);
  }

  /** Closes the record; why it is rejected, or null. */
  public @Nullable Rejection end() {
    Rejection rejection = judge();
    if (rejection != null) {
      builder.truncate(header);
      return rejection;
    }
    RowBatch.endHeader(builder, header);
    rows++;
    if (kind == RecordKind.DELETE) {
      RowBatch.markDelete(builder.bytes(), header);
    } else {
      unknown.count();
    }
    return null;
  }

  private @Nullable Rejection judge() {
    requireValues();
    if (fill != null && kind == RecordKind.ROW) {
      fill.fill(row, source, position, MessageFields.NONE);
    }
    if (dms != null) {
      dms.writeSequence(row, time, position);
    }
    Reason fault = faults.reason();
    if (fault != null) {
      return new Rejection(fault, faults.detail(), null);
    }
    int size = builder.length() - row;
    if (size > maxRecordBytes) {
      return new Rejection(
          Reason.OVERSIZED,
          "The record's row has "
              + size
              + " bytes; the limit is "
              + maxRecordBytes
              + ". Only the beginning of the record is kept here. Raise the limit if such records are wanted.",
          null);
    }
    if (kind != RecordKind.ROW) {
      return null;
    }
    String foreign = check.rejectsUnknownFields() ? unknown.first() : null;
    if (foreign != null) {
      return new Rejection(Reason.UNKNOWN_FIELD, BatchDecoding.unknownField(foreign), null);
    }
    Violation violation = check.check(builder.bytes(), row, measures);
    return violation == null
        ? null
        : new Rejection(Reason.RULE_VIOLATION, violation.detail(), violation.rule());
  }

  /** Of a deleted row the key is asked for, of any other each required field. */
  private void requireValues() {
    if (kind == RecordKind.DELETE) {
      for (FieldPlan field : plan.fields) {
        if (keys[field.index]
            && plan.layout.isNull(builder.bytes(), row, field.index)
            && !faults.hasMismatch()) {
          faults.unsupported(Operations.NO_KEY);
        }
      }
      return;
    }
    FieldPlan missing = plan.firstMissing(builder.bytes(), row);
    if (missing != null) {
      faults.missing(missing, "it is null");
    }
  }

  /**
   * Adds the dead letter of a record that was rejected.
   *
   * @param text the record as a person can read it
   */
  public void reject(Rejection rejection, long recordPosition, String text) {
    byte[] payload = text.getBytes(StandardCharsets.UTF_8);
    int kept = payload.length;
    if (payload.length > maxRecordBytes || rejection.reason() == Reason.OVERSIZED) {
      kept = Math.min(payload.length, RecordFramer.OVERSIZED_PAYLOAD_BYTES);
    }
    rejects.add(
        new DeadLetter(
            rejection.reason(),
            rejection.detail(),
            rejection.rule(),
            kept == payload.length ? payload : java.util.Arrays.copyOf(payload, kept),
            payload.length,
            new Provenance(source, shard, recordPosition)));
    rejectBytes += kept + rejection.detail().length();
  }

  /** Whether there is as much as a batch should hold. */
  public boolean isFull() {
    return builder.length() + rejectBytes >= BATCH_BYTES;
  }

  /** What has come since the last call, or null where it is nothing. */
  public @Nullable RowBatch take() {
    if (rows == 0 && rejects.isEmpty()) {
      return null;
    }
    RowBatch batch =
        new RowBatch(
            shard,
            java.util.Arrays.copyOf(builder.bytes(), builder.length()),
            builder.length(),
            rows,
            (long) rows + rejects.size(),
            0,
            List.copyOf(rejects),
            measures,
            null,
            unknown.counts());
    builder.truncate(0);
    rows = 0;
    rejects = new ArrayList<>();
    rejectBytes = 0;
    measures = new long[check.measureCount()];
    unknown = new UnknownFields();
    return batch;
  }
}
