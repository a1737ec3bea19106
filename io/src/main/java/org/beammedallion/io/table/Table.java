package org.beammedallion.io.table;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/** A table in a folder. Thread-safe; nothing is cached between calls. */
public interface Table {

  /** Its folder, in the storage's canonical form. */
  String uri();

  TableLayout layout();

  /**
   * The latest version, or empty where there is no table yet.
   *
   * @throws TableException where the table cannot be read, or not by this layout
   */
  Optional<TableSnapshot> snapshot() throws IOException;

  /**
   * What files must follow that are to be committed, on the table as it is, or as it would be made.
   */
  FileRules fileRules() throws IOException;

  /**
   * How rows of live files are marked as deleted; empty where there is no table, or no such way.
   */
  default Optional<RowDeleteRules> rowDeleteRules() throws IOException {
    return Optional.empty();
  }

  /** The highest cycle that an application has committed. */
  OptionalLong lastCycle(String applicationId) throws IOException;

  /**
   * Makes a change, whole or not at all; makes the table first where there is none. Repeating a
   * change is harmless, by any number of threads and processes at once: one commits it, the others
   * are told so.
   *
   * @throws ConcurrentCommitException where the change is valid only on the version that was read,
   *     and that is not the latest any more
   * @throws TableException where the table cannot be written, or is not of this layout
   */
  CommitResult commit(CommitRequest request) throws IOException;

  /** What brings it to the columns of its contract. */
  TableEvolution evolution();

  /** Its past versions. */
  TableHistory history();

  /** What keeps it small and quick to read. */
  TableMaintenance maintenance();
}
