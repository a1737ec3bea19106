package org.beammedallion.io.source;

import java.io.Serializable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.beammedallion.transforms.raw.Landed;
import org.jspecify.annotations.Nullable;

/**
 * Files of a cycle's plan whose shards are not opened.
 *
 * @param refused why they are refused, by their URI: what another shard of them has found, or a
 *     later part of the file
 * @param gone URIs of files that were gone when a shard of them was to be opened. They stay so for
 *     the cycle: of a file that comes back meanwhile it would have a part
 */
public record UnreadFiles(Map<String, String> refused, Set<String> gone) implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final String VANISHED =
      "was there when the cycle was planned, but does not exist any more. Its records are not in this "
          + "cycle; restore the file, and the next cycle reads it.";

  public static final UnreadFiles NONE = new UnreadFiles(Map.of(), Set.of());

  public UnreadFiles {
    refused = Map.copyOf(refused);
    gone = Set.copyOf(gone);
  }

  /** What is told of a shard that is not opened; null where it is. */
  @Nullable Landed landed(int shard, String uri) {
    String why = refused.get(uri);
    if (why != null) {
      return Landed.refused(shard, uri, 0, why);
    }
    return gone.contains(uri) ? vanished(shard, uri, 0) : null;
  }

  /**
   * @param passedOn records that went on before it was known, and must not be published
   */
  static Landed vanished(int shard, String uri, long passedOn) {
    return new Landed(shard, uri, passedOn, null, 0, true, VANISHED, null, null);
  }

  /** These files and others. */
  public UnreadFiles plus(Map<String, String> otherRefused, Set<String> otherGone) {
    Map<String, String> allRefused = new HashMap<>(refused);
    allRefused.putAll(otherRefused);
    Set<String> allGone = new HashSet<>(gone);
    allGone.addAll(otherGone);
    return new UnreadFiles(allRefused, allGone);
  }
}
