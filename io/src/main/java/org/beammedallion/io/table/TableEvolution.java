package org.beammedallion.io.table;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings a table to the columns of its contract. Every step is one commit, and repeating it is
 * harmless. Thread-safe; nothing is cached.
 */
public interface TableEvolution {

  /**
   * How a table differs from its contract.
   *
   * @param changes what would have to be done; none where there is no table yet
   * @param contractVersion of the contract by which the table was made or last changed; null where
   *     it does not say
   * @param hasRows whether rows would have to follow the changes
   */
  record Difference(List<SchemaChange> changes, @Nullable String contractVersion, boolean hasRows) {
    public Difference {
      changes = List.copyOf(changes);
    }

    /** Of a table with rows, or one that is not there. */
    public Difference(List<SchemaChange> changes, @Nullable String contractVersion) {
      this(changes, contractVersion, true);
    }
  }

  /**
   * Compares.
   *
   * @throws TableException where the table cannot be used at all, or has other partitions
   * @throws SchemaChangeRefusedException where a table of another format is in its place
   */
  Difference difference() throws IOException;

  /**
   * Makes all changes that need no file to be rewritten, in one commit.
   *
   * @param expected what {@link #difference} has found
   * @return the changes that are left: {@link SchemaChange.Kind#WIDEN} where readers of the format
   *     take no narrower files
   * @throws ConcurrentCommitException where the table is not any more what it was then
   */
  List<SchemaChange> apply(List<SchemaChange> expected) throws IOException;

  /**
   * Makes the changes that {@link #apply} left, together with the files that they need, in one
   * commit.
   *
   * @param adds hold the rows of {@code removes}, by the contract's types
   * @param removes every live file of the table
   * @throws ConcurrentCommitException where others have changed the table: nothing was changed
   */
  void rewrite(List<SchemaChange> expected, List<DataFile> adds, List<DataFile> removes)
      throws IOException;
}
