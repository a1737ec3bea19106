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

/**
 * The files below a folder whose path is greater than a text, in order of their paths; memory is
 * the names of a folder at a time.
 *
 * @param after empty for all
 */
record LocalTree(String after) {

  Stream<StoredFile> files(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
      for (Path child : children) {
        if (mayHoldLater(child)) {
          addName(names, child);
        }
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return Stream.empty();
    } catch (IOException e) {
      throw LocalErrors.explained("read folder", folder, e);
    }
    Collections.sort(names);
    return names.stream().flatMap(name -> below(folder, name));
  }

  /** Whether a file, or a folder's files, may come after the text. Asks the disk nothing. */
  private boolean mayHoldLater(Path child) {
    String path = child.toString();
    return isLater(path) || isLater(path + "/") || after.startsWith(path + "/");
  }

  private boolean isLater(String path) {
    return path.compareTo(after) > 0;
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

  private Stream<StoredFile> below(Path folder, String name) {
    Path child = folder.resolve(name);
    if (!name.endsWith("/")) {
      return LocalStorage.isHidden(child) || !isLater(child.toString())
          ? Stream.empty()
          : stat(child);
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
