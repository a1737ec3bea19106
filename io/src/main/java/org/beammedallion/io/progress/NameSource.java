package org.beammedallion.io.progress;

import java.io.Closeable;
import java.io.IOException;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Entries in ascending order of their URIs, each URI once. */
interface NameSource extends Closeable {

  /** The next entry, or null behind the last. */
  @Nullable NameEntry next() throws IOException;

  /** Entries in memory. */
  static NameSource of(Iterable<NameEntry> entries) {
    Iterator<NameEntry> iterator = entries.iterator();
    return new NameSource() {
      @Override
      public @Nullable NameEntry next() {
        return iterator.hasNext() ? iterator.next() : null;
      }

      @Override
      public void close() {}
    };
  }

  /** Entries of a map whose keys ascend. */
  static NameSource of(Map<String, NameEntry> entries) {
    return of(entries.values());
  }
}
