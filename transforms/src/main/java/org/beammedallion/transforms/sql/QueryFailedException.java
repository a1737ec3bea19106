package org.beammedallion.transforms.sql;

/** A value that a query cannot compute. The message says of which rows, why, and what to do. */
public final class QueryFailedException extends ArithmeticException {
  private static final long serialVersionUID = 1L;

  /**
   * @param where such as "in the window … to …"
   * @param reason what is wrong with the value
   */
  public QueryFailedException(String where, String reason) {
    super(
        ("the query cannot be computed "
                + where
                + ": "
                + reason.replaceFirst("\\.$", "")
                + ". Let the query guard against such values, as by CASE or NULLIF, and run again; or correct the rows.")
            .replaceAll("\\R", " "));
  }
}
