package org.beammedallion.transforms.raw;

import org.beammedallion.transforms.bytes.Words;

/**
 * Finds the line ends that end records. Remembers where in a record it stands, so that records may
 * come in pieces. Where a carriage return ends records, the line feed behind it ends a blank line,
 * which is no record.
 */
sealed interface RecordEnds {

  /** Stands for the start of a record that lies before the bytes at hand. */
  int EARLIER = -1;

  /**
   * Searches {@code [from, to)}, which continues what was searched before.
   *
   * @param start where the record starts, or {@link #EARLIER}
   * @return the index of the line end that ends the record, or {@code to} where it does not end
   *     here
   */
  int find(byte[] bytes, int start, int from, int to);

  /** Whether a line holds no record: nothing, or what the format takes for nothing. */
  boolean isBlank(byte[] bytes, int from, int to);

  /**
   * Whether the stream ends within a record, which so is lost in part.
   *
   * @param from where the record starts; {@code to} where it is too long to be at hand
   */
  boolean breaksOff(byte[] bytes, int from, int to);

  /** What is wrong with such a record, as a sentence. */
  default String breakingOff() {
    return "The file ends within this object.";
  }

  /** Every line is an object of JSON; line feeds end lines. */
  record Lines() implements RecordEnds {

    @Override
    public int find(byte[] bytes, int start, int from, int to) {
      return Words.indexOf(bytes, from, to, '\n');
    }

    @Override
    public boolean isBlank(byte[] bytes, int from, int to) {
      return isWhiteSpace(bytes, from, to);
    }

    @Override
    public boolean breaksOff(byte[] bytes, int from, int to) {
      return JsonBytes.isOpenObject(bytes, from, to);
    }
  }

  /** Every line is an object of JSON; carriage returns and line feeds end lines. */
  record AnyLines() implements RecordEnds {

    @Override
    public int find(byte[] bytes, int start, int from, int to) {
      return Words.indexOf(bytes, from, to, '\n', '\r');
    }

    @Override
    public boolean isBlank(byte[] bytes, int from, int to) {
      return isWhiteSpace(bytes, from, to);
    }

    @Override
    public boolean breaksOff(byte[] bytes, int from, int to) {
      return JsonBytes.isOpenObject(bytes, from, to);
    }
  }

  /**
   * Carriage returns and line feeds end lines, but between quotes they belong to the field. They
   * are searched together with the other controls below them, which is faster than one by one. A
   * byte order mark before the first field of a record is no part of it.
   */
  final class QuotedLines implements RecordEnds {

    private final byte delimiter;
    private final byte quote;
    private final boolean trim;

    /** What lines that are no records begin with; 0 for nothing. */
    private final byte comment;

    private boolean quoted;

    /** Whether the line is a comment, in which quotes mean nothing. */
    private boolean commented;

    /**
     * In quotes, whether the piece before ended with a quote, which the next byte doubles or not.
     */
    private boolean quotePending;

    private byte previous;

    QuotedLines(CsvFormat format) {
      delimiter = (byte) format.delimiter();
      quote = (byte) format.quote();
      trim = format.values().trim();
      comment = (byte) format.comment();
      previous = delimiter;
    }

    @Override
    public int find(byte[] bytes, int start, int from, int to) {
      int i = from;
      if (comment != 0 && start == from && from < to) {
        commented = isComment(bytes, Bom.skip(bytes, from, to), to);
      }
      if (commented) {
        int found = Words.indexOf(bytes, from, to, '\n', '\r');
        commented = found == to;
        return found;
      }
      while (i < to) {
        if (quotePending) {
          quotePending = false;
          if (bytes[i] == quote) {
            i++;
            continue;
          }
          quoted = false;
        }
        if (quoted) {
          int found = Words.indexOf(bytes, i, to, quote);
          quotePending = found < to;
          i = found + 1;
        } else {
          int found = Words.indexOfBelowOr(bytes, i, to, '\r' + 1, quote);
          if (found < to && (bytes[found] == '\n' || bytes[found] == '\r')) {
            previous = delimiter;
            return found;
          }
          if (found < to && bytes[found] == quote) {
            quoted = before(bytes, from, found) == delimiter;
            quoted |= found == start + Bom.BYTES && start >= 0 && Bom.startsAt(bytes, start, found);
          }
          i = found + 1;
        }
      }
      if (to > from) {
        previous = before(bytes, from, to);
      }
      return to;
    }

    /** The byte before {@code at} that counts. */
    private byte before(byte[] bytes, int from, int at) {
      int i = at;
      while (trim && i > from && isBlankBetween(bytes[i - 1])) {
        i--;
      }
      return i > from ? bytes[i - 1] : previous;
    }

    private boolean isBlankBetween(byte b) {
      return (b == ' ' || b == '\t') && b != delimiter;
    }

    private boolean isComment(byte[] bytes, int from, int to) {
      return comment != 0 && from < to && bytes[from] == comment;
    }

    /**
     * Blanks are part of a field (RFC 4180, section 2, rule 4), so a line of them is a record; a
     * comment is none.
     */
    @Override
    public boolean isBlank(byte[] bytes, int from, int to) {
      return from >= to || isComment(bytes, from, to);
    }

    @Override
    public boolean breaksOff(byte[] bytes, int from, int to) {
      return quoted && !quotePending;
    }

    @Override
    public String breakingOff() {
      return "A quoted field of this record is not closed, so all that comes after it in the file belongs to the record.";
    }
  }

  /** Whether there is nothing but blanks, tabulators and carriage returns. */
  static boolean isWhiteSpace(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if (b != ' ' && b != '\t' && b != '\r') {
        return false;
      }
    }
    return true;
  }
}
