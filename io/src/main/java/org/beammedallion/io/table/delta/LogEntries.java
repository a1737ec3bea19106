package org.beammedallion.io.table.delta;

import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.beammedallion.io.storage.Storage;

/**
 * The entries of a table's log that were read or written since the log was last loaded: Kernel
 * reads them again for each question. An entry never changes, but a table that is removed and made
 * again has others of the same names, so they are forgotten with each load. Thread-safe.
 */
final class LogEntries {

  /** Of all of them; the least recently used go first. */
  private static final long MAX_BYTES = 8L << 20;

  private static final Pattern ENTRY = Pattern.compile(".*/_delta_log/\\d{20}\\.json");

  private final Map<String, byte[]> contents = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;
  private long loads;

  /** Whether a file is kept: an entry of a log that is not too large to be in memory. */
  static boolean mayKeep(String path, long size) {
    return size <= MAX_BYTES && ENTRY.matcher(path).matches();
  }

  byte[] read(Storage storage, String path) throws IOException {
    long load;
    synchronized (this) {
      byte[] known = contents.get(path);
      if (known != null) {
        return known;
      }
      load = loads;
    }
    byte[] content;
    try (InputStream in = storage.open(path)) {
      content = in.readAllBytes();
    }
    synchronized (this) {
      // What was read before the log was loaded again may be of a table that is gone.
      if (load == loads) {
        put(path, content);
      }
    }
    return content;
  }

  /** Keeps what was read or written, where it is an entry. */
  synchronized void put(String path, byte[] content) {
    if (!mayKeep(path, content.length)) {
      return;
    }
    byte[] before = contents.put(path, content);
    bytes += content.length - (before == null ? 0 : before.length);
    Iterator<byte[]> oldest = contents.values().iterator();
    while (bytes > MAX_BYTES) {
      bytes -= oldest.next().length;
      oldest.remove();
    }
  }

  synchronized void forget() {
    contents.clear();
    bytes = 0;
    loads++;
  }
}
