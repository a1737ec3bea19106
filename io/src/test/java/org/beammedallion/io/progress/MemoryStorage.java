package org.beammedallion.io.progress;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.beammedallion.io.storage.AtomicOutput;
import org.beammedallion.io.storage.SeekableInput;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.storage.StoredFile;

/**
 * An object store in memory that counts requests and bytes as a bill does, a page of a list for
 * each thousand names, and that can fail at a change.
 */
final class MemoryStorage implements Storage {
  private static final long serialVersionUID = 1L;

  private static final int PAGE = 1000;
  private static final Instant TIME = Instant.parse("2026-11-05T12:00:00Z");

  /** Requests and bytes so far. */
  record Counts(long requests, long bytes) {
    Counts minus(Counts earlier) {
      return new Counts(requests - earlier.requests, bytes - earlier.bytes);
    }

    Counts plus(Counts more) {
      return new Counts(requests + more.requests, bytes + more.bytes);
    }
  }

  private final TreeMap<String, byte[]> objects = new TreeMap<>();
  private long requests;
  private long bytes;
  private long changes;
  private long failAt = Long.MAX_VALUE;

  MemoryStorage() {}

  /** The same content, nothing counted. */
  MemoryStorage(MemoryStorage other) {
    objects.putAll(other.objects);
  }

  Counts counts() {
    return new Counts(requests, bytes);
  }

  /** Writes and deletes so far. */
  long changes() {
    return changes;
  }

  /** Fails at the change of a number, counted from 0, and at all after it. */
  void failAt(long change) {
    failAt = change;
  }

  int size() {
    return objects.size();
  }

  Map<String, byte[]> objects() {
    return objects;
  }

  private void change() throws IOException {
    if (changes++ >= failAt) {
      throw new IOException("The process was killed.");
    }
    requests++;
  }

  @Override
  public Set<String> schemes() {
    return Set.of("memory");
  }

  @Override
  public String canonical(String uri) {
    return uri;
  }

  @Override
  public List<StoredFile> list(String folder) {
    return list(folder, true);
  }

  @Override
  public List<StoredFile> listDirect(String folder) {
    return list(folder, false);
  }

  private List<StoredFile> list(String folder, boolean deep) {
    List<StoredFile> files = new ArrayList<>();
    String prefix = folder + "/";
    for (Map.Entry<String, byte[]> object : objects.tailMap(prefix).entrySet()) {
      String uri = object.getKey();
      if (!uri.startsWith(prefix)) {
        break;
      }
      if (deep || uri.indexOf('/', prefix.length()) < 0) {
        files.add(new StoredFile(uri, object.getValue().length, TIME));
      }
    }
    requests += 1 + files.size() / PAGE;
    // A name, a size and a time.
    bytes += files.stream().mapToLong(file -> file.uri().length() + 32L).sum();
    return files;
  }

  @Override
  public Optional<StoredFile> stat(String uri) {
    requests++;
    byte[] content = objects.get(uri);
    return content == null
        ? Optional.empty()
        : Optional.of(new StoredFile(uri, content.length, TIME));
  }

  private byte[] content(String uri) throws FileNotFoundException {
    requests++;
    byte[] content = objects.get(uri);
    if (content == null) {
      throw new FileNotFoundException(uri);
    }
    return content;
  }

  @Override
  public InputStream open(String uri) throws IOException {
    byte[] content = content(uri);
    bytes += content.length;
    return new ByteArrayInputStream(content);
  }

  @Override
  public SeekableInput openSeekable(String uri) throws IOException {
    byte[] content = content(uri);
    return new SeekableInput() {
      @Override
      public long length() {
        return content.length;
      }

      @Override
      public int read(long position, byte[] target, int offset, int length) {
        int count = (int) Math.min(length, content.length - position);
        if (count <= 0) {
          return -1;
        }
        requests++;
        bytes += count;
        System.arraycopy(content, (int) position, target, offset, count);
        return count;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public AtomicOutput create(String uri) {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    return new AtomicOutput() {
      private boolean done;

      @Override
      public void write(int value) {
        written.write(value);
      }

      @Override
      public void write(byte[] content, int offset, int length) {
        written.write(content, offset, length);
      }

      @Override
      public long position() {
        return written.size();
      }

      @Override
      public void abort() {
        done = true;
      }

      @Override
      public void close() throws IOException {
        if (!done) {
          done = true;
          put(uri, written.toByteArray());
        }
      }
    };
  }

  private void put(String uri, byte[] content) throws IOException {
    change();
    bytes += content.length;
    objects.put(uri, content);
  }

  @Override
  public boolean putIfAbsent(String uri, byte[] content) throws IOException {
    if (objects.containsKey(uri)) {
      requests++;
      return false;
    }
    put(uri, content);
    return true;
  }

  @Override
  public void delete(String uri) throws IOException {
    change();
    objects.remove(uri);
  }

  /** Objects by folder, for messages. */
  Map<String, Integer> byFolder() {
    Map<String, Integer> folders = new HashMap<>();
    objects
        .keySet()
        .forEach(uri -> folders.merge(uri.substring(0, uri.lastIndexOf('/')), 1, Integer::sum));
    return folders;
  }
}
