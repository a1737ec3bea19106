package org.beammedallion.io.progress;

import com.fasterxml.jackson.annotation.JsonInclude;
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

  /**
   * A plan as it is kept. Positions are not: only the newest cycle is asked for them, and it is
   * never in the history.
   *
   * @param shards those that are no parts of files; null where there are none
   */
  record Plan(
      String pipeline,
      long cycle,
      Instant time,
      String contractVersion,
      int buckets,
      List<PlannedFile> files,
      @Nullable List<Shard> shards,
      List<String> recompute,
      List<String> setAside,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<SameFile> same) {

    /** Files that earlier cycles have read under another name. */
    List<SameFile> sameFiles() {
      return same == null ? List.of() : same;
    }

    List<Shard> otherShards() {
      return shards == null ? List.of() : shards;
    }
  }

  record PlannedFile(String uri, long size, @Nullable Instant modified) {}

  /** The part of a ledger that this log itself needs. */
  private record FilesOfLedger(
      @Nullable List<String> vanished,
      @Nullable List<RefusedFile> refused,
      @Nullable List<String> takenAgain) {}

  static CycleRecord of(CyclePlan plan, List<Attempt> attempts, JsonNode ledger) {
    List<PlannedFile> files = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    List<Shard> others = new ArrayList<>();
    for (Shard shard : plan.shards()) {
      if (!(shard instanceof FileShard file)) {
        others.add(shard);
      } else if (seen.add(file.uri())) {
        files.add(new PlannedFile(file.uri(), file.size(), file.modified()));
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
            others.isEmpty() ? null : others,
            plan.recompute(),
            plan.setAside(),
            plan.sameFiles().isEmpty() ? null : plan.sameFiles());
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

  /** Files that earlier cycles had read too. */
  List<String> takenAgain() throws IOException {
    List<String> again = filesOfLedger().takenAgain();
    return again == null ? List.of() : again;
  }

  private FilesOfLedger filesOfLedger() throws IOException {
    return LogFiles.JSON.treeToValue(ledger, FilesOfLedger.class);
  }
}
