package org.beammedallion.transforms.raw;

import java.io.IOException;

/**
 * A file cannot be read by the contract as a whole, for example because its header has none of the
 * contract's columns: none of its records is published, and it is tried again once the file, the
 * contract or the pipeline file has changed. A {@link RawBatches} may throw it at any time, best
 * before its first batch.
 */
public final class RefusedFileException extends IOException {

  private static final long serialVersionUID = 1L;

  /**
   * @param why sentences that say what is wrong and how to mend it; the first begins with its verb,
   *     for the file's name goes before it
   */
  public RefusedFileException(String why) {
    super(why);
  }

  public RefusedFileException(String why, Throwable cause) {
    super(why, cause);
  }

  /** Of a file at which the program itself fails, as where a library of it is missing. */
  public static RefusedFileException of(Error error) {
    Throwable cause = error;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return new RefusedFileException(
        "cannot be read by this program ("
            + cause
            + "). This is a defect of the program or of its installation: please report it with the file. The other"
            + " files of the source are read.",
        error);
  }

  /** Why, see {@link #RefusedFileException(String)}. */
  public String why() {
    return String.valueOf(getMessage());
  }
}
