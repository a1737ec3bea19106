package org.beammedallion.io.table.iceberg.catalog;

import org.apache.iceberg.TableMetadata;
import org.beammedallion.io.storage.StoredFile;
import org.jspecify.annotations.Nullable;

/**
 * The latest version of a table's metadata as it was last seen, so that it is not read again while
 * nobody commits another. Thread-safe.
 */
public final class LatestMetadata {

  private volatile @Nullable Seen seen;

  /**
   * A version.
   *
   * @param file that it was read from; a table that was removed and made again has another of the
   *     same name
   */
  record Seen(int version, TableMetadata metadata, StoredFile file) {}

  @Nullable Seen get() {
    return seen;
  }

  void set(Seen latest) {
    seen = latest;
  }
}
