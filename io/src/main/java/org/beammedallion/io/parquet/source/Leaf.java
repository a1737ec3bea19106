package org.beammedallion.io.parquet.source;

import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.io.ParquetDecodingException;
import org.jspecify.annotations.Nullable;

/** A leaf column while the rows of a row group are read. Not thread-safe. */
final class Leaf {

  final ColumnDescriptor descriptor;
  private @Nullable ColumnReader reader;
  private long left;

  Leaf(ColumnDescriptor descriptor) {
    this.descriptor = descriptor;
  }

  /** Begins with the first row of a row group. */
  void start(OpenColumns columns) {
    reader = columns.reader(descriptor);
    left = columns.values(descriptor);
  }

  /** Forgets the row group, whose pages are then free. */
  void stop() {
    reader = null;
  }

  ColumnReader reader() {
    ColumnReader open = reader;
    if (open == null) {
      throw new IllegalStateException("No row group is open.");
    }
    if (left <= 0) {
      throw new ParquetDecodingException(
          "the column '" + String.join(".", descriptor.getPath()) + "' has too few values");
    }
    return open;
  }

  int definition() {
    return reader().getCurrentDefinitionLevel();
  }

  /** Passes over a value; returns the repetition level of the next, 0 behind the last. */
  int consume() {
    ColumnReader open = reader();
    if (open.getCurrentDefinitionLevel() == descriptor.getMaxDefinitionLevel()) {
      // The library goes to the next levels, and not to the next value, if this one was not read.
      open.skip();
    }
    open.consume();
    left--;
    return left == 0 ? 0 : open.getCurrentRepetitionLevel();
  }

  /** Passes over a value and all that repeats deeper than a level. */
  void skip(int repetition) {
    int next;
    do {
      next = consume();
    } while (next > repetition);
  }

  /** Whether each value was passed over. */
  boolean isDone() {
    return left == 0;
  }

  /** Counts values that the reader skipped itself. */
  void consumed(int count) {
    left -= count;
  }
}
