package org.beammedallion.transforms.decode;

/** What is wrong with a change, in words for a person. */
final class Operations {

  static final String TRUNCATE =
      "The source's table was truncated, which is no change of a single row: rows of silver stay. Delete them there if"
          + " they are to go.";

  static final String NO_AFTER = "The change has no 'after', so it does not say what the row is.";

  static final String NO_BEFORE =
      "The delete has no 'before', so it does not say which row is gone. Let the source log the key of deleted rows (in"
          + " PostgreSQL: ALTER TABLE … REPLICA IDENTITY DEFAULT or FULL).";

  static final String NO_ORDER =
      "The change does not say where it stands in the order of its source: 'source' has no lsn, no file and pos, and no"
          + " ts_ms.";

  static final String NO_TIME =
      "The delete does not say when it happened, and a dimension needs to know when the version that it ends ceased to"
          + " hold: 'source' has no ts_ms.";

  private Operations() {}

  static String notAnEnvelope(String operation) {
    return operation.isEmpty()
        ? "Not a Debezium envelope: it has no 'op'. Records that were flattened are no changes; read them without"
            + " 'changes: debezium'."
        : "Not a Debezium envelope: 'op' is '"
            + Excerpt.of(operation)
            + "', but must be c, u, d, r, t or m.";
  }
}
