package org.beammedallion.io.storage;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects the files of a folder, and goes on where a file or a folder vanishes while it is walked,
 * as others rename and delete files: it is left out, and nothing else.
 */
final class LocalListing extends SimpleFileVisitor<Path> {
  private final List<StoredFile> files;

  LocalListing(List<StoredFile> files) {
    this.files = files;
  }

  @Override
  public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
    if (attributes.isRegularFile() && !LocalStorage.isHidden(path)) {
      LocalStorage.statPath(path).ifPresent(files::add);
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFileFailed(Path path, IOException e) throws IOException {
    if (e instanceof NoSuchFileException) {
      return FileVisitResult.CONTINUE;
    }
    throw e;
  }

  @Override
  public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
      throws IOException {
    if (e == null || e instanceof NoSuchFileException) {
      return FileVisitResult.CONTINUE;
    }
    throw e;
  }
}
