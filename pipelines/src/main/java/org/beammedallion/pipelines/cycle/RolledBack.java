package org.beammedallion.pipelines.cycle;

import java.io.IOException;
import java.util.List;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.TableVersion;
import org.beammedallion.quality.ledger.Ledger.GoldEntry;
import org.jspecify.annotations.Nullable;

/**
 * By what a gold table is made that is not as the last cycle left it. Compactions and changes by
 * hand do not count; a rollback brings back what an earlier cycle left.
 */
final class RolledBack {

  private final TableJob job;
  private final ProgressLog log;
  private final GoldEntry last;

  /**
   * @param last what the last completed cycle says of the table
   */
  RolledBack(TableJob job, ProgressLog log, GoldEntry last) {
    this.job = job;
    this.log = log;
    this.last = last;
  }

  /**
   * The definition of a version of the table: {@link GoldDefinitions#NONE} where nothing that is
   * kept tells, null where a ledger of an earlier release does not.
   */
  @Nullable String madeBy(long version) throws IOException {
    // Mostly a compaction or two, so the whole history is read for rollbacks alone.
    boolean isRolledBack =
        version < last.version()
            || job.table().history().versionsAfter(last.version()).stream()
                .anyMatch(each -> each.version() <= version && each.rolledBackTo() != null);
    return isRolledBack ? inHistory(version) : last.definition();
  }

  private @Nullable String inHistory(long version) throws IOException {
    List<TableVersion> versions = job.table().history().versions();
    long wanted = version;
    // From the latest to the first: each is older than the one before.
    for (TableVersion each : versions) {
      if (wanted == last.version()) {
        return last.definition();
      } else if (each.version() > wanted) {
        continue;
      }
      Long back = each.rolledBackTo();
      if (each.version() < wanted) {
        return GoldDefinitions.NONE;
      } else if (back != null) {
        if (back == CommitRequest.NO_TABLE) {
          return job.digest();
        }
        wanted = back;
      } else if (each.origin() != null && wanted < last.version()) {
        GoldEntry then = GoldDefinitions.entry(log, each.origin().cycle(), job.shortName());
        return then == null ? GoldDefinitions.NONE : then.definition();
      } else {
        wanted = before(versions, each);
      }
    }
    return wanted == last.version() ? last.definition() : GoldDefinitions.NONE;
  }

  private static long before(List<TableVersion> versions, TableVersion version) {
    int next = versions.indexOf(version) + 1;
    return next < versions.size() ? versions.get(next).version() : CommitRequest.NO_TABLE;
  }
}
