package org.beammedallion.io.progress;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A file of the progress log is missing, cut off, empty or changed. The message names the file and
 * the way to repair the log.
 */
public final class DamagedLogException extends IOException {
  private static final long serialVersionUID = 1L;

  DamagedLogException(String uri, String what, String repair, @Nullable Throwable cause) {
    this("'" + uri + "' of the progress log " + what + ". " + repair, cause);
  }

  private DamagedLogException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * Of another file that cycles go by.
   *
   * @param what is wrong with it, as a sentence that the URI begins
   * @param repair how to mend it, in sentences
   */
  public static DamagedLogException of(
      String uri, String what, String repair, @Nullable Throwable cause) {
    return new DamagedLogException("'" + uri + "' " + what + ". " + repair, cause);
  }

  /**
   * The log does not come as far as a table does: it was removed, or restored from an old copy. The
   * table would take the cycles that it has for done, whatever is in them.
   *
   * @param root folder of the log
   * @param cycle the log's newest
   * @param table name with its layer, and {@code committed}: the newest cycle that it has
   */
  public static DamagedLogException behind(String root, long cycle, String table, long committed) {
    return new DamagedLogException(
        root,
        "comes to cycle " + cycle + ", and the table " + table + " has cycle " + committed,
        "Nothing was changed. Was the log removed, or restored from an old copy? Restore what belongs to the table; or, to"
            + " begin again, remove the pipeline's tables and this folder together.",
        null);
  }
}
