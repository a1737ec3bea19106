package org.beammedallion.io.progress;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.beammedallion.io.progress.LogFiles.Kind;
import org.beammedallion.io.storage.StoredFile;
import org.jspecify.annotations.Nullable;

/** Reads completed cycles, whether they are in the history or still in files of their own. */
final class CompletedCycles implements Closeable {

  private final LogFiles files;
  private final History history;
  private @Nullable Map<Long, List<StoredFile>> attempts;

  CompletedCycles(LogFiles files) {
    this.files = files;
    this.history = new History(files);
  }

  History history() {
    return history;
  }

  /** A cycle without its attempts. */
  CycleRecord read(long cycle) throws IOException {
    try {
      return single(cycle, List.of());
    } catch (DamagedLogException e) {
      return fromHistory(cycle, e);
    }
  }

  /** A cycle that is not in the history yet, with its attempts. */
  CycleRecord readWhole(long cycle) throws IOException {
    List<Attempt> drivers = new ArrayList<>();
    for (StoredFile file : attempts().getOrDefault(cycle, List.of())) {
      drivers.add(files.read(Kind.ATTEMPT, file.uri(), Attempt.class));
    }
    return single(cycle, drivers);
  }

  private CycleRecord single(long cycle, List<Attempt> drivers) throws IOException {
    CyclePlan plan = files.read(Kind.PLAN, files.file(Kind.PLAN, cycle), CyclePlan.class);
    return CycleRecord.of(plan, drivers, singleLedger(cycle));
  }

  private JsonNode singleLedger(long cycle) throws IOException {
    return files.read(Kind.COMPLETED, files.file(Kind.COMPLETED, cycle), JsonNode.class);
  }

  /** A missing file may have been moved into the history. */
  private CycleRecord fromHistory(long cycle, DamagedLogException damaged) throws IOException {
    CycleRecord record = null;
    if (damaged.getCause() instanceof FileNotFoundException) {
      record = history.find(cycle);
      if (record == null) {
        history.refresh();
        record = history.find(cycle);
      }
    }
    if (record == null) {
      throw damaged;
    }
    return record;
  }

  private Map<Long, List<StoredFile>> attempts() throws IOException {
    Map<Long, List<StoredFile>> known = attempts;
    if (known == null) {
      known = new HashMap<>();
      for (StoredFile file : files.ofCycles(Kind.ATTEMPT)) {
        known.computeIfAbsent(LogFiles.cycleOf(file), any -> new ArrayList<>()).add(file);
      }
      attempts = known;
    }
    return known;
  }

  /** The ledger of the newest cycles first of all, which are not in the history. */
  JsonNode newLedger(long cycle) throws IOException {
    try {
      return singleLedger(cycle);
    } catch (DamagedLogException e) {
      return fromHistory(cycle, e).ledger();
    }
  }

  /** The ledger of any cycle; looks into the history first. */
  JsonNode anyLedger(long cycle) throws IOException {
    CycleRecord record = history.find(cycle);
    if (record != null) {
      return record.ledger();
    }
    try {
      return newLedger(cycle);
    } catch (DamagedLogException e) {
      throw e.getCause() instanceof FileNotFoundException && wasRolledUp(cycle)
          ? noSegment(cycle)
          : e;
    }
  }

  /** Whether a roll-up has removed the cycle's own files; it removes the plan last. */
  private boolean wasRolledUp(long cycle) throws IOException {
    List<StoredFile> plans = files.ofCycles(Kind.PLAN);
    return plans.isEmpty() || cycle < LogFiles.cycleOf(plans.get(0));
  }

  private DamagedLogException noSegment(long cycle) {
    return new DamagedLogException(
        files.folder(Kind.HISTORY),
        "has no file with cycle " + cycle,
        "Restore the file whose name's first number is not above "
            + cycle
            + " and whose second is not below it from a backup of the lake. Without one only the ledgers of its"
            + " cycles are lost; read those of other cycles.",
        null);
  }

  @Override
  public void close() throws IOException {
    history.close();
  }
}
