package org.beammedallion.io.source;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.beammedallion.io.progress.SourceNames;
import org.beammedallion.io.progress.SourceState;
import org.beammedallion.io.progress.TakenFiles;

/** The folders that a source was looked for in: what stands before the first wildcard. */
final class SourceRoots {

  private SourceRoots() {}

  /**
   * Those of earlier cycles and the present one, which is the last.
   *
   * @param root the present one
   */
  static List<String> of(String root, FilePattern pattern, SourceState state, TakenFiles taken)
      throws IOException {
    List<String> told = state.roots();
    List<String> earlier = told.isEmpty() ? derived(root, pattern, taken) : told;
    return SourceNames.rootsWith(earlier, root);
  }

  /**
   * Whether the source has only been looked for in folders that have nothing to do with the present
   * one.
   */
  static boolean isElsewhere(String root, SourceState state, TakenFiles taken) throws IOException {
    List<String> known = state.roots();
    List<String> before = known.isEmpty() ? taken.outermost() : known;
    return !before.isEmpty()
        && before.stream()
            .noneMatch(
                other ->
                    other.equals(root)
                        || other.startsWith(root + "/")
                        || root.startsWith(other + "/"));
  }

  /**
   * Folders below which files that were read may have had the names that the pattern has, as plans
   * of an earlier version of the program do not tell. The longest comes last.
   */
  private static List<String> derived(String root, FilePattern pattern, TakenFiles taken) {
    List<String> roots = new ArrayList<>();
    for (String uri : taken.outermost()) {
      if (uri.startsWith(root + "/")) {
        continue;
      }
      for (int slash = uri.indexOf('/', 1); slash > 0; slash = uri.indexOf('/', slash + 1)) {
        String folder = uri.substring(0, slash);
        if (!roots.contains(folder)
            && pattern.pattern().matcher(root + uri.substring(slash)).matches()) {
          roots.add(folder);
        }
      }
    }
    return roots;
  }
}
