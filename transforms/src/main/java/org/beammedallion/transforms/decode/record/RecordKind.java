package org.beammedallion.transforms.decode.record;

/** What a record is. */
public enum RecordKind {
  /** A row, or what a row has become. */
  ROW,
  /** Says that the row of a key is gone. */
  DELETE,
  /** Says nothing of a row. */
  NOTHING
}
