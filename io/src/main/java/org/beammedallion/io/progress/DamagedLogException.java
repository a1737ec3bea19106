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
    super("'" + uri + "' of the progress log " + what + ". " + repair, cause);
  }
}
