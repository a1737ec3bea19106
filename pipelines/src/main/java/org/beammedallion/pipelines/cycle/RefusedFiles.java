package org.beammedallion.pipelines.cycle;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.beammedallion.transforms.raw.Landed;

/** Files of which a cycle publishes no record, for they cannot be read by the contract. */
final class RefusedFiles {

  private RefusedFiles() {}

  /** Why each is refused, by its URI; of several shards that say so, what the first one says. */
  static Map<String, String> of(List<Landed> shards) {
    Map<Integer, Landed> inOrder = new TreeMap<>();
    shards.forEach(shard -> inOrder.put(shard.shard(), shard));
    Map<String, String> refused = new TreeMap<>();
    for (Landed shard : inOrder.values()) {
      String why = shard.refused();
      if (why != null) {
        refused.putIfAbsent(shard.source(), why);
      }
    }
    return refused;
  }

  /**
   * Whether records of a refused file went on: those before the place where it was found out, or
   * those of another shard.
   */
  static boolean arePartlyRead(List<Landed> shards) {
    Set<String> read = new HashSet<>();
    for (Landed shard : shards) {
      if (shard.read() > 0) {
        read.add(shard.source());
      }
    }
    return of(shards).keySet().stream().anyMatch(read::contains);
  }
}
