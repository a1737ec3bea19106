package org.beammedallion.transforms.raw;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.transforms.bytes.Words;
import org.jspecify.annotations.Nullable;

/**
 * Cuts JSON documents, of which a file may hold several one after the other, into records, and
 * hands them out in batches of about a chunk. A document that is an object is a record; the
 * elements of one that is an array are; a path leads to records inside documents. Records are
 * handed out as they stand in the file; only how brackets and quotes pair is looked at. Memory is
 * bounded by the chunk and the largest allowed record.
 *
 * <p>Where a file stops being such documents, the rest is one dead letter ({@link
 * Reason#MALFORMED}). Not thread-safe.
 */
final class JsonFramer implements RawBatches {

  private static final String NO_ELEMENT =
      "has no record, only an array without elements. If records are missing, save them under a new file name.";

  private enum Place {
    /** Between documents. */
    TOP,
    FIRST_ELEMENT,
    ELEMENT,
    ELEMENT_END,
    FIRST_MEMBER,
    MEMBER,
    COLON,
    MEMBER_VALUE,
    MEMBER_END
  }

  /** What becomes of the value that is passed over. */
  private enum Passing {
    NOTHING,
    RECORD,
    /** A member that does not lie on the path. */
    OTHER,
    KEY
  }

  /** A longer key is on no path. */
  private static final int LONGEST_KEY = 1 << 12;

  private final InputStream in;
  private final Framing framing;
  private final FileCheck check;
  private final RecordCollector records;
  private final @Nullable JsonPath path;
  private final byte[] buffer;

  /** Position in the stream of the first byte of the buffer. */
  private long base;

  private int next;
  private int filled;
  private boolean finished;
  private boolean foundAny;
  private boolean foundRecord;
  private boolean emptyArray;
  private boolean checked;
  private @Nullable String warning;

  private Place place = Place.TOP;
  private int markBytes;

  private Passing passing = Passing.NOTHING;
  private int depth;
  private boolean inString;
  private boolean escaped;
  private boolean scalar;
  private long valueStart;
  private byte[] earlier = new byte[256];
  private int earlierLength;
  private @Nullable OversizedRecord oversized;

  /**
   * @param in standing at the beginning of the file; closed by {@link #close()}
   * @param check of the first record
   */
  JsonFramer(InputStream in, Framing framing, JsonFormat format, FileCheck check) {
    this.in = in;
    this.framing = framing;
    this.check = check;
    this.checked = check == FileCheck.NONE;
    this.records = new RecordCollector(framing);
    this.path = format.path().isEmpty() ? null : new JsonPath(format);
    this.buffer = new byte[framing.chunkBytes()];
  }

  @Override
  public @Nullable RawBatch next() throws IOException {
    while (!finished && !records.isFull()) {
      if (next == filled) {
        fill();
      } else if (passing != Passing.NOTHING) {
        pass();
      } else {
        step(buffer[next]);
      }
    }
    return records.take();
  }

