package org.beammedallion.pipelines.sample;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Patterns of files. */
public final class FolderPattern {

  /** A name without wildcards, and its ending with that of a compression. */
  private static final Pattern ONE =
      Pattern.compile(
          "(?<folder>([^*?\\[{\\\\]|\\\\.)*/)?([^*?\\[{/\\\\]|\\\\.)+?"
              + "(?<ending>\\.[A-Za-z0-9]+(\\.(gz|zst|zstd|bz2))?)");

  private FolderPattern() {}

  /**
   * All files that lie beside one and have its ending; null where a path is a pattern already, or
   * has no ending.
   */
  public static @Nullable String ofFolder(String path) {
    Matcher one = ONE.matcher(path);
    if (!one.matches()) {
      return null;
    }
    String folder = one.group("folder");
    return (folder == null ? "" : folder) + "*" + one.group("ending");
  }
}
