package org.beammedallion.io.table.iceberg;

import java.util.List;
import java.util.Optional;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.Snapshot;
import org.beammedallion.io.table.SetBack;
import org.beammedallion.io.table.TableVersion;

/**
 * Looks for snapshots of ours that lead to the current one no more. Iceberg goes back to an old
 * snapshot, and the next one has a later number than all before, so the latest number does not
 * tell.
 */
record LostSnapshots(BaseTable table, long since, String applicationId, long cycle) {

  Optional<SetBack> find() {
    List<Snapshot> ancestors = IcebergHistory.ancestors(table);
    long newest = cycle;
    long follower = 0;
    for (Snapshot snapshot : ancestors) {
      long version = snapshot.sequenceNumber();
      if (version == since) {
        return later(newest);
      } else if (version < since) {
        return Optional.of(
            new SetBack(
                "was set back by another program: version "
                    + (follower == 0
                        ? version + " is the latest"
                        : follower + " follows " + version)
                    + ", without version "
                    + since,
                since));
      }
      TableVersion.Origin origin = CommitNames.originOf(snapshot.summary());
      if (origin != null && origin.applicationId().equals(applicationId)) {
        newest = Math.max(newest, origin.cycle());
      }
      follower = version;
    }
    // The snapshot has expired.
    return Optional.empty();
  }

  /** Whether a cycle is gone that was not complete, and behind which no snapshot has expired. */
  private Optional<SetBack> later(long newest) {
    long committed =
        CommitNames.lastCycle(table.operations().current(), applicationId, List.of()).orElse(0);
    if (committed <= newest) {
      return Optional.empty();
    }
    long before = since;
    for (Snapshot snapshot : table.snapshots()) {
      TableVersion.Origin origin = CommitNames.originOf(snapshot.summary());
      if (origin != null && origin.equals(new TableVersion.Origin(applicationId, committed))) {
        before = snapshot.sequenceNumber();
      }
    }
    return Optional.of(
        new SetBack(
            "was set back by another program: cycle "
                + committed
                + " was committed to it and is gone",
            before));
  }
}
