package org.beammedallion.pipelines.cli;

import java.util.List;
import org.beammedallion.io.table.TableVersion;

/** Checks of versions that a user names. */
final class KeptVersions {

  private KeptVersions() {}

  /**
   * Checks that a version is kept.
   *
   * @throws UsageException where it is not; says which are
   */
  static void require(TableArguments table, List<TableVersion> versions, long wanted) {
    if (versions.isEmpty()) {
      throw new UsageException(table.absence());
    }
    if (versions.stream().noneMatch(version -> version.version() == wanted)) {
      throw new UsageException(
          table.name()
              + " keeps no version "
              + wanted
              + ", only "
              + versions.get(versions.size() - 1).version()
              + " to "
              + versions.get(0).version()
              + ". `medallion history` lists them.");
    }
  }
}
