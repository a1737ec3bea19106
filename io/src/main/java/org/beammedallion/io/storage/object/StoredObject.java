package org.beammedallion.io.storage.object;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One object of a store, as inputs and writes ask for it. Failures that may pass are tried again
 * before they are thrown, and say what to do.
 */
public interface StoredObject {

  /**
   * Looks up its version and length, and reads its last bytes.
   *
   * @param bytes how many; fewer where it is shorter
   * @throws java.io.FileNotFoundException where there is no such object
   */
  ObjectPart end(int bytes) throws IOException;

  /**
   * Reads all of a range.
   *
   * @param version the object is refused where it has another one now
   */
  void read(String version, long from, byte[] target, int offset, int count) throws IOException;

  /** Which write it is from; empty where it does not say so, null where there is no object. */
  @Nullable String writer() throws IOException;
}
