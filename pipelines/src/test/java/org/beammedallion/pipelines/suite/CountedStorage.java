package org.beammedallion.pipelines.suite;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.beammedallion.io.storage.AtomicOutput;
import org.beammedallion.io.storage.LocalStorage;
import org.beammedallion.io.storage.SeekableInput;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.storage.StoredFile;

/** The local disk, by URIs like {@code counted:/tmp/x}, which writes down what it is asked for. */
public final class CountedStorage implements Storage {

  private static final long serialVersionUID = 1L;
  private static final String SCHEME = "counted:";
  private static final Queue<Request> REQUESTS = new ConcurrentLinkedQueue<>();

  private final LocalStorage disk = new LocalStorage();

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

  /** What was asked for since the last call. */
  static List<Request> requests() {
    List<Request> requests = List.copyOf(REQUESTS);
    REQUESTS.clear();
    return requests;
  }

  private String asked(Kind kind, String uri) {
    REQUESTS.add(new Request(kind, canonical(uri)));
    return path(uri);
  }

  private static String path(String uri) {
    return uri.startsWith(SCHEME) ? uri.substring(SCHEME.length()) : uri;
  }

  private static StoredFile named(StoredFile file) {
    return new StoredFile(SCHEME + file.uri(), file.size(), file.modified());
  }

  @Override
  public Set<String> schemes() {
    return Set.of("counted");
  }

  @Override
  public String canonical(String uri) {
    return SCHEME + disk.canonical(path(uri));
  }

  @Override
  public List<StoredFile> list(String folder) throws IOException {
    return disk.list(asked(Kind.LIST, folder)).stream().map(CountedStorage::named).toList();
  }

  @Override
  public List<StoredFile> listDirect(String folder) throws IOException {
    return disk.listDirect(asked(Kind.LIST, folder)).stream().map(CountedStorage::named).toList();
  }

  @Override
  public Optional<StoredFile> stat(String uri) throws IOException {
    return disk.stat(asked(Kind.STAT, uri)).map(CountedStorage::named);
  }

  @Override
  public InputStream open(String uri) throws IOException {
    return disk.open(asked(Kind.READ, uri));
  }

  @Override
  public SeekableInput openSeekable(String uri) throws IOException {
    return disk.openSeekable(asked(Kind.READ, uri));
  }

  @Override
  public AtomicOutput create(String uri) throws IOException {
    return disk.create(asked(Kind.WRITE, uri));
  }

  @Override
  public boolean putIfAbsent(String uri, byte[] content) throws IOException {
    return disk.putIfAbsent(asked(Kind.WRITE, uri), content);
  }

  @Override
  public void delete(String uri) throws IOException {
    disk.delete(asked(Kind.DELETE, uri));
  }
}
