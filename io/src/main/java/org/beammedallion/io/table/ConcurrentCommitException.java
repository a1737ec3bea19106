package org.beammedallion.io.table;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Somebody else changed the table after it was read: the change must be computed again on the new
 * version.
 */
public final class ConcurrentCommitException extends IOException {
  private static final long serialVersionUID = 1L;

  public ConcurrentCommitException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * A rollback met rows that nobody knew of who asked for it.
   *
   * @param table its format and where it is
   * @param version that brought or took them
   */
  public static ConcurrentCommitException overtaken(String table, long version) {
    return new ConcurrentCommitException(
        "Another writer changed rows of the "
            + table
            + " during the rollback: version "
            + version
            + " came in between, and its rows would be lost. Nothing was changed. Look at the history, and run the rollback "
            + "again if that is intended.",
        null);
  }
}
