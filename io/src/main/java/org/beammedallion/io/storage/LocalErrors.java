package org.beammedallion.io.storage;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** What an error of a local disk means, and how to mend it. */
final class LocalErrors {

  private LocalErrors() {}

  /** The error as a sentence: what could not be done, why, and what to do. */
  static StorageException explained(String verb, Path path, IOException cause) {
    if (cause instanceof StorageException known) {
      return known;
    }
    String reason =
        cause instanceof FileSystemException e && e.getReason() != null
            ? e.getReason()
            : cause.getMessage();
    String text = String.valueOf(reason);
    String mend;
    if (cause instanceof AccessDeniedException || text.contains("ermission")) {
      text = "permission denied for user '" + System.getProperty("user.name") + "'";
      mend = "Give this user the right to it (chmod, chown), or choose another folder.";
    } else if (text.contains("No space left") || text.contains("quota")) {
      mend =
          "Free space on that disk or choose another folder, then run again: nothing partial was left visible.";
    } else if (text.contains("Read-only")) {
      mend = "Mount it writable, or choose another folder.";
    } else if (cause instanceof FileAlreadyExistsException e) {
      text = "'" + e.getFile() + "' is a file, where a folder is needed";
      mend = "Remove or rename it, or choose another folder.";
    } else if (text.contains("Not a directory")) {
      text = "a part of the path is a file, where a folder is needed";
      mend = "Remove or rename it, or choose another folder.";
    } else {
      mend = "Check that the disk is mounted and healthy, then run again.";
    }
    return new StorageException("Cannot " + verb + " '" + path + "': " + text + ". " + mend, cause);
  }
}
