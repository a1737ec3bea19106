package org.beammedallion.io.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.beammedallion.transforms.raw.Landed;

/** What a person should know of the files that a cycle has read. */
public final class LandingWarnings {

  private static final int NAMED = 3;

  private LandingWarnings() {}

  /** A sentence or two for each kind of trouble, which name the first of its files. */
  public static List<String> of(List<Landed> shards) {
    Map<String, Set<String>> files = new TreeMap<>();
    for (Landed shard : shards) {
      String warning = shard.warning();
      if (warning != null) {
        files.computeIfAbsent(warning, w -> new TreeSet<>()).add(shard.source());
      }
    }
    List<String> sentences = new ArrayList<>();
    files.forEach((warning, names) -> sentences.add(subject(names) + " " + warning));
    return sentences;
  }

  private static String subject(Set<String> names) {
    String named = String.join(", ", names.stream().limit(NAMED).toList());
    if (names.size() == 1) {
      return named;
    }
    String more =
        names.size() > NAMED
            ? String.format(Locale.ROOT, ", and %,d more files", names.size() - NAMED)
            : "";
    return named + more + ": each";
  }
}
