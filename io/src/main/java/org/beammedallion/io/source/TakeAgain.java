package org.beammedallion.io.source;

import java.util.List;
import java.util.regex.Pattern;
import org.beammedallion.io.storage.StoredFile;

/**
 * Which files are read again that earlier cycles have read.
 *
 * @param patterns URIs, paths or names of files, or globs of them; a glob without a slash is one of
 *     names
 * @param changed whether files are meant that have changed since they were read
 */
public record TakeAgain(List<String> patterns, boolean changed) {

  public static final TakeAgain NOTHING = new TakeAgain(List.of(), false);

  public TakeAgain {
    patterns = List.copyOf(patterns);
  }

  /** Whether files are named, so that the source must be looked at as a whole. */
  public boolean namesFiles() {
    return !patterns.isEmpty();
  }

  /** Whether one of the patterns is the file's. */
  public boolean matches(StoredFile file) {
    return matches(file.uri());
  }

  /** Whether one of the patterns is that of the file with a URI. */
  boolean matches(String uri) {
    return patterns.stream().anyMatch(pattern -> matches(pattern, uri));
  }

  /** The first pattern that none of the files has, or an empty text. */
  public String firstWithout(List<String> files) {
    return patterns.stream()
        .filter(pattern -> files.stream().noneMatch(file -> matches(pattern, file)))
        .findFirst()
        .orElse("");
  }

  private static boolean matches(String pattern, String uri) {
    if (pattern.equals(uri) || uri.endsWith("/" + pattern)) {
      return true;
    }
    Pattern glob = FilePattern.of(pattern).pattern();
    String name = uri.substring(uri.lastIndexOf('/') + 1);
    return glob.matcher(pattern.indexOf('/') < 0 ? name : uri).matches();
  }
}
