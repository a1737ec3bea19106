package org.beammedallion.io.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Files by URI. Implementations are thread-safe, serializable, and found by scheme with {@link
 * java.util.ServiceLoader}.
 *
 * <p>URIs are written raw, as the stores' own tools write them: nothing in them is percent-encoded,
 * so that a child is {@code folder + "/" + name} whatever the name holds. Only what a user hands
 * over as {@code file:} is decoded, by {@link #canonical}; make every root canonical before
 * anything is appended to it.
 */
public interface Storage extends Serializable {

  /**
   * The storage for a URI; a text without a scheme is a local path.
   *
   * @throws IllegalArgumentException where no storage knows the scheme
   */
  static Storage of(String uri) {
    return StorageRegistry.find(uri);
  }

  /** Whether a text has a scheme, and so is no local path. */
  static boolean isUri(String text) {
    return StorageRegistry.isUri(text);
  }

  /** The schemes that it serves, in lower case. */
  Set<String> schemes();

  /** What it can be told of a bucket or account; nothing unless it says so. */
  default List<StorageOption<?>> options() {
    return List.of();
  }

  /**
   * The storage of one bucket or account. Called once for each in a process, on workers too, before
   * it is used; not where it has no options.
   *
   * @param bucket the scheme and what follows it up to the next slash, such as {@code s3://bucket}
   * @throws IllegalArgumentException where the options do not do; says why and how to mend it
   */
  default Storage configured(String bucket, StorageOptions options) {
    return this;
  }

  /**
   * The one spelling of a URI that this storage returns itself: absolute, raw, without a slash at
   * the end.
   */
  String canonical(String uri);

  /**
   * Every file below a folder, at any depth, ordered by URI; empty where the folder does not exist.
   */
  List<StoredFile> list(String folder) throws IOException;

  /**
   * The files below a folder whose URI is greater than a text, one after another in order of URI. A
   * storage that lists in order needs no memory for all, and one that can begin at a name does not
   * look at those before it. To be closed. A failure in the middle is an {@link
   * java.io.UncheckedIOException}.
   *
   * @param after empty for all
   */
  default Stream<StoredFile> listSorted(String folder, String after) throws IOException {
    return list(folder).stream().filter(file -> file.uri().compareTo(after) > 0);
  }

  /** The files directly in a folder, ordered by URI; empty where the folder does not exist. */
  List<StoredFile> listDirect(String folder) throws IOException;

  /**
   * Those of the files directly in a folder whose URI is not less than a text. A storage that can
   * begin at a name does not look at those before it.
   */
  default List<StoredFile> listDirect(String folder, String from) throws IOException {
    return listDirect(folder).stream().filter(file -> file.uri().compareTo(from) >= 0).toList();
  }

  /**
   * The URI of a file without symbolic links in it, so that two names of one file are the same;
   * itself in a store that has none.
   */
  default String withoutLinks(String uri) throws IOException {
    return uri;
  }

  /** The file, or empty where there is none; a folder is no file. */
  Optional<StoredFile> stat(String uri) throws IOException;

  /**
   * Opens a file for reading from its beginning.
   *
   * @throws java.io.FileNotFoundException where there is none
   */
  InputStream open(String uri) throws IOException;

  /**
   * Opens a file for reads at any position.
   *
   * @throws java.io.FileNotFoundException where there is none
   */
  SeekableInput openSeekable(String uri) throws IOException;

  /**
   * Starts a file that appears whole, replacing one of the same name, when it is closed. Folders
   * are made as needed.
   */
  AtomicOutput create(String uri) throws IOException;

  /**
   * Writes a small file unless there is one: of any number of racing calls, in any number of
   * processes, exactly one returns true, and no reader ever sees a part of it. Where the answer of
   * a write is lost, it is found to be this call's own and not taken for another's.
   *
   * @return whether this call wrote it
   */
  boolean putIfAbsent(String uri, byte[] content) throws IOException;

  /** Removes a file; does nothing where there is none. */
  void delete(String uri) throws IOException;

  /**
   * Removes every file below a folder, those first whose URIs are greater, and the folder where the
   * storage has such. A store may remove up to a thousand files in one request, in no order among
   * themselves. May be repeated; does nothing where there is none.
   */
  default void deleteAll(String folder) throws IOException {
    List<StoredFile> files = list(folder);
    for (int i = files.size() - 1; i >= 0; i--) {
      delete(files.get(i).uri());
    }
  }

  /**
   * Whether a folder is certainly not there; never so in a store that has no folders, only names
   * with slashes.
   */
  default boolean isMissing(String folder) throws IOException {
    return false;
  }

  /**
   * Why nothing could be written below a folder, as far as can be told without leaving anything
   * behind: what, why and how to mend it; null where nothing speaks against it.
   */
  default @Nullable String obstacleToWriting(String folder) {
    return null;
  }
}
