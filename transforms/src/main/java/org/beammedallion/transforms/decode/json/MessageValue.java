package org.beammedallion.transforms.decode.json;

import org.beammedallion.quality.pipeline.MessageSpec.Part;
import org.beammedallion.transforms.decode.record.MalformedRecord;
import org.beammedallion.transforms.decode.record.Utf8;
import org.beammedallion.transforms.raw.Bom;
import org.beammedallion.transforms.raw.MessageFields;
import org.beammedallion.transforms.raw.RawBatch;

/**
 * Finds a header, or a field of the JSON value, in one message after the other, without decoding
 * the rest. Not thread-safe.
 */
public final class MessageValue {

  private final String header;

  /** One for each object on the way to the field; none for a header. */
  private final JsonMembers[] members;

  private final JsonScanner scanner = new JsonScanner(JsonDecoder.DEFAULT_MAX_DEPTH);
  private byte[] bytes = {};
  private int from;
  private int to;

  /** What a message has there. */
  public enum Found {
    /** {@link #bytes()} has it: a text as it is, anything else as JSON writes it. */
    VALUE,
    /** Nothing, or null. */
    ABSENT,
    /** The value is no JSON object, so it cannot be looked into. */
    UNREADABLE
  }

  public MessageValue(Part part) {
    header = part.ofHeader() ? part.names().get(0) : "";
    members =
        part.ofHeader()
            ? new JsonMembers[0]
            : part.names().stream().map(JsonMembers::new).toArray(JsonMembers[]::new);
  }

  /**
   * Looks at a message.
   *
   * @param beside what it has beside its value; only headers are looked up there
   * @param skipped bytes of the value that precede its JSON text
   */
  public Found find(RawBatch batch, int record, MessageFields beside, int skipped) {
    return members.length == 0 ? inHeaders(beside) : inValue(batch, record, skipped);
  }

  private Found inHeaders(MessageFields beside) {
    byte[] value = beside.lastHeader(header);
    if (value == null) {
      return Found.ABSENT;
    }
    return found(value, 0, value.length);
  }

  private Found inValue(RawBatch batch, int record, int skipped) {
    byte[] value = batch.bytes();
    int end = batch.starts()[record] + batch.lengths()[record];
    int start = Bom.skip(value, batch.starts()[record] + skipped, end);
    if (Utf8.firstInvalid(value, start, end) >= 0) {
      return Found.UNREADABLE;
    }
    try {
      return inObject(value, start, end);
    } catch (MalformedRecord e) {
      return Found.UNREADABLE;
    }
  }

  private Found inObject(byte[] value, int first, int last) throws MalformedRecord {
    int start = first;
    int end = last;
    for (JsonMembers object : members) {
      scanner.reset(value, start, end);
      int p = scanner.afterSpace(start);
      if (start > first && scanner.at(p) != '{') {
        return Found.ABSENT;
      }
      int behind = scanner.afterSpace(object.scan(scanner, value, p, 1));
      if (behind < end) {
        throw scanner.unexpected(behind, "nothing after the object");
      } else if (object.isNull(0)) {
        return Found.ABSENT;
      }
      start = object.start(0);
      end = object.end(0);
    }
    scanner.reset(value, start, end);
    if (value[start] != '"') {
      return found(value, start, end);
    }
    int quote = scanner.closingQuote(start + 1);
    if (!scanner.isEscaped()) {
      return found(value, start + 1, quote);
    }
    int length = scanner.unescape(start + 1, quote);
    return found(scanner.unescaped(), 0, length);
  }

  private Found found(byte[] text, int start, int end) {
    bytes = text;
    from = start;
    to = end;
    return Found.VALUE;
  }

  /** Hold the value that was found last, until the next message is looked at: a text unescaped. */
  public byte[] bytes() {
    return bytes;
  }

  /** Where it begins in {@link #bytes()}. */
  public int from() {
    return from;
  }

  /** Where it ends. */
  public int to() {
    return to;
  }
}
