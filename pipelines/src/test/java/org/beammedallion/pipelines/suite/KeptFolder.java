package org.beammedallion.pipelines.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Copies a test's folder to {@code target/kept} when it is closed, unless it was discarded before;
 * says where in an exception, so that it stands in the report of the failing test.
 */
final class KeptFolder implements AutoCloseable {

  private final Path folder;
  private final Path copy;
  private boolean discarded;

  /**
   * @param name of the copy; a folder of that name, and of an earlier run, is never overwritten
   */
  KeptFolder(Path folder, String name) {
    this.folder = folder;
    Path free = Path.of("target", "kept", name).toAbsolutePath();
    for (int i = 2; Files.exists(free); i++) {
      free = free.resolveSibling(name + "-" + i);
    }
    this.copy = free;
  }

  /** The test has passed. */
  void discard() {
    discarded = true;
  }

  @Override
  public void close() throws IOException {
    if (discarded) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.toList()) {
        Path target = copy.resolve(folder.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
    throw new IOException("The files of the failed run are in " + copy + ".");
  }
}
