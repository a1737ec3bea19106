package org.beammedallion.transforms.raw;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.deadletter.Provenance;
import org.beammedallion.quality.deadletter.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Makes batches of records that a library hands out one by one. A record over the limit becomes a
 * dead letter of which only the beginning is kept. Not thread-safe.
 */
public final class RecordCollector {

  /** What can be done about a file that is damaged or ends early. */
  public static final String LOAD_THE_REST =
      "To load the rest, put the whole file in its place and run with --takeAgain=NAME, which replaces the rows of the part."
          + " Under another name it would be read beside them; only with 'changes' save it under a new name.";

  /** What an object takes in memory in addition to its bytes, approximately. */
  private static final int OBJECT_BYTES = 32;

  private static final int FEW = 64;
  private static final int FEW_BYTES = 1 << 12;

  private final Framing framing;
  private byte @Nullable [] header;

  /** Of an array that is not filled by one large record: a batch, and a little more. */
  private final int mostBytes;

  private byte[] bytes = new byte[FEW_BYTES];
  private int length;

  /** Bytes of what a batch holds beside the records in {@code bytes}. */
  private long beside;

  private int count;
  private int[] starts = new int[FEW];
  private int[] lengths = new int[FEW];
  private long[] positions = new long[FEW];
  private PackedFields.@Nullable Builder fields;
  private List<DeadLetter> rejects = new ArrayList<>();

  public RecordCollector(Framing framing) {
    this.framing = framing;
    this.mostBytes = (int) Math.min(framing.chunkBytes() * 9L / 8, Integer.MAX_VALUE - 8);
  }

  /** Makes room for a batch like the last one. */
  private void begin(int lastBytes, int lastCount) {
    bytes = new byte[room(lastBytes)];
    int records = Math.max(FEW, lastCount + lastCount / 8);
    starts = new int[records];
    lengths = new int[records];
    positions = new long[records];
    fields = fields == null ? null : new PackedFields.Builder(records, room(fields.bytes()));
  }

  private int room(int last) {
    return (int) Math.max(FEW_BYTES, Math.min(last * 9L / 8, mostBytes));
  }

  /** Sets what tells the fields of the records. */
  public void header(byte[] text) {
    header = text;
  }

  /**
   * Adds a record.
   *
   * @param position of the record in its source
   */
  public void add(byte[] source, int offset, int size, long position) {
    add(ByteBuffer.wrap(source, offset, size), position);
  }

  private void add(ByteBuffer record, long position) {
    int size = record.remaining();
    if (size > framing.maxRecordBytes()) {
      rejectOversized(record, position);
      return;
    }
    if (bytes.length - length < size) {
      bytes = Arrays.copyOf(bytes, Math.max(Math.min(bytes.length * 2, mostBytes), length + size));
    }
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, count * 2);
      lengths = Arrays.copyOf(lengths, count * 2);
      positions = Arrays.copyOf(positions, count * 2);
    }
    record.get(bytes, length, size);
    starts[count] = length;
    lengths[count] = size;
    positions[count] = position;
    length += size;
    count++;
  }

  private void rejectOversized(ByteBuffer record, long position) {
    int size = record.remaining();
    byte[] kept = new byte[Math.min(size, RecordFramer.OVERSIZED_PAYLOAD_BYTES)];
    record.get(kept);
    reject(OversizedRecord.deadLetter(framing, kept, size, position));
  }

  /**
   * Adds a message of a stream; either all records of a shard are messages or none.
   *
   * @param value of which all that remains is taken
   * @param message what it has beside its value
   */
  public void addMessage(ByteBuffer value, long position, MessageFields message) {
    // Also where none can be kept: a batch without messages tells what the next ones are.
    PackedFields.Builder all = fields == null ? new PackedFields.Builder(FEW, FEW_BYTES) : fields;
    fields = all;
    int before = count;
    add(value, position);
    if (count > before) {
      int size = all.bytes();
      all.add(message);
      beside += all.bytes() - size + Integer.BYTES;
    }
  }

  /** Adds a dead letter for what cannot be read, and all that stands behind it. */
  public void rejectRest(String detail, byte[] payload, long position) {
    int kept = Math.min(payload.length, RecordFramer.OVERSIZED_PAYLOAD_BYTES);
    rejects.add(
        new DeadLetter(
            Reason.MALFORMED,
            detail + " The records before were read. " + LOAD_THE_REST,
            null,
            Arrays.copyOf(payload, kept),
            payload.length,
            provenance(position)));
  }

  /** Adds a dead letter that was made elsewhere. */
  public void reject(DeadLetter letter) {
    beside += letter.payload().length + OBJECT_BYTES;
    rejects.add(letter);
  }

  private Provenance provenance(long position) {
    return new Provenance(framing.source(), framing.shard(), position);
  }

  /** Whether there is as much as a batch should hold. */
  public boolean isFull() {
    return length + beside >= framing.chunkBytes();
  }

  /** What was added since the last call, or null where it is nothing. */
  public @Nullable RawBatch take() {
    if (count == 0 && rejects.isEmpty()) {
      return null;
    }
    RawBatch batch =
        new RawBatch(
            framing.source(),
            framing.shard(),
            header,
            bytes,
            count,
            starts,
            lengths,
            positions,
            List.copyOf(rejects),
            null,
            fields == null ? null : fields.build(),
            null);
    begin(length, count);
    length = 0;
    count = 0;
    beside = 0;
    rejects = new ArrayList<>();
    return batch;
  }
}
