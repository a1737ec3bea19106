package org.beammedallion.io.source;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.beammedallion.io.progress.FileReading;
import org.beammedallion.io.progress.SameFile;
import org.beammedallion.io.progress.SourceState;

/**
 * What follows from the names that files had before.
 *
 * @param leaves files that are not read, for they were read under another name
 * @param again files that are read again
 * @param names of both, as the plan keeps them
 */
record Renaming(Set<String> leaves, Set<String> again, List<SameFile> names) {

  /**
   * @param again files that are read again and have been read under their present name
   * @param wanted files that are read again whatever their name was
   * @param roots how many folders the source was looked for in
   */
  static Renaming of(
      SameFiles same, Set<String> again, TakeAgain wanted, SourceState state, int roots)
      throws IOException {
    Renaming result = new Renaming(new HashSet<>(), new HashSet<>(again), new ArrayList<>());
    for (SameFile file : same.same()) {
      result.names.add(file);
      if (wanted.matches(file.uri())) {
        result.again.add(file.uri());
      } else {
        result.leaves.add(file.uri());
      }
    }
    for (SameFile file : same.unknown()) {
      if (wanted.matches(file.uri())) {
        result.names.add(file);
        result.again.add(file.uri());
      }
    }
    for (SameFile file : same.retained()) {
      result.names.add(file);
      result.again.add(file.uri());
    }
    if (roots > 1 && !result.again.isEmpty()) {
      result.addEarlier(state);
    }
    return result;
  }

  /** Rows of a file that is read again may have come from it under any of its earlier names. */
  private void addEarlier(SourceState state) throws IOException {
    Map<String, String> asked = new TreeMap<>();
    again.forEach(uri -> asked.put(uri, uri));
    names.stream()
        .filter(file -> again.contains(file.uri()))
        .forEach(file -> asked.put(file.as(), file.uri()));
    Map<String, FileReading> readings = state.readings(asked.keySet());
    asked.forEach(
        (name, uri) -> {
          FileReading reading = readings.get(name);
          if (reading != null && !reading.earlier().isEmpty()) {
            names.add(new SameFile(uri, 0, null, reading.name(name)));
          }
        });
  }
}
