package org.beammedallion.io.storage;

import java.io.IOException;
import java.io.OutputStream;

/**
 * A file being written. It appears under its name, whole, when {@link #close()} returns; it never
 * appears after {@link #abort()}, after a write that failed, or if the process dies. Where the name
 * exists already, the old content stays visible until then.
 */
public abstract class AtomicOutput extends OutputStream {

  /** Bytes written so far. */
  public abstract long position();

  /**
   * Drops everything written; {@link #close()} does nothing afterwards. Idempotent, also after
   * {@code close}.
   */
  public abstract void abort();

  /** Makes the file durable and visible. Idempotent. */
  @Override
  public abstract void close() throws IOException;
}
