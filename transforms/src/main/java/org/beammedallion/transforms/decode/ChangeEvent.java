package org.beammedallion.transforms.decode;

import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/**
 * The place of a Debezium event in the order of its source, whatever its envelope is written in.
 * Used anew for each record; not thread-safe.
 */
final class ChangeEvent {

  private final ChangeRows rows;
  private final RowLayout layout;
  private final RowBuilder builder;
  private final byte[] file;
  private final SourceSequence sequence = new SourceSequence();

  /** What {@code source} of the envelope says; null where it does not. */
  @Nullable Long lsn;

  @Nullable Long lastCommitLsn;
  @Nullable Long binlogFile;
  @Nullable Long binlogPosition;
  @Nullable Long binlogRow;
  @Nullable Long millis;

  ChangeEvent(ChangeRows rows, RowLayout layout, RowBuilder builder, String source) {
    this.rows = rows;
    this.layout = layout;
    this.builder = builder;
    this.file = SourceSequence.fileName(source);
  }

  void clear() {
    lsn = null;
    lastCommitLsn = null;
    binlogFile = null;
    binlogPosition = null;
    binlogRow = null;
    millis = null;
  }

  /** Sets the binlog's file by the number that its name ends with, such as mysql-bin.000003. */
  void binlogFile(String name) {
    int first = name.length();
    while (first > 0 && name.charAt(first - 1) >= '0' && name.charAt(first - 1) <= '9') {
      first--;
    }
    boolean isNumber = first < name.length() && name.length() - first <= 18;
    binlogFile = isNumber ? Long.valueOf(name.substring(first)) : null;
  }

  /**
   * Sets {@code source.sequence} of PostgreSQL, a JSON array of two texts: the position of the last
   * commit before the event, and of the event.
   */
  void postgresSequence(String text) {
    int comma = text.indexOf(',');
    StringBuilder digits = new StringBuilder();
    for (int i = 0; i < comma; i++) {
      char c = text.charAt(i);
      if (c >= '0' && c <= '9') {
        digits.append(c);
      }
    }
    lastCommitLsn =
        digits.isEmpty() || digits.length() > 18 ? null : Long.valueOf(digits.toString());
  }

  /**
   * Writes the sequence into a row.
   *
   * @param recordPosition of the record in its file, which decides where a source tells only the
   *     time
   * @return false where the event does not tell its place
   */
  boolean write(int row, boolean snapshot, long recordPosition) {
    sequence.clear();
    if (isPlace(lsn)) {
      long own = value(lsn);
      // A change of a long transaction may stand in the log before the commits, and snapshots, that
      // it follows.
      sequence.number(Math.max(own, value(lastCommitLsn))).dot().snapshot(snapshot).dot();
      sequence.number(own);
    } else if (isPlace(binlogFile) && isPlace(binlogPosition)) {
      sequence.number(value(binlogFile)).dot().number(value(binlogPosition)).dot();
      sequence.snapshot(snapshot).dot().number(value(binlogRow));
    } else if (isPlace(millis)) {
      sequence.number(value(millis)).dot().snapshot(snapshot).dot().place(file, recordPosition);
    } else {
      return false;
    }
    sequence.writeTo(builder, layout, row, rows.sequenceField());
    return true;
  }

  /**
   * Writes the time of a delete into its row, where that is wanted.
   *
   * @return false where the event does not tell it
   */
  boolean writeTime(int row) {
    if (rows.wantsTime(layout, builder.bytes(), row)) {
      if (!isPlace(millis)) {
        return false;
      }
      builder.setLong(layout, row, rows.changedAt(), value(millis) * 1000);
    }
    return true;
  }

  private static boolean isPlace(@Nullable Long value) {
    return value != null && value >= 0;
  }

  private static long value(@Nullable Long value) {
    return value == null ? 0 : Math.max(0, value);
  }

  /** Position in its source of the record whose row is about to be begun. */
  static long recordPosition(RowBuilder builder) {
    return RowBatch.rowPosition(builder.bytes(), builder.length() - RowBatch.HEADER);
  }
}
