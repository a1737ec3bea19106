package org.beammedallion.io.table;

import java.io.IOException;

/** A table differs from its contract in a way that is not allowed; the message says the way out. */
public final class SchemaChangeRefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  public SchemaChangeRefusedException(String message) {
    super(message);
  }
}
