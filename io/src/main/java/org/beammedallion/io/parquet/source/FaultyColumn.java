package org.beammedallion.io.parquet.source;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.parquet.column.ColumnDescriptor;
import org.beammedallion.transforms.raw.RefusedFileException;

/**
 * Looks for the column of a row group that cannot be read, since the library does not tell it.
 *
 * @param group the row group, for a message
 * @param columns those that are read, in the order of the file
 */
record FaultyColumn(String group, List<ColumnDescriptor> columns, Opener opener) {

  /** Reads columns of the row group. */
  interface Opener {
    OpenColumns open(Set<ColumnDescriptor> columns) throws IOException;
  }

  /** Why the file is refused. */
  RefusedFileException refusal(Throwable error) {
    for (ColumnDescriptor column : columns) {
      try {
        readAll(column);
      } catch (IOException | RuntimeException | OutOfMemoryError e) {
        return unreadable(column, e);
      }
    }
    return refusalOfNeighbours(error);
  }

  private void readAll(ColumnDescriptor column) throws IOException {
    Leaf leaf = new Leaf(column);
    leaf.start(opener.open(Set.of(column)));
    while (!leaf.isDone()) {
      if (leaf.definition() == column.getMaxDefinitionLevel()) {
        leaf.reader().writeCurrentValueToConverter(); // Decodes what skipping would not.
      }
      leaf.consume();
    }
  }

  /**
   * The library reads on behind a column that is longer than the footer says, but not into another
   * column that is wanted too.
   */
  private RefusedFileException refusalOfNeighbours(Throwable error) {
    Set<ColumnDescriptor> together = new LinkedHashSet<>();
    ColumnDescriptor last = null;
    for (ColumnDescriptor column : columns) {
      together.add(column);
      try {
        opener.open(together);
      } catch (IOException | RuntimeException | OutOfMemoryError e) {
        return last == null ? unreadable(column, e) : unreadable(last, e);
      }
      last = column;
    }
    return Refusals.unreadable(group, error);
  }

  private RefusedFileException unreadable(ColumnDescriptor column, Throwable error) {
    return Refusals.unreadable(
        group + ", column '" + String.join(".", column.getPath()) + "'", error);
  }
}
