package org.beammedallion.transforms.raw;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Compares what precedes the records of a file and tells their fields, such as a CSV file's first
 * line or an Avro schema, with the contract, before a record is passed on. A pure function,
 * thread-safe.
 */
public interface FileCheck extends Serializable {

  /** Accepts every file. */
  FileCheck NONE = header -> null;

  /**
   * @param header as in {@link RawBatch#header}
   * @return what a person should know of the file: a sentence that begins with its verb, for the
   *     file's name goes before it; or null
   * @throws RefusedFileException where no record of the file can be read by the contract
   */
  @Nullable String check(byte[] header) throws RefusedFileException;

  /**
   * The check of one file, where its name plays a part.
   *
   * @param uri of the file
   */
  default FileCheck forFile(String uri) {
    return this;
  }

  /** The check of a file whose first record is an element of an array. */
  default FileCheck forElements() {
    return this;
  }
}
