package org.beammedallion.transforms.raw;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.deadletter.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of bytes into records and hands them out in batches of about a chunk. Blank lines
 * are no records, a carriage return before the line feed is no part of one, and the last one may
 * lack its line end. Memory is bounded by the chunk and the largest allowed record, however long a
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

  /** What is said of a file with bytes but without a record. */
  static final String NO_RECORD =
      "has no record, only white space. If records are missing, save them under a new file name.";

  private static final String ONLY_HEADER =
      "has no record, only a header. If records are missing, save them under a new file name.";

  /** Lets decoders load whole words at the end of a chunk. */
  private static final int SLACK = 8;

  private static final int EXPECTED_RECORD_BYTES = 128;

  private final InputStream in;
  private final Framing framing;
  private final RecordEnds ends;
  private final FileCheck check;

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
  private @Nullable OversizedRecord oversized;
  private boolean headerExpected;
  private boolean checkExpected;
  private boolean foundAny;
  private @Nullable String warning;
  private byte @Nullable [] header;
  private boolean finished;

  private int count;
  private int[] starts = {};
  private int[] lengths = {};
  private long[] positions = {};
  private List<DeadLetter> rejects = new ArrayList<>();

  private RecordFramer(
      InputStream in, Framing framing, RecordEnds ends, boolean headerExpected, FileCheck check) {
    this.in = in;
    this.framing = framing;
    this.ends = ends;
    this.headerExpected = headerExpected;
    this.checkExpected = check != FileCheck.NONE;
    this.check = check;
    this.base = framing.opensAt();
    this.skipsToLineStart = framing.from() > 0;
    this.buffer = new byte[framing.chunkBytes() + SLACK];
  }

  /**
   * Frames lines that line feeds end.
   *
   * @param in decompressed, and standing at {@link Framing#opensAt()}; closed by {@link #close()}
   */
  public static RecordFramer lines(InputStream in, Framing framing) {
    return new RecordFramer(in, framing, new RecordEnds.Lines(), false, FileCheck.NONE);
  }

  /**
   * Frames lines.
   *
   * @param ends which line ends there are
   * @param check of the file's first record
   */
  static RecordFramer lines(InputStream in, Framing framing, RecordEnds ends, FileCheck check) {
    return new RecordFramer(in, framing, ends, false, framing.from() == 0 ? check : FileCheck.NONE);
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
    return csv(in, framing, format, FileCheck.NONE);
  }

  /**
   * As above.
   *
   * @param check of the header, or of the first record where the format has none
   */
  public static RecordFramer csv(
      InputStream in, Framing framing, CsvFormat format, FileCheck check) {
    if (framing.from() != 0 || framing.to() != Long.MAX_VALUE) {
      throw new IllegalArgumentException(
          "The CSV file "
              + framing.source()
              + " cannot be read in parts, for its quoted fields may hold line ends: "
              + "plan one shard for the whole of it.");
    }
    return new RecordFramer(
        in, framing, new RecordEnds.QuotedLines(format), format.header(), check);
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
  public @Nullable String warning() {
    boolean sawAll = framing.from() == 0 && streamEnded && corruption == null;
    if (warning != null || !sawAll || foundAny || base + filled == 0) {
      return warning;
    }
    return header == null ? NO_RECORD : ONLY_HEADER;
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

  private void frame() throws RefusedFileException {
    while (true) {
      if (!skipsToLineStart && oversized == null && base + recordStart >= framing.to()) {
        finished = true;
        return;
      }
      int start = oversized == null ? recordStart : RecordEnds.EARLIER;
      int end = ends.find(buffer, start, scanned, filled);
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
      oversized = new OversizedRecord(base + recordStart);
      oversized.skip(buffer, recordStart, filled);
      recordStart = filled;
    }
  }

  /**
   * Takes what stands between {@code recordStart} and {@code end} as (the rest of) a whole record.
   */
  private void endRecord(int end) throws RefusedFileException {
    if (skipsToLineStart) {
      skipsToLineStart = false;
      return;
    }
    OversizedRecord skipped = oversized;
    if (skipped != null) {
      skipped.skip(buffer, recordStart, end);
      oversized = null;
      reject(skipped);
      return;
    }
    int length = end - recordStart;
    if (length > 0 && buffer[end - 1] == '\r') {
      length--;
    }
    if (length > framing.maxRecordBytes()) {
      OversizedRecord whole = new OversizedRecord(base + recordStart);
      whole.skip(buffer, recordStart, end);
      reject(whole);
    } else if (!isBlank(recordStart, length)
        && !(headerExpected && isWhiteSpace(recordStart, end))) {
      foundAny |= !headerExpected;
      if (checkExpected) {
        checkExpected = false;
        warning = check.check(Arrays.copyOfRange(buffer, recordStart, recordStart + length));
      }
      if (headerExpected) {
        headerExpected = false;
        header = Arrays.copyOfRange(buffer, recordStart, recordStart + length);
      } else {
        add(recordStart, length);
      }
    }
  }

  private void reject(OversizedRecord record) throws RefusedFileException {
    if (headerExpected) {
      throw new RefusedFileException(
          "has a header of "
              + record.length()
              + " bytes, more than maxRecordBytes allows ("
              + framing.maxRecordBytes()
              + "). Often a quote in it is not closed, or the file is not CSV.");
    }
    foundAny = true;
    checkExpected = false;
    rejects.add(record.deadLetter(framing));
  }

  private static String sentence(Exception cause) {
    String text = String.valueOf(cause.getMessage());
    return text.endsWith(".") ? text : text + ".";
  }

  private void endStream() throws RefusedFileException {
    CorruptStreamException cause = corruption;
    if (cause == null) {
      if (filled > recordStart || oversized != null) {
        endLastRecord();
      }
      return;
    }
    rejectFragment(
        "The stream is corrupt or ends early, after "
            + (base + filled)
            + " bytes: "
            + sentence(cause)
            + " The records before were read. "
            + RecordCollector.LOAD_THE_REST);
  }

  /** A file that was cut, or in which a quote is open, is not a whole one. */
  private void endLastRecord() throws RefusedFileException {
    int start = oversized == null ? recordStart : filled;
    if (!skipsToLineStart && !headerExpected && ends.breaksOff(buffer, start, filled)) {
      foundAny = true;
      checkExpected = false;
      rejectFragment(
          ends.breakingOff() + " The records before were read. " + RecordCollector.LOAD_THE_REST);
    } else {
      endRecord(filled);
    }
  }

  private void rejectFragment(String detail) {
    OversizedRecord fragment =
        oversized == null ? new OversizedRecord(base + recordStart) : oversized;
    fragment.skip(buffer, recordStart, filled);
    byte[] payload =
        oversized == null ? Arrays.copyOfRange(buffer, recordStart, filled) : fragment.payload();
    rejects.add(
        new DeadLetter(
            Reason.MALFORMED,
            detail,
            null,
            payload,
            fragment.length(),
            fragment.provenance(framing)));
  }

  private boolean isBlank(int start, int length) {
    return ends.isBlank(buffer, Bom.skip(buffer, start, start + length), start + length);
  }

  private boolean isWhiteSpace(int start, int end) {
    return RecordEnds.isWhiteSpace(buffer, Bom.skip(buffer, start, end), end);
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
}
