package org.beammedallion.io.progress;

import java.util.ArrayList;
import java.util.List;

/**
 * Under which names a source has its files.
 *
 * @param roots folders that the source was looked for in, the present one last
 * @param same files that earlier cycles have read under another name
 */
public record SourceNames(List<String> roots, List<SameFile> same) {

  public static final SourceNames NONE = new SourceNames(List.of(), List.of());

  /** More are not remembered: each costs a search for every new file. */
  private static final int MOST = 20;

  public SourceNames {
    roots = List.copyOf(roots);
    same = List.copyOf(same);
  }

  /** Roots with one that is the present one from now on. */
  public static List<String> rootsWith(List<String> earlier, String present) {
    List<String> roots = new ArrayList<>(earlier);
    roots.remove(present);
    roots.add(present);
    return List.copyOf(roots.subList(Math.max(0, roots.size() - MOST), roots.size()));
  }
}
