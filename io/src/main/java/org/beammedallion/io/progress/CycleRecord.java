package org.beammedallion.io.progress;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.beammedallion.quality.ledger.RefusedFile;
import org.jspecify.annotations.Nullable;

/**
 * What the history keeps of a completed cycle: its plan with files instead of shards, the drivers
 * that it took, and its ledger as it was written.
 */
record CycleRecord(Plan plan, List<Attempt> attempts, JsonNode ledger) {

  record Plan(
      String pipeline,
      long cycle,
      Instant time,
      String contractVersion,
      int buckets,
      List<PlannedFile> files,
      List<String> recompute,
      List<String> setAside) {}

  record PlannedFile(String uri, long size, @Nullable Instant modified) {}

  /** The part of a ledger that this log itself needs. */
  private record FilesOfLedger(
      @Nullable List<String> vanished, @Nullable List<RefusedFile> refused) {}

  static CycleRecord of(CyclePlan plan, List<Attempt> attempts, JsonNode ledger) {
    List<PlannedFile> files = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (FileShard shard : plan.shards()) {
      if (seen.add(shard.uri())) {
        files.add(new PlannedFile(shard.uri(), shard.size(), shard.modified()));
      }
    }
    Plan kept =
        new Plan(
            plan.pipeline(),
            plan.cycle(),
            plan.time(),
            plan.contractVersion(),
            plan.buckets(),
            files,
            plan.recompute(),
            plan.setAside());
    return new CycleRecord(kept, attempts, ledger);
  }

  /** Files that were gone before they could be read. */
  List<String> vanished() throws IOException {
    List<String> vanished = filesOfLedger().vanished();
    return vanished == null ? List.of() : vanished;
  }

  List<RefusedFile> refused() throws IOException {
    List<RefusedFile> refused = filesOfLedger().refused();
    return refused == null ? List.of() : refused;
  }

  private FilesOfLedger filesOfLedger() throws IOException {
    return LogFiles.JSON.treeToValue(ledger, FilesOfLedger.class);
  }
}
