package org.beammedallion.io.table;

import java.util.List;

/**
 * A table at one version.
 *
 * @param version counts up from 0
 * @param files that hold its rows
 */
public record TableSnapshot(long version, List<DataFile> files) {

  public TableSnapshot {
    files = List.copyOf(files);
  }

  public long rows() {
    return files.stream().mapToLong(DataFile::liveRows).sum();
  }
}