  @Override
  public @Nullable String warning() {
    boolean empty = base + filled == 0;
    if (warning != null || !finished || empty || foundRecord) {
      return warning;
    }
    return emptyArray ? NO_ELEMENT : foundAny ? null : RecordFramer.NO_RECORD;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private void fill() throws IOException {
    try {
      int count = in.read(buffer, 0, buffer.length);
      if (count >= 0) {
        base += filled;
        filled = count;
        next = 0;
        return;
      }
    } catch (CorruptStreamException e) {
      endEarly(
          "The stream is corrupt or ends early, after "
              + (base + filled)
              + " bytes: "
              + e.getMessage());
      return;
    }
    finished = true;
    if (passing == Passing.RECORD && scalar && place == Place.TOP) {
      take(filled, filled, true);
    } else if (passing != Passing.NOTHING || place != Place.TOP || markBytes > 0) {
      endEarly("The JSON document ends early, after " + (base + filled) + " bytes.");
    }
  }

  /** Rejects what is left of a record, or nothing but the fact. */
  private void endEarly(String detail) {
    finished = true;
    foundAny = true;
    foundRecord = true;
    boolean inRecord = passing == Passing.RECORD;
    OversizedRecord rest = new OversizedRecord(inRecord ? valueStart : base + filled);
    OversizedRecord skipped = oversized;
    if (inRecord && skipped != null) {
      rest = skipped;
    } else if (inRecord) {
      rest.skip(earlier, 0, earlierLength);
    }
    records.reject(
        new DeadLetter(
            Reason.MALFORMED,
            detail + " The records before were read. " + RecordCollector.LOAD_THE_REST,
            null,
            rest.payload(),
            rest.length(),
            rest.provenance(framing)));
  }

  /** Looks at a byte between values. */
  private void step(byte b) throws IOException {
    if (b == ' ' || b == '\n' || b == '\r' || b == '\t') {
      next++;
      return;
    }
    if (place == Place.TOP && isMark(b)) {
      next++;
      return;
    }
    foundAny = true;
    String expected = markBytes > 0 ? "a JSON value" : accept(b);
    if (expected != null) {
      foundRecord = true;
      int end = Math.min(filled, next + RecordFramer.OVERSIZED_PAYLOAD_BYTES);
      records.rejectRest(
          "The file is not JSON from byte "
              + (base + next)
              + " on: expected "
              + expected
              + ", found '"
              + BinaryFormats.shown(buffer, next, Math.min(end, next + 1))
              + "'.",
          Arrays.copyOfRange(buffer, next, end),
          base + next);
      finished = true;
    }
  }

  /** Steps over a byte order mark, a byte at a time. */
  private boolean isMark(byte b) {
    int expected = markBytes == 0 ? 0xEF : markBytes == 1 ? 0xBB : 0xBF;
    boolean fits = (b & 0xFF) == expected;
    if (fits) {
      markBytes = (markBytes + 1) % Bom.BYTES;
    }
    return fits;
  }

  /** Takes a byte, or returns what was expected in its place. */
  private @Nullable String accept(byte b) throws RefusedFileException {
    JsonPath wanted = path;
    switch (place) {
      case TOP -> {
        if (wanted != null) {
          wanted.requireObject(b, 0);
          return enter(wanted);
        }
        return b == '[' ? go(Place.FIRST_ELEMENT) : record(b, Place.TOP);
      }
      case FIRST_ELEMENT -> {
        emptyArray |= b == ']';
        return b == ']' ? go(afterArray()) : record(b, Place.ELEMENT_END);
      }
      case ELEMENT -> {
        return record(b, Place.ELEMENT_END);
      }
      case ELEMENT_END -> {
        return b == ']' ? go(afterArray()) : b == ',' ? go(Place.ELEMENT) : "',' or ']'";
      }
      default -> {
        return wanted == null ? "a JSON value" : acceptMember(b, wanted);
      }
    }
  }

  private @Nullable String acceptMember(byte b, JsonPath wanted) throws RefusedFileException {
    switch (place) {
      case FIRST_MEMBER, MEMBER -> {
        if (b == '}' && place == Place.FIRST_MEMBER) {
          return go(wanted.leave() ? Place.TOP : Place.MEMBER_END);
        }
        return b == '"' ? begin(b, Passing.KEY, Place.COLON) : "a name in quotes";
      }
      case COLON -> {
        return b == ':' ? go(Place.MEMBER_VALUE) : "':'";
      }
      case MEMBER_VALUE -> {
        if (!JsonBytes.startsValue(b)) {
          return "a JSON value";
        }
        return switch (wanted.found(b)) {
          case OBJECT -> enter(wanted);
          case RECORDS -> go(Place.FIRST_ELEMENT);
          case RECORD -> begin(b, Passing.RECORD, Place.MEMBER_END);
          case OTHER -> begin(b, Passing.OTHER, Place.MEMBER_END);
        };
      }
      default -> {
        if (b == '}') {
          return go(wanted.leave() ? Place.TOP : Place.MEMBER_END);
        }
        return b == ',' ? go(Place.MEMBER) : "',' or '}'";
      }
    }
  }

  private @Nullable String enter(JsonPath wanted) {
    wanted.enter();
    return go(Place.FIRST_MEMBER);
  }

  private Place afterArray() {
    return path == null ? Place.TOP : Place.MEMBER_END;
  }

  private @Nullable String go(Place then) {
    place = then;
    next++;
    return null;
  }

  private @Nullable String record(byte b, Place then) {
    return JsonBytes.startsValue(b) ? begin(b, Passing.RECORD, then) : "a JSON value";
  }

  /** Begins to pass over a value, whose first byte is still to be read. */
  private @Nullable String begin(byte b, Passing what, Place then) {
    passing = what;
    place = then;
    depth = 0;
    inString = false;
    scalar = b != '{' && b != '[' && b != '"';
    valueStart = base + next;
    earlierLength = 0;
    return null;
  }

  /** Passes over bytes of a value, to its end or that of the buffer. */
  private void pass() throws RefusedFileException {
    int from = next;
    int i = from;
    boolean ended = false;
    while (i < filled && !ended) {
      if (escaped) {
        escaped = false;
        i++;
      } else if (inString) {
        i = Words.indexOf(buffer, i, filled, '"', '\\');
        if (i < filled) {
          escaped = buffer[i] == '\\';
          inString = escaped;
          ended = !inString && depth == 0;
          i++;
        }
      } else if (scalar) {
        ended = JsonBytes.endsScalar(buffer[i]);
        i += ended ? 0 : 1;
      } else {
        byte b = buffer[i++];
        if (b == '"') {
          inString = true;
        } else if (b == '{' || b == '[') {
          depth++;
        } else if (b == '}' || b == ']') {
          depth--;
          ended = depth == 0;
        }
      }
    }
    next = i;
    take(from, i, ended);
  }

  /** Takes a piece of a value, and the value with its last piece. */
  private void take(int from, int to, boolean ended) throws RefusedFileException {
    if (passing == Passing.RECORD) {
      foundRecord = true;
      takeRecord(from, to, ended);
    } else if (passing == Passing.KEY && earlierLength <= LONGEST_KEY) {
      keep(from, to);
    }
    if (ended) {
      JsonPath wanted = path;
      if (passing == Passing.KEY && wanted != null) {
        wanted.name(earlier, earlierLength);
      }
      passing = Passing.NOTHING;
    }
  }

  private void takeRecord(int from, int to, boolean ended) throws RefusedFileException {
    if (oversized == null && earlierLength + (long) (to - from) > framing.maxRecordBytes()) {
      oversized = new OversizedRecord(valueStart);
      oversized.skip(earlier, 0, earlierLength);
    }
    OversizedRecord skipped = oversized;
    if (skipped != null) {
      skipped.skip(buffer, from, to);
      if (ended) {
        records.reject(skipped.deadLetter(framing));
        oversized = null;
      }
    } else if (!ended) {
      keep(from, to);
    } else if (earlierLength > 0) {
      keep(from, to);
      add(earlier, 0, earlierLength);
    } else {
      add(buffer, from, to - from);
    }
  }

  private void add(byte[] bytes, int from, int length) throws RefusedFileException {
    if (!checked) {
      checked = true;
      FileCheck own = place == Place.TOP ? check : check.forElements();
      warning = own.check(Arrays.copyOfRange(bytes, from, from + length));
    }
    records.add(bytes, from, length, valueStart);
  }

  private void keep(int from, int to) {
    int wanted = earlierLength + to - from;
    if (earlier.length < wanted) {
      earlier = Arrays.copyOf(earlier, Math.max(wanted, earlier.length * 2));
    }
    System.arraycopy(buffer, from, earlier, earlierLength, to - from);
    earlierLength = wanted;
  }
}
