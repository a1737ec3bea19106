package org.beammedallion.io.storage;

import java.io.Serializable;
import java.time.Instant;

/**
 * A file that is complete and visible.
 *
 * @param uri in the storage's canonical form, see {@link Storage#canonical}
 * @param size in bytes
 * @param modified when it was last written
 */
public record StoredFile(String uri, long size, Instant modified) implements Serializable {

  /** The last part of the URI. */
  public String name() {
    return uri.substring(uri.lastIndexOf('/') + 1);
  }
}
