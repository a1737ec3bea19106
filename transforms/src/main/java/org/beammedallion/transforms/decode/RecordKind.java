package org.beammedallion.transforms.decode;

/** What a record is. */
enum RecordKind {
  /** A row, or what a row has become. */
  ROW,
  /** Says that the row of a key is gone. */
  DELETE,
  /** Says nothing of a row. */
  NOTHING
}
