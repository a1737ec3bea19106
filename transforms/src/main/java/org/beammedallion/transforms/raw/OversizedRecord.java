package org.beammedallion.transforms.raw;

import java.util.Arrays;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.deadletter.Provenance;
import org.beammedallion.quality.deadletter.Reason;

/** A record over the limit, of which only the beginning is kept while the rest passes by. */
final class OversizedRecord {

  private final long position;
  private byte[] beginning = {};
  private long length;
  private boolean endsWithCarriageReturn;

  OversizedRecord(long position) {
    this.position = position;
  }

  void skip(byte[] bytes, int from, int to) {
    int wanted = Math.min(RecordFramer.OVERSIZED_PAYLOAD_BYTES - beginning.length, to - from);
    if (wanted > 0) {
      beginning = Arrays.copyOf(beginning, beginning.length + wanted);
      System.arraycopy(bytes, from, beginning, beginning.length - wanted, wanted);
    }
    if (to > from) {
      endsWithCarriageReturn = bytes[to - 1] == '\r';
    }
    length += to - from;
  }

  /** What is kept of the record. */
  byte[] payload() {
    return beginning;
  }

  /** Bytes that have passed by so far. */
  long length() {
    return length;
  }

  Provenance provenance(Framing framing) {
    return new Provenance(framing.source(), framing.shard(), position);
  }

  DeadLetter deadLetter(Framing framing) {
    long size = endsWithCarriageReturn ? length - 1 : length;
    byte[] payload = size < beginning.length ? Arrays.copyOf(beginning, (int) size) : beginning;
    return deadLetter(framing, payload, size, position);
  }

  /**
   * The dead letter of a record.
   *
   * @param payload what is kept of it
   * @param size bytes of the whole record
   */
  static DeadLetter deadLetter(Framing framing, byte[] payload, long size, long position) {
    return new DeadLetter(
        Reason.OVERSIZED,
        "The record has "
            + size
            + " bytes; the limit is "
            + framing.maxRecordBytes()
            + ". Only its beginning is kept here. Raise the limit if such records are wanted.",
        null,
        payload,
        size,
        new Provenance(framing.source(), framing.shard(), position));
  }
}
