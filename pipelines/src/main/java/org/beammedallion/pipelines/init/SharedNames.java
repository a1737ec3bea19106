package org.beammedallion.pipelines.init;

import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Tells files of one data set by the names that they have in common. */
final class SharedNames {

  private static final int SHOWN = 5;

  private final Map<String, Set<String>> byFile = new LinkedHashMap<>();

  /** Takes the names of a file's columns. */
  void add(String uri, Collection<String> names) {
    if (!names.isEmpty()) {
      byFile.put(uri, new TreeSet<>(names));
    }
  }

  /**
   * Each file must share a name with the first one, or with one that does.
   *
   * @throws IllegalArgumentException where one does not
   */
  void require() {
    Map<String, Set<String>> others = new LinkedHashMap<>(byFile);
    Set<String> known = new HashSet<>();
    boolean grows = true;
    while (grows) {
      grows =
          others
              .entrySet()
              .removeIf(
                  file -> {
                    Set<String> names = folded(file.getValue());
                    if (!known.isEmpty() && Collections.disjoint(known, names)) {
                      return false;
                    }
                    known.addAll(names);
                    return true;
                  });
    }
    if (!others.isEmpty()) {
      Map.Entry<String, Set<String>> first = byFile.entrySet().iterator().next();
      Map.Entry<String, Set<String>> other = others.entrySet().iterator().next();
      throw new IllegalArgumentException(
          first.getKey()
              + " ("
              + shown(first.getValue())
              + ") and "
              + other.getKey()
              + " ("
              + shown(other.getValue())
              + ") have no column in common: run init once for each data set.");
    }
  }

  private static Set<String> folded(Set<String> names) {
    return names.stream()
        .map(name -> name.strip().toLowerCase(Locale.ROOT))
        .collect(Collectors.toSet());
  }

  private static String shown(Set<String> names) {
    return names.stream()
            .limit(SHOWN)
            .map(name -> "'" + name + "'")
            .collect(Collectors.joining(", "))
        + (names.size() > SHOWN ? " and " + (names.size() - SHOWN) + " more" : "");
  }
}
