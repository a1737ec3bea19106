package org.beammedallion.transforms.decode.record;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.check.RowCheck.Violation;
import org.beammedallion.transforms.raw.Bom;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowBuilder;
import org.jspecify.annotations.Nullable;

/** The decoding of one batch: what is the same for every format. Used once. */
public final class BatchDecoding {

  private final RawBatch batch;
  private final RowCheck check;
  private final RowBuilder builder;
  private final Faults faults = new Faults();
  private final List<DeadLetter> rejects;
  private @Nullable RowFill fill;

  public BatchDecoding(RawBatch batch, RowCheck check, int rowBytes) {
    this.batch = batch;
    this.check = check;
    this.builder = new RowBuilder(capacity(batch, rowBytes));
    this.rejects = new ArrayList<>(batch.rejects());
  }

  /** Rows take less than the text they come from, but for their fixed part. */
  private static int capacity(RawBatch batch, int rowBytes) {
    long text = 0;
    for (int i = 0; i < batch.count(); i++) {
      text += batch.lengths()[i];
    }
    long fixed = (long) batch.count() * (RowBatch.HEADER + rowBytes);
    return (int) Math.min(Integer.MAX_VALUE / 2, fixed + text / 2);
  }

  public RowBuilder builder() {
    return builder;
  }

  public Faults faults() {
    return faults;
  }

  /** Fills rows, but not deletes, behind the reader and before they are checked. */
  public BatchDecoding filling(@Nullable RowFill rows) {
    fill = rows;
    return this;
  }

  public RowBatch with(RecordReader reader) {
    byte[] bytes = batch.bytes();
    long[] measures = new long[check.measureCount()];
    int rows = 0;
    int ignored = 0;
    for (int i = 0; i < batch.count(); i++) {
      int header = RowBatch.beginHeader(builder, batch.shard(), batch.positions()[i]);
      if (!reads(reader, bytes, i, header + RowBatch.HEADER, measures)) {
        builder.truncate(header);
      } else if (reader.kind() == RecordKind.NOTHING) {
        builder.truncate(header);
        ignored++;
      } else {
        RowBatch.endHeader(builder, header);
        rows++;
        if (reader.kind() == RecordKind.DELETE) {
          // It holds the key alone; what else the record has is not missed.
          RowBatch.markDelete(builder.bytes(), header);
        } else {
          faults.unknown().count();
        }
      }
    }
    if (!batch.rejects().isEmpty()) {
      rejects.sort(Comparator.comparingLong(reject -> reject.provenance().position()));
    }
    return new RowBatch(
        batch.shard(),
        builder.bytes(),
        builder.length(),
        rows,
        (long) batch.count() + batch.rejects().size(),
        ignored,
        List.copyOf(rejects),
        measures,
        null,
        faults.unknown().counts());
  }

  private boolean reads(RecordReader reader, byte[] bytes, int record, int row, long[] measures) {
    int from = batch.starts()[record];
    int to = from + batch.lengths()[record];
    int invalid = reader.isText() ? Utf8.firstInvalid(bytes, from, to) : -1;
    if (invalid >= 0) {
      reject(
          record, Reason.MALFORMED, InvalidText.of(bytes, from, invalid, batch.encoding()), null);
      return false;
    }
    faults.clear();
    try {
      if (batch.hasValue(record)) {
        reader.read(bytes, reader.isText() ? Bom.skip(bytes, from, to) : from, to);
      } else {
        reader.readNoValue(bytes, from, to);
      }
    } catch (MalformedRecord e) {
      reject(record, Reason.MALFORMED, e.detail(), null);
      return false;
    }
    if (fill != null && reader.kind() == RecordKind.ROW && faults.reason() == null) {
      fill.fill(row, batch, record);
    }
    Reason fault = faults.reason();
    if (fault != null) {
      reject(record, fault, faults.detail(), null);
      return false;
    }
    if (reader.kind() != RecordKind.ROW) {
      return true;
    }
    String unknown = check.rejectsUnknownFields() ? faults.unknown().first() : null;
    if (unknown != null) {
      reject(record, Reason.UNKNOWN_FIELD, unknownField(unknown), null);
      return false;
    }
    Violation violation = check.check(builder.bytes(), row, measures);
    if (violation != null) {
      reject(record, Reason.RULE_VIOLATION, violation.detail(), violation.rule());
      return false;
    }
    return true;
  }

  private void reject(int record, Reason reason, String detail, @Nullable String rule) {
    rejects.add(
        new DeadLetter(
            reason,
            detail,
            rule,
            batch.payload(record),
            batch.lengths()[record],
            batch.provenance(record)));
  }

  public static String unknownField(String name) {
    return "The contract knows no field '"
        + name
        + "'. Add it to the contract, or say 'schemaPolicy: evolve' or 'ignore' to leave such"
        + " fields out.";
  }
}
