package org.beammedallion.transforms.raw;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * How a CSV file (RFC 4180) is written.
 *
 * @param delimiter between fields, an ASCII character
 * @param quote around fields that hold delimiters, quotes or line ends, an ASCII character
 * @param header whether the first line names the columns; without it they are the contract's fields
 *     in their order
 * @param nullValue the unquoted text that means null, beside the empty one; or null where there is
 *     none
 */
public record CsvFormat(char delimiter, char quote, boolean header, @Nullable String nullValue)
    implements Serializable {

  /** Commas, double quotes, and a header. */
  public static final CsvFormat RFC_4180 = new CsvFormat(',', '"', true, null);

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
    return new CsvFormat(mark, quote, header, nullValue);
  }

  public CsvFormat withQuote(char mark) {
    return new CsvFormat(delimiter, mark, header, nullValue);
  }

  public CsvFormat withoutHeader() {
    return new CsvFormat(delimiter, quote, false, nullValue);
  }

  public CsvFormat withNullValue(String text) {
    return new CsvFormat(delimiter, quote, header, text);
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
