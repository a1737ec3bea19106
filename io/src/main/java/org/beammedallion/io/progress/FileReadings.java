package org.beammedallion.io.progress;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the cycles that have read some files, from the newest cycle back to the last that is
 * needed.
 */
final class FileReadings {

  private record Wanted(String uri, List<String> earlier) {}

  private final Map<String, FileReading> found = new HashMap<>();
  private final Map<String, List<Wanted>> byName = new HashMap<>();

  private FileReadings() {}

  /** By the files' URIs; without those that no cycle has read. */
  static Map<String, FileReading> of(Collection<String> uris, long completed, History.Cycles cycles)
      throws IOException {
    FileReadings readings = new FileReadings();
    uris.forEach(uri -> readings.want(uri, new Wanted(uri, List.of())));
    for (long cycle = completed; cycle > 0 && !readings.byName.isEmpty(); cycle--) {
      readings.add(cycles.read(cycle));
    }
    return readings.found;
  }

  private void want(String name, Wanted file) {
    byName.computeIfAbsent(name, any -> new ArrayList<>()).add(file);
  }

  private void add(CycleRecord cycle) throws IOException {
    Set<String> unread = new HashSet<>(cycle.vanished());
    cycle.refused().forEach(file -> unread.add(file.file()));
    for (CycleRecord.PlannedFile file : cycle.plan().files()) {
      if (byName.containsKey(file.uri()) && !unread.contains(file.uri())) {
        for (Wanted wanted : byName.remove(file.uri())) {
          found.put(
              wanted.uri(),
              new FileReading(cycle.plan().cycle(), cycle.plan().time(), wanted.earlier()));
        }
      }
    }
    for (SameFile same : cycle.plan().sameFiles()) {
      for (Wanted wanted : byName.getOrDefault(same.uri(), List.of())) {
        List<String> earlier = new ArrayList<>(wanted.earlier());
        earlier.add(same.as());
        want(same.as(), new Wanted(wanted.uri(), earlier));
      }
      byName.remove(same.uri());
    }
  }
}
