package org.beammedallion.quality.yaml;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A YAML file in any storage; paths in it are relative to its folder. {@code toString()} is its
 * name in messages.
 */
public interface Document {

  /** A document on a disk of this machine. */
  static Document of(Path path) {
    return new LocalDocument(path);
  }

  /** Its last segment. */
  String name();

  /** Its absolute address. */
  String address();

  /** The folder that it lies in, absolute and without a slash at the end. */
  String folder();

  /** The document at a path relative to {@link #folder()}, or at an absolute address. */
  Document resolve(String path);

  /** Whether it is certainly not there; false where the store cannot tell. */
  boolean isMissing();

  /** Whether it is certainly a folder. */
  boolean isFolder();

  /**
   * Its first bytes.
   *
   * @param limit largest number of bytes that are read
   * @throws java.nio.file.NoSuchFileException where there is none
   */
  byte[] read(int limit) throws IOException;
}
