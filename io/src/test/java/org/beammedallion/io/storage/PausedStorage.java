package org.beammedallion.io.storage;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The local disk, by URIs like {@code paused:/tmp/x}, where something may be done right after a
 * file was looked at and before the caller goes on.
 */
public final class PausedStorage implements Storage {

  private static final long serialVersionUID = 1L;
  private static final String SCHEME = "paused:";
  private static final Map<String, Action> AFTER = new ConcurrentHashMap<>();

  private final LocalStorage disk = new LocalStorage();

  /** What is done while somebody else is at work. */
  @FunctionalInterface
  public interface Action {
    void run() throws IOException;
  }

  /** Does something once, after it was next looked whether a file is there. */
  public static void afterStat(String uri, Action action) {
    AFTER.put(uri, action);
  }

  private static String path(String uri) {
    return uri.startsWith(SCHEME) ? uri.substring(SCHEME.length()) : uri;
  }

  private static StoredFile named(StoredFile file) {
    return new StoredFile(SCHEME + file.uri(), file.size(), file.modified());
  }

  @Override
  public Set<String> schemes() {
    return Set.of("paused");
  }

  @Override
  public String canonical(String uri) {
    return SCHEME + disk.canonical(path(uri));
  }

  @Override
  public List<StoredFile> list(String folder) throws IOException {
    return disk.list(path(folder)).stream().map(PausedStorage::named).toList();
  }

  @Override
  public List<StoredFile> listDirect(String folder) throws IOException {
    return disk.listDirect(path(folder)).stream().map(PausedStorage::named).toList();
  }

  @Override
  public Optional<StoredFile> stat(String uri) throws IOException {
    Optional<StoredFile> file = disk.stat(path(uri)).map(PausedStorage::named);
    Action action = AFTER.remove(uri);
    if (action != null) {
      action.run();
    }
    return file;
  }

  @Override
  public InputStream open(String uri) throws IOException {
    return disk.open(path(uri));
  }

  @Override
  public SeekableInput openSeekable(String uri) throws IOException {
    return disk.openSeekable(path(uri));
  }

  @Override
  public AtomicOutput create(String uri) throws IOException {
    return disk.create(path(uri));
  }

  @Override
  public boolean putIfAbsent(String uri, byte[] content) throws IOException {
    return disk.putIfAbsent(path(uri), content);
  }

  @Override
  public void delete(String uri) throws IOException {
    disk.delete(path(uri));
  }
}
