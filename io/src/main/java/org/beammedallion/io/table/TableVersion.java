package org.beammedallion.io.table;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One version of a table, by what its log says of it.
 *
 * @param time when it was committed
 * @param operation in the words of the format's log
 * @param origin the change of ours that made it, or null where it was none
 * @param rowsRemoved rows of the removed files; null where the log does not say
 * @param rowsAdded rows of the added files; null where the log does not say
 * @param rolledBackTo the version whose rows this one has again: {@link CommitRequest#NO_TABLE}
 *     where it is rolled back to before the first, {@link #UNKNOWN} where the log does not say;
 *     null where it is no rollback
 */
public record TableVersion(
    long version,
    Instant time,
    String operation,
    @Nullable Origin origin,
    long filesAdded,
    long filesRemoved,
    @Nullable Long rowsAdded,
    @Nullable Long rowsRemoved,
    @Nullable Long rolledBackTo) {

  /** A rollback by another writer, which names no version. */
  public static final long UNKNOWN = Long.MIN_VALUE;

  /** The name of a change, see {@link CommitRequest}. */
  public record Origin(String applicationId, long cycle) {}
}
