package org.beammedallion.transforms.decode.csv;

import java.util.Arrays;
import org.beammedallion.transforms.bytes.Words;
import org.beammedallion.transforms.decode.record.Excerpt;
import org.beammedallion.transforms.decode.record.MalformedRecord;
import org.beammedallion.transforms.raw.CsvFormat;

/** Walks over the fields of a CSV record (RFC 4180), one after the other. Not thread-safe. */
public final class CsvSplitter {

  private final byte delimiter;
  private final byte quote;
  private final boolean trim;

  private byte[] bytes = {};
  private int start;
  private int end;
  private int next;

  private byte[] text = {};
  private int from;
  private int to;
  private boolean quoted;
  private byte[] unquoted = new byte[256];

  public CsvSplitter(CsvFormat format) {
    delimiter = (byte) format.delimiter();
    quote = (byte) format.quote();
    trim = format.values().trim();
  }

  /** Sets the record to walk over. */
  public void reset(byte[] record, int first, int last) {
    bytes = record;
    start = first;
    end = last;
    next = first;
  }

  /** Whether there is another field; a record has at least one. */
  public boolean hasNext() {
    return next <= end;
  }

  /** Moves to the next field, which then is {@link #text} between {@link #from} and {@link #to}. */
  public void advance() throws MalformedRecord {
    if (trim) {
      next = afterBlanks(next);
    }
    quoted = next < end && bytes[next] == quote;
    if (quoted) {
      quotedField(next + 1);
      return;
    }
    int stop = Words.indexOf(bytes, next, end, delimiter, quote);
    if (stop < end && bytes[stop] == quote) {
      throw malformed(
          stop,
          "a quote is inside a field that does not begin with a quote; quote the whole field");
    }
    text = bytes;
    from = next;
    to = stop;
    next = stop + 1;
    while (trim && to > from && isBlank(bytes[to - 1])) {
      to--;
    }
  }

  private int afterBlanks(int p) {
    int i = p;
    while (i < end && isBlank(bytes[i])) {
      i++;
    }
    return i;
  }

  private boolean isBlank(byte b) {
    return (b == ' ' || b == '\t') && b != delimiter;
  }

  private void quotedField(int first) throws MalformedRecord {
    int stop = Words.indexOf(bytes, first, end, quote);
    text = bytes;
    from = first;
    to = stop;
    if (stop + 1 < end && bytes[stop + 1] == quote) {
      stop = doubledQuotes(first, stop);
    }
    if (stop == end) {
      throw malformed(first - 1, "a quoted field is not closed");
    }
    int after = trim ? afterBlanks(stop + 1) : stop + 1;
    if (after < end && bytes[after] != delimiter) {
      throw malformed(
          after,
          "expected '"
              + (char) delimiter
              + "' after a closing quote, found "
              + Excerpt.of(bytes[after]));
    }
    next = after + 1;
  }

  /**
   * Copies a field in which quotes are doubled; returns where its closing quote stands, or the end.
   */
  private int doubledQuotes(int first, int firstQuote) {
    int length = 0;
    int begin = first;
    int stop = firstQuote;
    while (true) {
      boolean doubled = stop + 1 < end && bytes[stop + 1] == quote;
      int piece = stop - begin + (doubled ? 1 : 0);
      if (unquoted.length < length + piece) {
        unquoted = Arrays.copyOf(unquoted, Math.max(length + piece, unquoted.length * 2));
      }
      System.arraycopy(bytes, begin, unquoted, length, piece);
      length += piece;
      if (!doubled) {
        break;
      }
      begin = stop + 2;
      stop = Words.indexOf(bytes, begin, end, quote);
    }
    text = unquoted;
    from = 0;
    to = length;
    return stop;
  }

  public byte[] text() {
    return text;
  }

  public int from() {
    return from;
  }

  public int to() {
    return to;
  }

  /** Whether the field stands between quotes. */
  public boolean isQuoted() {
    return quoted;
  }

  private MalformedRecord malformed(int p, String what) {
    return new MalformedRecord("Not CSV at byte " + (p - start) + ": " + what + ".");
  }
}
