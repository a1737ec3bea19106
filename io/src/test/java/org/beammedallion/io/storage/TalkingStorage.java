package org.beammedallion.io.storage;

import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Stores nothing; its canonical URIs tell how it is configured. */
public final class TalkingStorage implements Storage {

  private static final long serialVersionUID = 1L;

  private static final StorageOption<String> KEY = StorageOption.text("key");
  private static final StorageOption<Long> PART = StorageOption.number("partBytes");
  private static final StorageOption<Boolean> SIGNED = StorageOption.flag("signed");
  private static final StorageOption<Duration> TIMEOUT = StorageOption.duration("timeout");

  private final String described;

  public TalkingStorage() {
    this("not configured");
  }

  private TalkingStorage(String described) {
    this.described = described;
  }

  @Override
  public Set<String> schemes() {
    return Set.of("talk", "talks");
  }

  @Override
  public List<StorageOption<?>> options() {
    return List.of(KEY, PART, SIGNED, TIMEOUT);
  }

  @Override
  public Storage configured(String bucket, StorageOptions options) {
    return new TalkingStorage(
        bucket.substring(bucket.indexOf("://") + 3)
            + " "
            + options.get(KEY).orElse("-")
            + " "
            + options.get(PART).map(bytes -> bytes + 1).orElse(0L)
            + " "
            + options.get(SIGNED).orElse(false)
            + " "
            + options.get(TIMEOUT).map(Duration::toSeconds).orElse(0L));
  }

  @Override
  public String canonical(String uri) {
    return described;
  }

  @Override
  public List<StoredFile> list(String folder) {
    return List.of();
  }

  @Override
  public List<StoredFile> listDirect(String folder) {
    return List.of();
  }

  @Override
  public Optional<StoredFile> stat(String uri) {
    return Optional.empty();
  }

  @Override
  public InputStream open(String uri) {
    throw new UnsupportedOperationException(uri);
  }

  @Override
  public SeekableInput openSeekable(String uri) {
    throw new UnsupportedOperationException(uri);
  }

  @Override
  public AtomicOutput create(String uri) {
    throw new UnsupportedOperationException(uri);
  }

  @Override
  public boolean putIfAbsent(String uri, byte[] content) {
    throw new UnsupportedOperationException(uri);
  }

  @Override
  public void delete(String uri) {
    throw new UnsupportedOperationException(uri);
  }
}
