package org.beammedallion.transforms.decode.change;

import org.beammedallion.transforms.decode.record.Excerpt;

/** What is wrong with a change, in words for a person. */
public final class Operations {

  public static final String TRUNCATE =
      "The source's table was truncated, which is no change of a single row: rows of silver stay. Delete them there if"
          + " they are to go.";

  public static final String NO_AFTER =
      "The change has no 'after', so it does not say what the row is.";

  public static final String NO_BEFORE =
      "The delete has no 'before', so the deleted row is unknown. Make the source log the key of deleted rows (in"
          + " PostgreSQL: ALTER TABLE … REPLICA IDENTITY DEFAULT or FULL).";

  public static final String NO_KEY =
      "The deleted row is unknown: the key, or a part of it, is missing. Make the source log the key of"
          + " deleted rows (in PostgreSQL: ALTER TABLE … REPLICA IDENTITY DEFAULT or FULL).";

  static final String NO_ORDER =
      "The change has no place in the order of its source: 'source' has no lsn (PostgreSQL), no file and"
          + " pos (MySQL, MariaDB), no commit_lsn (SQL Server, Db2) and no scn (Oracle). Its time does not order it:"
          + " clocks are set, and two changes may have one time.";

  static final String NO_EPOCH =
      "The change does not say when it was made ('source' has no ts_ms), and the pipeline file has epochs, for which the time is needed.";

  static final String NO_TIME =
      "The delete does not say when it happened, and a dimension needs to know when the version that it ends ceased to"
          + " hold: 'source' has no ts_ms.";

  private Operations() {}

  public static String notAnEnvelope(String operation) {
    return operation.isEmpty()
        ? "Not a Debezium envelope: it has no 'op'. Records that were flattened are no changes; read them without"
            + " 'changes: debezium'."
        : "Not a Debezium envelope: 'op' is '"
            + Excerpt.of(operation)
            + "', but must be c, u, d, r, t or m.";
  }
}
