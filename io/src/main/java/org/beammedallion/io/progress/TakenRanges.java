package org.beammedallion.io.progress;

import java.time.Instant;
import java.util.List;

/**
 * What a completed cycle has taken of a source that is no folder of files.
 *
 * @param time the cycle's time
 * @param shards those that are no parts of files
 * @param bronzeFiles how many files it has written into bronze
 */
public record TakenRanges(long cycle, Instant time, List<Shard> shards, long bronzeFiles) {

  public TakenRanges {
    shards = List.copyOf(shards);
  }

  static TakenRanges of(CycleRecord record) {
    return new TakenRanges(
        record.plan().cycle(),
        record.plan().time(),
        record.plan().otherShards(),
        record.ledger().path("bronzeFiles").longValue());
  }
}
