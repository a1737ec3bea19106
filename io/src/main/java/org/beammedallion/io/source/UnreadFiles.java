package org.beammedallion.io.source;

import java.io.Serializable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

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

  public static final UnreadFiles NONE = new UnreadFiles(Map.of(), Set.of());

  public UnreadFiles {
    refused = Map.copyOf(refused);
    gone = Set.copyOf(gone);
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
