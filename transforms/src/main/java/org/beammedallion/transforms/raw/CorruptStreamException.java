package org.beammedallion.transforms.raw;

import java.io.IOException;

/**
 * The data itself is broken, for example a gzip file that ends early: reading it again would not
 * help. A decompression layer throws it in place of its own exceptions, so that a {@link
 * RecordFramer} can tell broken data, which becomes a dead letter, from a storage that fails, which
 * must fail the bundle.
 */
public final class CorruptStreamException extends IOException {

  private static final long serialVersionUID = 1L;

  public CorruptStreamException(String message, Throwable cause) {
    super(message, cause);
  }
}
