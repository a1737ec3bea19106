package org.beammedallion.pipelines.suite;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.beammedallion.io.storage.AtomicOutput;
import org.beammedallion.io.storage.LocalStorage;
import org.beammedallion.io.storage.SeekableInput;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.storage.StoredFile;

/** The local disk under a scheme of its own, where every request passes one method. */
abstract class WatchedStorage implements Storage {

  private static final long serialVersionUID = 1L;

  private final LocalStorage disk = new LocalStorage();
  private final String scheme;

  /** Kinds of requests. */
  enum Kind {
    LIST,
    STAT,
    READ,
    WRITE,
    DELETE
  }

  /** One request. */
  record Request(Kind kind, String uri) {}

  /** What the disk does with a path. */
  interface OnDisk<T> {
    T answer(String path) throws IOException;
  }

  WatchedStorage(String scheme) {
    this.scheme = scheme;
  }

  /**
   * Called for every request.
   *
   * @param path for {@code disk}
   */
  abstract <T> T ask(Request request, String path, OnDisk<T> disk) throws IOException;

  private <T> T ask(Kind kind, String uri, OnDisk<T> work) throws IOException {
    return ask(new Request(kind, canonical(uri)), path(uri), work);
  }

  private String path(String uri) {
    return uri.startsWith(scheme + ":") ? uri.substring(scheme.length() + 1) : uri;
  }

  private StoredFile named(StoredFile file) {
    return new StoredFile(scheme + ":" + file.uri(), file.size(), file.modified());
  }

  @Override
  public Set<String> schemes() {
    return Set.of(scheme);
  }

  @Override
  public String canonical(String uri) {
    return scheme + ":" + disk.canonical(path(uri));
  }

  @Override
  public List<StoredFile> list(String folder) throws IOException {
    return ask(Kind.LIST, folder, disk::list).stream().map(this::named).toList();
  }

  @Override
  public List<StoredFile> listDirect(String folder) throws IOException {
    return ask(Kind.LIST, folder, disk::listDirect).stream().map(this::named).toList();
  }

  @Override
  public Optional<StoredFile> stat(String uri) throws IOException {
    return ask(Kind.STAT, uri, disk::stat).map(this::named);
  }

  @Override
  public InputStream open(String uri) throws IOException {
    return ask(Kind.READ, uri, disk::open);
  }

  @Override
  public SeekableInput openSeekable(String uri) throws IOException {
    return ask(Kind.READ, uri, disk::openSeekable);
  }

  @Override
  public AtomicOutput create(String uri) throws IOException {
    return ask(Kind.WRITE, uri, disk::create);
  }

  @Override
  public boolean putIfAbsent(String uri, byte[] content) throws IOException {
    return ask(Kind.WRITE, uri, path -> disk.putIfAbsent(path, content));
  }

  @Override
  public void delete(String uri) throws IOException {
    ask(
        Kind.DELETE,
        uri,
        path -> {
          disk.delete(path);
          return path;
        });
  }
}
