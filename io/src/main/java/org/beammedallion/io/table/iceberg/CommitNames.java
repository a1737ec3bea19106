package org.beammedallion.io.table.iceberg;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.util.SnapshotUtil;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.TableVersion;
import org.jspecify.annotations.Nullable;

/**
 * How a table remembers which changes it holds: each snapshot names its own in its summary, and a
 * property of the table holds the highest cycle of each application, for snapshots expire.
 */
final class CommitNames {

  static final String PREFIX = "medallion.";
  private static final String APPLICATION = PREFIX + "application";
  private static final String CYCLE = PREFIX + "cycle";
  private static final String LAST_CYCLE = PREFIX + "last-cycle.";

  private CommitNames() {}

  /** The property that holds the application's highest cycle. */
  static String property(CommitRequest request) {
    return LAST_CYCLE + request.applicationId();
  }

  /** What the snapshot says of itself. */
  static Map<String, String> summary(CommitRequest request) {
    return Map.of(APPLICATION, request.applicationId(), CYCLE, Long.toString(request.cycle()));
  }

  /** The change that made a snapshot, or null where it was none of ours. */
  static TableVersion.@Nullable Origin originOf(Map<String, String> summary) {
    String application = summary.get(APPLICATION);
    return application == null
        ? null
        : new TableVersion.Origin(application, number(summary.get(CYCLE)));
  }

  static OptionalLong lastCycle(TableMetadata table, String applicationId) {
    Snapshot current = table.currentSnapshot();
    return lastCycle(
        table,
        applicationId,
        current == null
            ? List.of()
            : SnapshotUtil.ancestorsOf(current.snapshotId(), table::snapshot));
  }

  static OptionalLong lastCycle(
      TableMetadata table, String applicationId, Iterable<Snapshot> ancestors) {
    long highest = number(table.properties().get(LAST_CYCLE + applicationId));
    for (Snapshot snapshot : ancestors) {
      if (applicationId.equals(snapshot.summary().get(APPLICATION))) {
        highest = Math.max(highest, number(snapshot.summary().get(CYCLE)));
      }
    }
    return highest < 0 ? OptionalLong.empty() : OptionalLong.of(highest);
  }

  private static long number(@Nullable String text) {
    return text == null ? -1 : Long.parseLong(text);
  }

  static boolean isCommitted(TableMetadata table, CommitRequest request) {
    OptionalLong last = lastCycle(table, request.applicationId());
    return last.isPresent() && last.getAsLong() >= request.cycle();
  }
}
