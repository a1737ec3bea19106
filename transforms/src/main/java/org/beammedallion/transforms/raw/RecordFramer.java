package org.beammedallion.transforms.raw;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.deadletter.Provenance;
import org.beammedallion.quality.deadletter.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of bytes into records and hands them out in batches of about a chunk. Blank lines
 * are no records, a carriage return before the line feed is no part of one, and the last one may
 * lack its line feed. Memory is bounded by the chunk and the largest allowed record, however long a
 * line is.
 *
 * <p>What cannot be read whole becomes a dead letter in its batch: a record over the limit ({@link
 * Reason#OVERSIZED}, with its first {@link #OVERSIZED_PAYLOAD_BYTES} bytes), and the unfinished
 * record at which a {@linkplain CorruptStreamException corrupt stream} breaks off ({@link
 * Reason#MALFORMED}). Any other {@link IOException} is thrown. Not thread-safe.
 */
public final class RecordFramer implements RawBatches {

  /** How much of an oversized record is kept. */
  public static final int OVERSIZED_PAYLOAD_BYTES = 64 << 10;

  /**
   * Behind the end of a range only the rest of its last line is wanted, so it is read in small
   * pieces.
   */
  private static final int READ_BEYOND_RANGE = 64 << 10;

  /** Lets decoders load whole words at the end of a chunk. */
  private static final int SLACK = 8;

  private static final int EXPECTED_RECORD_BYTES = 128;

  private final InputStream in;
  private final Framing framing;
  private final RecordEnds ends;

  private byte[] buffer;
  private boolean bufferIsShared;

  /** Position in the stream of the first byte of the buffer. */
  private long base;

  private int recordStart;
  private int scanned;
  private int filled;
  private boolean streamEnded;
  private @Nullable CorruptStreamException corruption;

  private boolean skipsToLineStart;
  private @Nullable Oversized oversized;
  private boolean headerExpected;
  private byte @Nullable [] header;
  private boolean finished;

  private int count;
  private int[] starts = {};
  private int[] lengths = {};
  private long[] positions = {};
  private List<DeadLetter> rejects = new ArrayList<>();

  private RecordFramer(InputStream in, Framing framing, RecordEnds ends, boolean headerExpected) {
    this.in = in;
    this.framing = framing;
    this.ends = ends;
    this.headerExpected = headerExpected;
    this.base = framing.opensAt();
    this.skipsToLineStart = framing.from() > 0;
    this.buffer = new byte[framing.chunkBytes() + SLACK];
  }

  /**
   * Frames lines.
   *
   * @param in decompressed, and standing at {@link Framing#opensAt()}; closed by {@link #close()}
   */
  public static RecordFramer lines(InputStream in, Framing framing) {
    return new RecordFramer(in, framing, new RecordEnds.Lines(), false);
  }

  /**
   * Frames the records of a CSV file, whose quoted fields may hold line ends. Its header, where the
   * format has one, is handed out with each batch and is no record.
   *
   * @param in decompressed, and standing at its beginning; closed by {@link #close()}
   * @throws IllegalArgumentException where the framing is not the whole file: where a record starts
   *     cannot be told from the middle
   */
  public static RecordFramer csv(InputStream in, Framing framing, CsvFormat format) {
    if (framing.from() != 0 || framing.to() != Long.MAX_VALUE) {
      throw new IllegalArgumentException(
          "The CSV file "
              + framing.source()
              + " cannot be read in parts, for its quoted fields may hold line ends: "
              + "plan one shard for the whole of it.");
    }
    return new RecordFramer(in, framing, new RecordEnds.QuotedLines(format), format.header());
  }

  @Override
  public @Nullable RawBatch next() throws IOException {
    while (!finished) {
      makeRoom();
      fill();
      frame();
      if (count > 0 || !rejects.isEmpty()) {
        return batch();
      }
    }
    return null;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private void makeRoom() {
    int tail = filled - recordStart;
    long wanted =
        Math.max(framing.chunkBytes(), Math.min(2L * tail, framing.maxRecordBytes() + 2L)) + SLACK;
    byte[] target = bufferIsShared || buffer.length < wanted ? new byte[(int) wanted] : buffer;
    System.arraycopy(buffer, recordStart, target, 0, tail);
    buffer = target;
    bufferIsShared = false;
    base += recordStart;
    scanned -= recordStart;
    recordStart = 0;
    filled = tail;
  }

  private void fill() throws IOException {
    int capacity = buffer.length - SLACK;
    long inRange = framing.to() - base;
    int limit =
        inRange < capacity
            ? (int) Math.min(capacity, Math.max(inRange, filled) + READ_BEYOND_RANGE)
            : capacity;
    try {
      while (filled < limit) {
        int read = in.read(buffer, filled, limit - filled);
        if (read < 0) {
          streamEnded = true;
          return;
        }
        filled += read;
      }
    } catch (CorruptStreamException e) {
      corruption = e;
      streamEnded = true;
    }
  }

  private void frame() {
    while (true) {
      if (!skipsToLineStart && oversized == null && base + recordStart >= framing.to()) {
        finished = true;
        return;
      }
      int end = ends.find(buffer, scanned, filled);
      if (end == filled) {
        scanned = filled;
        break;
      }
      endRecord(end);
      recordStart = end + 1;
      scanned = recordStart;
    }
    if (streamEnded) {
      finished = true;
      endStream();
    } else if (skipsToLineStart) {
      recordStart = filled;
    } else if (oversized != null) {
      oversized.skip(buffer, recordStart, filled);
      recordStart = filled;
    } else if (filled - recordStart > framing.maxRecordBytes() + 1L) {
      oversized = new Oversized(base + recordStart);
      oversized.skip(buffer, recordStart, filled);
      recordStart = filled;
    }
  }

  /**
   * Takes what stands between {@code recordStart} and {@code end} as (the rest of) a whole record.
   */
  private void endRecord(int end) {
    if (skipsToLineStart) {
      skipsToLineStart = false;
      return;
    }
    Oversized skipped = oversized;
    if (skipped != null) {
      skipped.skip(buffer, recordStart, end);
      rejects.add(skipped.deadLetter(framing));
      oversized = null;
      headerExpected = false;
      return;
    }
    int length = end - recordStart;
    if (length > 0 && buffer[end - 1] == '\r') {
      length--;
    }
    if (length > framing.maxRecordBytes()) {
      Oversized whole = new Oversized(base + recordStart);
      whole.skip(buffer, recordStart, end);
      rejects.add(whole.deadLetter(framing));
      headerExpected = false;
    } else if (!isBlank(recordStart, length)) {
      if (headerExpected) {
        headerExpected = false;
        header = Arrays.copyOfRange(buffer, recordStart, recordStart + length);
      } else {
        add(recordStart, length);
      }
    }
  }

  private void endStream() {
    CorruptStreamException cause = corruption;
    if (cause == null) {
      if (filled > recordStart || oversized != null) {
        endRecord(filled);
      }
      return;
    }
    Oversized fragment = oversized == null ? new Oversized(base + recordStart) : oversized;
    byte[] payload =
        oversized == null ? Arrays.copyOfRange(buffer, recordStart, filled) : fragment.payload();
    fragment.skip(buffer, recordStart, filled);
    rejects.add(
        new DeadLetter(
            Reason.MALFORMED,
            "The stream is corrupt or ends early, after "
                + (base + filled)
                + " bytes: "
                + cause.getMessage()
                + " The records before were read; bring the whole file under another name to have the rest.",
            null,
            payload,
            fragment.length,
            fragment.provenance(framing)));
  }

  private boolean isBlank(int start, int length) {
    int from = start;
    if (base + start == 0
        && length >= 3
        && buffer[start] == (byte) 0xEF
        && buffer[start + 1] == (byte) 0xBB
        && buffer[start + 2] == (byte) 0xBF) {
      from += 3;
    }
    return ends.isBlank(buffer, from, start + length);
  }

  private void add(int start, int length) {
    if (count == starts.length) {
      int capacity = count == 0 ? filled / EXPECTED_RECORD_BYTES + 16 : count * 2;
      starts = Arrays.copyOf(starts, capacity);
      lengths = Arrays.copyOf(lengths, capacity);
      positions = Arrays.copyOf(positions, capacity);
    }
    starts[count] = start;
    lengths[count] = length;
    positions[count] = base + start;
    count++;
  }

  private RawBatch batch() {
    RawBatch batch =
        new RawBatch(
            framing.source(),
            framing.shard(),
            header,
            buffer,
            count,
            starts,
            lengths,
            positions,
            List.copyOf(rejects));
    bufferIsShared = true;
    count = 0;
    starts = new int[0];
    lengths = new int[0];
    positions = new long[0];
    rejects = new ArrayList<>();
    return batch;
  }

  /** A record over the limit, of which only the beginning is kept while the rest passes by. */
  private static final class Oversized {

    private final long position;
    private byte[] beginning = {};
    private long length;
    private boolean endsWithCarriageReturn;

    Oversized(long position) {
      this.position = position;
    }

    void skip(byte[] bytes, int from, int to) {
      int wanted = Math.min(OVERSIZED_PAYLOAD_BYTES - beginning.length, to - from);
      if (wanted > 0) {
        beginning = Arrays.copyOf(beginning, beginning.length + wanted);
        System.arraycopy(bytes, from, beginning, beginning.length - wanted, wanted);
      }
      if (to > from) {
        endsWithCarriageReturn = bytes[to - 1] == '\r';
      }
      length += to - from;
    }

    byte[] payload() {
      return beginning;
    }

    Provenance provenance(Framing framing) {
      return new Provenance(framing.source(), framing.shard(), position);
    }

    DeadLetter deadLetter(Framing framing) {
      long size = endsWithCarriageReturn ? length - 1 : length;
      byte[] payload = size < beginning.length ? Arrays.copyOf(beginning, (int) size) : beginning;
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
          provenance(framing));
    }
  }
}
