package org.beammedallion.io.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Files of the machine, by plain path or {@code file:} URI. What is written is on the disk, not
 * only in its cache, when it becomes visible. Files that are still being written are hidden files,
 * which {@code list} leaves out.
 */
public final class LocalStorage implements Storage {
  private static final long serialVersionUID = 1L;

  private static final String LOCK_NAME = ".put-if-absent.lock";
  private static final Object LOCK = new Object();

  @Override
  public Set<String> schemes() {
    return Set.of("file");
  }

  @Override
  public String canonical(String uri) {
    return LocalPaths.path(uri).toString();
  }

  @Override
  public String withoutLinks(String uri) throws IOException {
    return LocalPaths.path(uri).toRealPath().toString();
  }

  @Override
  public List<StoredFile> list(String folder) throws IOException {
    return list(folder, Integer.MAX_VALUE);
  }

  @Override
  public List<StoredFile> listDirect(String folder) throws IOException {
    return list(folder, 1);
  }

  private static List<StoredFile> list(String folder, int depth) throws IOException {
    Path root = LocalPaths.path(folder);
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    List<StoredFile> files = new ArrayList<>();
    try {
      Files.walkFileTree(root, Set.of(), depth, new LocalListing(files));
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (IOException e) {
      throw LocalErrors.explained("read folder", root, e);
    }
    files.sort(Comparator.comparing(StoredFile::uri));
    return files;
  }

  @Override
  public Stream<StoredFile> listSorted(String folder, String after) throws IOException {
    return new LocalTree(after).files(LocalPaths.path(folder));
  }

  static boolean isHidden(Path path) {
    String name = path.getFileName().toString();
    return name.startsWith(".") && (name.endsWith(".tmp") || name.equals(LOCK_NAME));
  }

  @Override
  public Optional<StoredFile> stat(String uri) throws IOException {
    return statPath(LocalPaths.path(uri));
  }

  /** A file of that name is no folder, but neither is it missing. */
  @Override
  public boolean isMissing(String folder) throws IOException {
    Path path = LocalPaths.path(folder);
    try {
      Files.readAttributes(path, BasicFileAttributes.class);
      return false;
    } catch (FileSystemException e) {
      if (isAbsent(path, e)) {
        return true;
      }
      throw LocalErrors.explained("read folder", path, e);
    }
  }

  static Optional<StoredFile> statPath(Path path) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      return attributes.isDirectory()
          ? Optional.empty()
          : Optional.of(
              new StoredFile(
                  path.toString(), attributes.size(), attributes.lastModifiedTime().toInstant()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (FileSystemException e) {
      // The parent may be a file: then there is nothing below it.
      if (isAbsent(path, e)) {
        return Optional.empty();
      }
      throw LocalErrors.explained("read", path, e);
    }
  }

  @Override
  public InputStream open(String uri) throws IOException {
    return Channels.newInputStream(openChannel(LocalPaths.path(uri)));
  }

  @Override
  public SeekableInput openSeekable(String uri) throws IOException {
    FileChannel channel = openChannel(LocalPaths.path(uri));
    return new SeekableInput() {
      @Override
      public long length() throws IOException {
        return channel.size();
      }

      @Override
      public int read(long position, byte[] target, int offset, int length) throws IOException {
        return channel.read(ByteBuffer.wrap(target, offset, length), position);
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    };
  }

  /** By now the file may be there: another process may have written it since. */
  private static boolean isAbsent(Path path, FileSystemException e) {
    return e instanceof NoSuchFileException
        || Files.notExists(path)
        || String.valueOf(e.getReason()).contains("Not a directory");
  }

  private static FileChannel openChannel(Path path) throws IOException {
    try {
      if (Files.isDirectory(path)) {
        throw new StorageException(
            "Cannot read '" + path + "': it is a folder. Name a file.", null);
      }
      return FileChannel.open(path, StandardOpenOption.READ);
    } catch (FileSystemException e) {
      if (!isAbsent(path, e)) {
        throw LocalErrors.explained("read", path, e);
      }
      FileNotFoundException missing =
          new FileNotFoundException(
              "There is no file '" + path + "'. Check the path, or whether it was removed.");
      missing.initCause(e);
      throw missing;
    }
  }

  @Override
  public AtomicOutput create(String uri) throws IOException {
    Path target = LocalPaths.path(uri);
    try {
      Files.createDirectories(parent(target));
      if (Files.isDirectory(target)) {
        throw new StorageException(
            "Cannot write '"
                + target
                + "': a folder of that name exists. Remove it or choose another name.",
            null);
      }
      Path temporary = temporary(target);
      return new LocalOutput(target, temporary, newChannel(temporary));
    } catch (FileSystemException e) {
      throw LocalErrors.explained("write", target, e);
    }
  }

  @Override
  public boolean putIfAbsent(String uri, byte[] content) throws IOException {
    Path target = LocalPaths.path(uri);
    Path temporary = temporary(target);
    try {
      if (Files.exists(target)) {
        return false;
      }
      Files.createDirectories(parent(target));
      try (FileChannel channel = newChannel(temporary)) {
        writeFully(channel, content, 0, content.length);
        channel.force(true);
      }
      boolean linked = link(target, temporary);
      if (linked) {
        forceFolder(parent(target));
      }
      return linked;
    } catch (IOException e) {
      throw LocalErrors.explained("write", target, e);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /**
   * Where the answer of a link was lost, as over a network, the target is there and is our own
   * file.
   */
  static boolean link(Path target, Path temporary) throws IOException {
    try {
      Files.createLink(target, temporary);
      return true;
    } catch (FileAlreadyExistsException e) {
      return isSame(target, temporary);
    } catch (UnsupportedOperationException | FileSystemException e) {
      return isSame(target, temporary) || moveUnlessExists(target, temporary);
    }
  }

  private static boolean isSame(Path target, Path temporary) throws IOException {
    return Files.exists(target) && Files.isSameFile(target, temporary);
  }

  /** For file systems without hard links. The lock of a process that died is free. */
  static boolean moveUnlessExists(Path target, Path temporary) throws IOException {
    synchronized (LOCK) {
      Path lockFile = parent(target).resolve(LOCK_NAME);
      try (FileChannel channel =
              FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        if (!lock.isValid() || Files.exists(target)) {
          return false;
        }
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        return true;
      }
    }
  }

  @Override
  public void delete(String uri) throws IOException {
    Path path = LocalPaths.path(uri);
    try {
      Files.deleteIfExists(path);
    } catch (FileSystemException e) {
      if (isAbsent(path, e)) {
        return;
      }
      throw LocalErrors.explained("delete", path, e);
    }
  }

  @Override
  public void deleteAll(String folder) throws IOException {
    Storage.super.deleteAll(folder);
    Path root = LocalPaths.path(folder);
    if (!Files.isDirectory(root)) {
      return;
    }
    List<Path> left;
    try (Stream<Path> all = Files.walk(root)) {
      left = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : left) {
      try {
        Files.deleteIfExists(path);
      } catch (FileSystemException e) {
        throw LocalErrors.explained("delete", path, e);
      }
    }
  }

  static Path parent(Path path) {
    Path parent = path.getParent();
    if (parent == null) {
      throw new IllegalArgumentException(
          "'" + path + "' is the root of the file system. Name a file below it.");
    }
    return parent;
  }

  private static Path temporary(Path target) {
    String name = target.getFileName().toString();
    // The random part must fit beside a name that is as long as a file system allows.
    String kept = name.getBytes(StandardCharsets.UTF_8).length > 200 ? "" : name;
    return parent(target).resolve("." + kept + "." + UUID.randomUUID() + ".tmp");
  }

  private static FileChannel newChannel(Path temporary) throws IOException {
    return FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  static void writeFully(FileChannel channel, byte[] bytes, int offset, int length)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  /** Makes a new name survive a loss of power. */
  static void forceFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (AccessDeniedException e) {
      // Windows opens no folders, and needs none of this.
    }
  }

  @Override
  public @Nullable String obstacleToWriting(String folder) {
    Path path = Path.of(folder);
    while (path != null && !Files.exists(path)) {
      path = path.getParent();
    }
    if (path == null || !Files.isDirectory(path)) {
      return "Nothing can be written to '"
          + folder
          + "': '"
          + path
          + "' is a file. Choose another folder.";
    }
    return obstacleIn(path, folder);
  }

  /**
   * Makes a file that has no name any more before anybody could write to it: permissions alone do
   * not tell of a disk that is mounted read-only, or of a folder that takes no files from anybody.
   */
  private static @Nullable String obstacleIn(Path existing, String wanted) {
    Path probe = existing.resolve("." + UUID.randomUUID() + ".tmp");
    try {
      FileChannel.open(
              probe,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE)
          .close();
      return null;
    } catch (AccessDeniedException e) {
      return "Nothing can be written to '"
          + wanted
          + "': the user '"
          + System.getProperty("user.name")
          + "' has no permission to write in '"
          + existing
          + "'. Give the user this permission (chmod, chown), or choose another folder.";
    } catch (IOException e) {
      String reason = e instanceof FileSystemException refused ? refused.getReason() : null;
      return "Nothing can be written to '"
          + wanted
          + "': '"
          + existing
          + "' takes no file"
          + (reason == null ? ". " : " (" + reason + "). ")
          + (reason != null && reason.contains("Read-only")
              ? "Mount it writable, or choose"
              : "Choose")
          + " another folder.";
    }
  }
}
