package org.beammedallion.io.table;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The versions of a table that can still be read. Thread-safe; nothing is cached. */
public interface TableHistory {

  /** The versions that are kept, the latest first; empty where there is no table. */
  List<TableVersion> versions() throws IOException;

  /** The versions after one that are kept, the latest first. */
  default List<TableVersion> versionsAfter(long version) throws IOException {
    return versions().stream().filter(each -> each.version() > version).toList();
  }

  /** Whether no version was forgotten; also where there is no table. */
  boolean isWhole() throws IOException;

  /**
   * The table as it was.
   *
   * @throws TableException where that version is not kept
   */
  TableSnapshot snapshot(long version) throws IOException;

  /**
   * Makes a new version with the rows of an earlier one. What was committed in between stays
   * committed: its rows are gone, and its cycles are not taken again. A compaction that comes in
   * between is gone along with.
   *
   * @param version an earlier one, or {@link CommitRequest#NO_TABLE} for a version without rows
   * @return the new version, or the latest one where it holds those files already
   * @throws TableException where that version is not kept, or a file of it is gone
   * @throws ConcurrentCommitException where others commit faster than this can, or change rows
   *     meanwhile
   */
  CommitResult rollback(long version) throws IOException;

  /**
   * Whether another program has taken the table back, so that changes of an application are gone
   * from it. A {@link #rollback} is meant, and is none; nor is one that takes away only what others
   * committed, or that was undone. Only the versions that are kept tell.
   *
   * @param since version that the application's newest complete cycle has left
   * @param cycle that cycle; later ones may have committed already
   */
  Optional<SetBack> setBack(long since, String applicationId, long cycle) throws IOException;

  /**
   * The version that was the latest at a time.
   *
   * @throws TableException where none that is kept is as old
   */
  default long versionAt(Instant time) throws IOException {
    List<TableVersion> versions = versions();
    for (TableVersion version : versions) {
      if (!version.time().isAfter(time)) {
        return version.version();
      }
    }
    throw new TableException(
        versions.isEmpty()
            ? "There is no table yet."
            : "The table has no version as old as "
                + time
                + "; the oldest that is kept is version "
                + versions.get(versions.size() - 1).version()
                + " of "
                + versions.get(versions.size() - 1).time()
                + ". Name a later time.",
        null);
  }
}
