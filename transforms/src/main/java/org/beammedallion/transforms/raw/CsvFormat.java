package org.beammedallion.transforms.raw;

import java.io.Serializable;
import java.util.List;

/**
 * How a CSV file (RFC 4180) is written.
 *
 * @param delimiter between fields, an ASCII character
 * @param quote around fields that hold delimiters, quotes or line ends, an ASCII character
 * @param header whether the first line names the columns; without it they are the contract's fields
 *     in their order
 * @param ignoresHeaderCase whether a column whose name differs from a field's by case alone is the
 *     field without a warning
 * @param comment the ASCII character that lines which are no records begin with, or {@link #NONE}
 * @param values how fields stand for values
 */
public record CsvFormat(
    char delimiter,
    char quote,
    boolean header,
    boolean ignoresHeaderCase,
    char comment,
    Values values)
    implements Serializable {

  /** Stands for a character that there is not. */
  public static final char NONE = 0;

  /** Commas, double quotes, and a header. */
  public static final CsvFormat RFC_4180 = new CsvFormat(',', '"', true, false, NONE, Values.PLAIN);

  /**
   * How fields stand for values.
   *
   * @param trim whether blanks and tabs around a field are no part of it
   * @param nulls texts, not in quotes, that stand for null, as an empty one always does
   * @param trues texts that stand for true beside the word itself, in any case of letters
   * @param falses texts that stand for false beside the word itself, in any case of letters
   * @param decimal between whole and fraction of a number
   * @param thousands between groups of three digits of a number, or {@link #NONE}
   */
  public record Values(
      boolean trim,
      List<String> nulls,
      List<String> trues,
      List<String> falses,
      char decimal,
      char thousands)
      implements Serializable {

    /** Nothing beyond RFC 4180. */
    public static final Values PLAIN =
        new Values(false, List.of(), List.of(), List.of(), '.', NONE);

    public Values {
      nulls = List.copyOf(nulls);
      trues = List.copyOf(trues);
      falses = List.copyOf(falses);
    }

    /** Whether numbers are written as in JSON. */
    public boolean numbersArePlain() {
      return decimal == '.' && thousands == NONE;
    }
  }

  public CsvFormat {
    requireMark("delimiter", delimiter);
    requireMark("quote", quote);
    if (delimiter == quote) {
      throw new IllegalArgumentException(
          "The delimiter and the quote of a CSV file are both '"
              + quote
              + "': choose two different ones.");
    }
  }

  public CsvFormat withDelimiter(char mark) {
    return new CsvFormat(mark, quote, header, ignoresHeaderCase, comment, values);
  }

  public CsvFormat withQuote(char mark) {
    return new CsvFormat(delimiter, mark, header, ignoresHeaderCase, comment, values);
  }

  public CsvFormat withoutHeader() {
    return new CsvFormat(delimiter, quote, false, ignoresHeaderCase, comment, values);
  }

  public CsvFormat ignoringHeaderCase() {
    return new CsvFormat(delimiter, quote, header, true, comment, values);
  }

  public CsvFormat withComment(char mark) {
    return new CsvFormat(delimiter, quote, header, ignoresHeaderCase, mark, values);
  }

  public CsvFormat withValues(Values other) {
    return new CsvFormat(delimiter, quote, header, ignoresHeaderCase, comment, other);
  }

  public CsvFormat withNullValue(String text) {
    return withValues(
        new Values(
            values.trim(),
            List.of(text),
            values.trues(),
            values.falses(),
            values.decimal(),
            values.thousands()));
  }

  private static void requireMark(String role, char mark) {
    if (mark == 0 || mark > 0x7E || mark == '\n' || mark == '\r') {
      throw new IllegalArgumentException(
          "The "
              + role
              + " of a CSV file must be an ASCII character and no line end, not U+"
              + String.format("%04X", (int) mark)
              + ".");
    }
  }
}
