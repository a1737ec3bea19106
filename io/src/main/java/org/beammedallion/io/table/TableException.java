package org.beammedallion.io.table;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A table cannot be used as asked; the message says what, why and how to mend it. */
public final class TableException extends IOException {
  private static final long serialVersionUID = 1L;

  public TableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
