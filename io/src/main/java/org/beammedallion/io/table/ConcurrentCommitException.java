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
}
