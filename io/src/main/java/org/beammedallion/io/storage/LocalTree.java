package org.beammedallion.io.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/** The files below a folder in order of their paths; memory is the names of a folder at a time. */
final class LocalTree {

  private LocalTree() {}

  static Stream<StoredFile> files(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
      for (Path child : children) {
        addName(names, child);
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return Stream.empty();
    } catch (IOException e) {
      throw LocalStorage.explained("read folder", folder, e);
    }
    Collections.sort(names);
    return names.stream().flatMap(name -> below(folder, name));
  }

  /**
   * A folder's name ends with a slash, for the files in it are ordered as their whole paths are:
   * {@code a.txt} comes before {@code a/b}.
   */
  private static void addName(List<String> names, Path child) throws IOException {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(child, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (attributes.isDirectory()) {
        names.add(child.getFileName() + "/");
      } else if (attributes.isRegularFile() || isLinkToFile(child, attributes)) {
        names.add(child.getFileName().toString());
      }
    } catch (NoSuchFileException e) {
      // It was removed while the folder was read.
    }
  }

  /** Links to folders are not followed: they may lead back. */
  private static boolean isLinkToFile(Path child, BasicFileAttributes attributes) {
    return attributes.isSymbolicLink() && Files.isRegularFile(child);
  }

  private static Stream<StoredFile> below(Path folder, String name) {
    Path child = folder.resolve(name);
    if (!name.endsWith("/")) {
      return LocalStorage.isHidden(child) ? Stream.empty() : stat(child);
    }
    try {
      return files(child);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<StoredFile> stat(Path file) {
    try {
      return LocalStorage.statPath(file).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
