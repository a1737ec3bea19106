package org.beammedallion.io.source;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.beammedallion.io.bronze.BronzeRecords;
import org.beammedallion.io.progress.LandedShard;
import org.beammedallion.io.progress.SelectedPieces;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.deadletter.Provenance;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.transforms.raw.Framing;
import org.beammedallion.transforms.raw.MessageFields;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatches;
import org.beammedallion.transforms.raw.RecordCollector;
import org.jspecify.annotations.Nullable;

/**
 * The records of one bronze file, as they were when they were landed; one of which bronze has only
 * the beginning is a dead letter again. Not thread-safe.
 */
public final class BronzeBatches implements RawBatches {

  private final BronzeRecords records;
  private final int shard;
  private final int maxRecordBytes;
  private final @Nullable LandedShard range;
  private @Nullable RecordCollector collector;
  private boolean finished;
  private boolean isChecked;

  /** Records that there must be; negative where that is not known. */
  private long expected = -1;

  private long seen;

  /**
   * @param records closed by {@link #close()}
   * @param shard number of the shard in the cycle's plan
   * @param maxRecordBytes a larger record becomes a dead letter
   */
  BronzeBatches(BronzeRecords records, int shard, int maxRecordBytes) {
    this(records, shard, maxRecordBytes, null);
  }

  private BronzeBatches(
      BronzeRecords records, int shard, int maxRecordBytes, @Nullable LandedShard range) {
    this.records = records;
    this.shard = shard;
    this.maxRecordBytes = maxRecordBytes;
    this.range = range;
  }

  /**
   * The records of a range.
   *
   * @param file that has them, and perhaps others
   * @param selected the parts of the file that are read; null for all of it
   * @param maxRecordBytes a larger record becomes a dead letter
   */
  public static BronzeBatches open(
      LandedShard range, String file, @Nullable SelectedPieces selected, int maxRecordBytes)
      throws IOException {
    BronzeRecords records =
        selected == null ? BronzeRecords.open(file) : BronzeRecords.open(file, selected);
    BronzeBatches batches = new BronzeBatches(records, range.number(), maxRecordBytes, range);
    batches.expected = selected == null ? -1 : selected.records();
    return batches;
  }

  @Override
  public @Nullable RawBatch next() throws IOException {
    RecordCollector batch = collector;
    while (!finished && (batch == null || !batch.isFull())) {
      finished = !records.next();
      requireAll();
      if (!finished && isWanted()) {
        if (batch == null) {
          batch = begin();
        }
        add(batch);
      }
    }
    RawBatch taken = batch == null ? null : batch.take();
    return taken == null ? null : taken.withEncoding(encoding());
  }

  private void requireAll() throws IOException {
    if (!finished) {
      seen++;
    } else if (range != null && expected >= 0 && seen != expected) {
      throw LandedFileException.of(range);
    }
  }

  private boolean isWanted() throws LandedFileException {
    LandedShard wanted = range;
    if (wanted == null) {
      return true;
    }
    if (!isChecked) {
      requirePlanned(wanted);
      isChecked = true;
    }
    long position = records.position();
    return position >= wanted.range().from() && position < wanted.range().to();
  }

  /** A name may stand for another file since the cycle was planned, as the first record tells. */
  private void requirePlanned(LandedShard wanted) throws LandedFileException {
    long landedAt = ChronoUnit.MICROS.between(Instant.EPOCH, wanted.landedAt());
    if (records.ingestMicros() != landedAt || !records.source().equals(wanted.uri())) {
      throw LandedFileException.of(wanted);
    }
  }

  private RecordCollector begin() {
    RecordCollector begun =
        new RecordCollector(Framing.of(records.source(), shard).withMaxRecordBytes(maxRecordBytes));
    byte[] header = records.header();
    if (header != null) {
      begun.header(header);
    }
    collector = begun;
    return begun;
  }

  private void add(RecordCollector batch) {
    byte[] payload = records.payload();
    if (records.length() > payload.length) {
      batch.reject(
          new DeadLetter(
              Reason.OVERSIZED,
              "The record has "
                  + records.length()
                  + " bytes, more than the limit when it was landed. Bronze has only its beginning: to load the record, raise the limit, and send the message again, or take its file again with --takeAgain=NAME.",
              null,
              payload,
              records.length(),
              new Provenance(records.source(), shard, records.position())));
    } else {
      MessageFields fields = records.fields();
      if (fields == null) {
        batch.add(payload, 0, payload.length, records.position());
      } else {
        byte[] value = fields.hasValue() ? payload : MessageFields.noValue();
        batch.addMessage(ByteBuffer.wrap(value), records.position(), fields);
      }
    }
  }

  @Override
  public @Nullable String encoding() {
    return records.encoding();
  }

  @Override
  public void close() throws IOException {
    records.close();
  }
}
