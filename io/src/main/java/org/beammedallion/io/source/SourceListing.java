package org.beammedallion.io.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.beammedallion.io.storage.StoredFile;

/**
 * What a source holds at one moment, beside what was read of it before. A file is read once, by its
 * name: one that has changed since is told of, and left alone.
 *
 * @param pattern glob that the files match
 * @param files every file, in order of URI
 * @param fresh those that were not read yet
 * @param changed those that were read, and had another size then
 * @param readBefore size of each file that was read, by its URI
 */
public record SourceListing(
    String pattern,
    List<StoredFile> files,
    List<StoredFile> fresh,
    List<StoredFile> changed,
    Map<String, Long> readBefore) {

  private static final int NAMED = 3;

  static SourceListing of(String pattern, List<StoredFile> files, Map<String, Long> readBefore) {
    List<StoredFile> fresh = new ArrayList<>();
    List<StoredFile> changed = new ArrayList<>();
    for (StoredFile file : files) {
      Long size = readBefore.get(file.uri());
      if (size == null) {
        fresh.add(file);
      } else if (size != file.size()) {
        changed.add(file);
      }
    }
    return new SourceListing(
        pattern, List.copyOf(files), List.copyOf(fresh), List.copyOf(changed), readBefore);
  }

  /** What a person should look at, in sentences; mostly nothing. */
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    if (files.isEmpty()) {
      warnings.add(
          "No file matches '"
              + pattern
              + "'. If there should be some, look at the path of the contract's server, and whether what it names is mounted.");
    }
    for (StoredFile file : changed.subList(0, Math.min(changed.size(), NAMED))) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "%s has %,d bytes and had %,d when it was read. A file is read once, so what came since is not in the lake:"
                  + " bring it in a file of another name.",
              file.uri(),
              file.size(),
              readBefore.get(file.uri())));
    }
    if (changed.size() > NAMED) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "%,d more files have another size than when they were read.",
              changed.size() - NAMED));
    }
    return warnings;
  }
}
