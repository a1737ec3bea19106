package org.beammedallion.io.progress;

import java.io.IOException;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.beammedallion.quality.ledger.RefusedFile;

/** What some cycles, one after another, change about which files are read and which are refused. */
final class TakenChanges {

  private final NavigableMap<String, NameEntry> names = new TreeMap<>();
  private final NavigableMap<String, RefusedFile> refused;

  /**
   * @param refused files that are refused before the first of the cycles
   */
  TakenChanges(NavigableMap<String, RefusedFile> refused) {
    this.refused = new TreeMap<>(refused);
  }

  NavigableMap<String, NameEntry> names() {
    return names;
  }

  NavigableMap<String, RefusedFile> refused() {
    return refused;
  }

  private static final String VANISHED = "was gone before it could be read again.";

  /** Adds the next cycle. */
  void add(CycleRecord cycle) throws IOException {
    for (SameFile file : cycle.plan().sameFiles()) {
      put(file.uri(), new TakenFile(file.size(), file.modified()));
      refused.remove(file.uri());
    }
    for (CycleRecord.PlannedFile file : cycle.plan().files()) {
      put(file.uri(), new TakenFile(file.size(), file.modified()));
      refused.remove(file.uri());
    }
    for (Shard shard : cycle.plan().otherShards()) {
      put(shard.uri(), new TakenFile(shard.storedBytes(), null));
    }
    cycle.plan().setAside().forEach(refused::remove);
    List<String> again = cycle.takenAgain();
    for (String vanished : cycle.vanished()) {
      if (again.contains(vanished)) {
        // Its rows are in silver: when it is back, they must give way.
        refused.put(vanished, new RefusedFile(vanished, 0, null, "", VANISHED, true));
      } else {
        names.put(vanished, new NameEntry(vanished, null));
        refused.remove(vanished);
      }
    }
    for (RefusedFile file : cycle.refused()) {
      put(file.file(), new TakenFile(file.size(), file.modified()));
      refused.put(file.file(), again.contains(file.file()) ? file.keepingRows() : file);
    }
  }

  /** Adds a file as an earlier version of the program listed it. */
  void add(String uri, TakenFile file) {
    put(uri, new TakenFile(file.size(), file.modified()));
    RefusedFile refusal = file.refused();
    if (refusal != null) {
      refused.put(uri, refusal);
    }
  }

  private void put(String uri, TakenFile file) {
    names.put(uri, new NameEntry(uri, file));
  }

  /** Forgets the names, which are written down. */
  void clearNames() {
    names.clear();
  }
}
