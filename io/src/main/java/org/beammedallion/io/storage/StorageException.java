package org.beammedallion.io.storage;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A storage refused; the message says what, why and how to mend it. */
public final class StorageException extends IOException {
  private static final long serialVersionUID = 1L;

  public StorageException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
