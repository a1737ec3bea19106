package org.beammedallion.transforms.sql;

import org.beammedallion.quality.yaml.Location;
import org.beammedallion.quality.yaml.TextOrigin;

/** A gold query that cannot be run. The message says what, where and how to mend it. */
public final class InvalidQueryException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  private final String reason;
  private final int line;
  private final int column;

  InvalidQueryException(String message, int line, int column) {
    super(
        line > 0 ? "SQL line " + line + ", column " + column + ": " + message : "SQL: " + message);
    this.reason = message;
    this.line = line;
    this.column = column;
  }

  private InvalidQueryException(InvalidQueryException cause, String message) {
    super(message, cause);
    this.reason = cause.reason;
    this.line = cause.line;
    this.column = cause.column;
  }

  /**
   * The same fault, whose message says which gold table the query is of, and where in the file the
   * fault is: as exactly as that is known.
   */
  public InvalidQueryException of(String table, TextOrigin origin) {
    String gold = "gold table '" + table + "'";
    Location place = line > 0 ? origin.find(line, column) : origin.start();
    if (place != null && origin.isKnown()) {
      return new InvalidQueryException(this, place + ": " + gold + ": " + sentence());
    }
    String inside = line > 0 ? ", line " + line + ", column " + column + " of its SQL" : "";
    return new InvalidQueryException(
        this, (origin.isKnown() ? origin.start() + ": " : "") + gold + inside + ": " + sentence());
  }

  private String sentence() {
    return reason.matches("(?s).*[.?!]") ? reason : reason + ".";
  }

  /** What is wrong, without the place. */
  public String reason() {
    return reason;
  }

  /** Line of the query, from 1; 0 where the fault has no place. */
  public int line() {
    return line;
  }

  /** Column in the line, from 1; 0 where the fault has no place. */
  public int column() {
    return column;
  }
}
