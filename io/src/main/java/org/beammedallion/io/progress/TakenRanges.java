package org.beammedallion.io.progress;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a completed cycle has taken of a source that is no folder of files.
 *
 * @param cycle its number
 * @param time the cycle's time
 * @param shards those that are no parts of files
 * @param bronzeFiles how many files it has written into bronze; -1 where its ledger is lost
 * @param warnings of its ledger, such as of messages that were lost
 */
public record TakenRanges(
    long cycle, Instant time, List<Shard> shards, long bronzeFiles, List<String> warnings) {

  public TakenRanges {
    shards = List.copyOf(shards);
    warnings = List.copyOf(warnings);
  }

  static TakenRanges of(CycleRecord record) {
    List<String> warnings = new ArrayList<>();
    record.ledger().path("warnings").forEach(warning -> warnings.add(warning.asText()));
    return new TakenRanges(
        record.plan().cycle(),
        record.plan().time(),
        record.plan().otherShards(),
        record.ledger().path("bronzeFiles").asLong(-1),
        warnings);
  }
}
