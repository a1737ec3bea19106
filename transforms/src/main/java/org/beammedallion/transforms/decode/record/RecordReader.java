package org.beammedallion.transforms.decode.record;

/** Reads one record of a format and appends it as a row. */
public interface RecordReader {

  /**
   * Appends the record in {@code [from, to)}, whose UTF-8 is valid if it is a text, as a row.
   * Values that do not fit and required fields that are missing are noted as faults; the row is
   * then to be thrown away.
   */
  void read(byte[] text, int from, int to) throws MalformedRecord;

  /**
   * Appends a message without a value as a row; {@code text} holds JSON's null in {@code [from,
   * to)}.
   */
  default void readNoValue(byte[] text, int from, int to) throws MalformedRecord {
    read(text, from, to);
  }

  /** What the record that was read last is. */
  default RecordKind kind() {
    return RecordKind.ROW;
  }

  /** Whether records are texts, whose UTF-8 is to be checked. */
  default boolean isText() {
    return true;
  }
}
