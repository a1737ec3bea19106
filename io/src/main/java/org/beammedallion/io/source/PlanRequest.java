package org.beammedallion.io.source;

import java.util.List;
import org.beammedallion.quality.ledger.RefusedFile;

/**
 * What a driver wants of a source.
 *
 * @param limits of one cycle
 * @param parallelism number of shards that are read at the same time, approximately; at least 1
 * @param definition digest of what is said of reading a file, see {@link RefusedFile#definition}
 * @param setAside refused files that are left out for good
 * @param takeAgain which files are read although earlier cycles have read them
 */
public record PlanRequest(
    CycleLimits limits,
    int parallelism,
    String definition,
    List<String> setAside,
    TakeAgain takeAgain) {

  private static final long MIN_SHARD = 8L << 20;
  private static final long MAX_SHARD = 128L << 20;
  private static final int SHARDS_PER_TASK = 4;

  public PlanRequest {
    setAside = List.copyOf(setAside);
  }

  /**
   * Size of a shard, such that each task has a few, none of them very small or very large.
   *
   * @param bytes of all that is read
   */
  public long shardBytes(long bytes) {
    return Math.min(MAX_SHARD, Math.max(MIN_SHARD, bytes / ((long) SHARDS_PER_TASK * parallelism)));
  }

  /** A request that takes nothing again. */
  public PlanRequest(
      CycleLimits limits, int parallelism, String definition, List<String> setAside) {
    this(limits, parallelism, definition, setAside, TakeAgain.NOTHING);
  }
}
