package org.beammedallion.runners;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.beammedallion.io.storage.AtomicOutput;
import org.beammedallion.io.storage.LocalStorage;
import org.beammedallion.io.storage.SeekableInput;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.storage.StorageOption;
import org.beammedallion.io.storage.StorageOptions;
import org.beammedallion.io.storage.StoredFile;

/**
 * A store as a user may add one: buckets are folders of the local disk, {@code
 * keyed://bucket/name}, and open only to whom the right key is given, in whichever process.
 */
public final class KeyedStorage implements Storage {

  private static final long serialVersionUID = 1L;

  /** In a bucket's folder; holds what the option {@code key} must be. */
  static final String LOCK = ".key";

  private static final StorageOption<String> ROOT = StorageOption.text("root");
  private static final StorageOption<String> KEY = StorageOption.text("key");

  private final LocalStorage disk = new LocalStorage();
  private final String bucket;
  private final String folder;

  public KeyedStorage() {
    this("", "");
  }

  private KeyedStorage(String bucket, String folder) {
    this.bucket = bucket;
    this.folder = folder;
  }

  @Override
  public List<StorageOption<?>> options() {
    return List.of(ROOT, KEY);
  }

  @Override
  public Storage configured(String bucket, StorageOptions options) {
    String authority = bucket.substring(bucket.indexOf("://") + 3);
    Path opened =
        Path.of(options.get(ROOT).orElseThrow(() -> refused(authority, "no root")))
            .resolve(authority);
    try {
      String key = Files.readString(opened.resolve(LOCK));
      if (!options.get(KEY).orElse("").equals(key)) {
        throw refused(authority, "the wrong key");
      }
    } catch (IOException e) {
      throw refused(authority, "no bucket there: " + e);
    }
    return new KeyedStorage(prefix(authority), opened.toString());
  }

  private static String prefix(String authority) {
    return "keyed://" + authority;
  }

  private static IllegalArgumentException refused(String authority, String why) {
    return new IllegalArgumentException("Bucket '" + authority + "': " + why + ".");
  }

  private String path(String uri) {
    if (!uri.startsWith(bucket)) {
      throw new IllegalArgumentException(uri + " is not in " + bucket);
    }
    return folder + uri.substring(bucket.length());
  }

  private StoredFile named(StoredFile file) {
    return new StoredFile(
        bucket + file.uri().substring(folder.length()), file.size(), file.modified());
  }

  @Override
  public Set<String> schemes() {
    return Set.of("keyed");
  }

  @Override
  public String canonical(String uri) {
    return uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
  }

  @Override
  public List<StoredFile> list(String uri) throws IOException {
    return disk.list(path(uri)).stream().map(this::named).toList();
  }

  @Override
  public List<StoredFile> listDirect(String uri) throws IOException {
    return disk.listDirect(path(uri)).stream().map(this::named).toList();
  }

  @Override
  public Optional<StoredFile> stat(String uri) throws IOException {
    return disk.stat(path(uri)).map(this::named);
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
