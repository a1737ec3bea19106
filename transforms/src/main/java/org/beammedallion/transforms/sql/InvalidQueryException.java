package org.beammedallion.transforms.sql;

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

  /** The same fault, whose message says which gold table the query is of. */
  public InvalidQueryException of(String table) {
    return new InvalidQueryException(this, "Gold table '" + table + "', " + getMessage());
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
