package org.beammedallion.io.table.iceberg;

import java.util.Map;
import java.util.OptionalLong;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.SnapshotUpdate;

/**
 * How many rows a snapshot brought and took. Ours say it themselves, for Iceberg counts marks of
 * deleted rows, and ours repeat those of files of positions that other data files share.
 *
 * @param added rows that were not there before
 * @param removed rows that are not there any more
 */
record SnapshotRows(long added, long removed) {

  private static final String ADDED = CommitNames.PREFIX + "rows-added";
  private static final String REMOVED = CommitNames.PREFIX + "rows-removed";

  /** What a snapshot says; of those that are not ours as Iceberg counts. */
  static SnapshotRows of(Map<String, String> summary) {
    OptionalLong added = figure(summary, ADDED);
    OptionalLong removed = figure(summary, REMOVED);
    if (added.isPresent() && removed.isPresent()) {
      return new SnapshotRows(added.getAsLong(), removed.getAsLong());
    }
    // Marks that take the place of others hold the same rows again.
    long marked =
        figure(summary, SnapshotSummary.ADDED_POS_DELETES_PROP).orElse(0)
            - figure(summary, SnapshotSummary.REMOVED_POS_DELETES_PROP).orElse(0);
    long gone = figure(summary, SnapshotSummary.DELETED_RECORDS_PROP).orElse(0) + marked;
    return new SnapshotRows(
        figure(summary, SnapshotSummary.ADDED_RECORDS_PROP).orElse(0) + Math.max(-gone, 0),
        Math.max(gone, 0));
  }

  private static OptionalLong figure(Map<String, String> summary, String name) {
    String text = summary.get(name);
    return text == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
  }

  /** Lets the snapshot that is being made say so. */
  void addTo(SnapshotUpdate<?> update) {
    update.set(ADDED, Long.toString(added));
    update.set(REMOVED, Long.toString(removed));
  }
}
