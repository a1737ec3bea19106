package org.beammedallion.io.source;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.beammedallion.io.progress.TakenFile;
import org.beammedallion.io.storage.StorageException;
import org.beammedallion.io.storage.StoredFile;
import org.jspecify.annotations.Nullable;

/**
 * What a source holds at one moment, beside what was read of it before. A file is read once, by its
 * name: one that has changed since is told of, and left alone.
 *
 * @param pattern glob that the files match
 * @param missing the folder in which the files should be, where it is not there; else null
 * @param files every file, in order of URI
 * @param fresh those that were not read yet
 * @param resized those that were read, and had another size then
 * @param rewritten those that were read, have the same size, and were written since
 * @param readBefore each file that was read, by its URI
 */
public record SourceListing(
    String pattern,
    @Nullable String missing,
    List<StoredFile> files,
    List<StoredFile> fresh,
    List<StoredFile> resized,
    List<StoredFile> rewritten,
    Map<String, TakenFile> readBefore) {

  private static final int NAMED = 3;

  static SourceListing of(
      String pattern,
      @Nullable String missing,
      List<StoredFile> files,
      Map<String, TakenFile> readBefore) {
    List<StoredFile> fresh = new ArrayList<>();
    List<StoredFile> resized = new ArrayList<>();
    List<StoredFile> rewritten = new ArrayList<>();
    for (StoredFile file : files) {
      TakenFile taken = readBefore.get(file.uri());
      if (taken == null) {
        fresh.add(file);
      } else if (taken.size() != file.size()) {
        resized.add(file);
      } else if (isLater(file.modified(), taken.modified())) {
        rewritten.add(file);
      }
    }
    return new SourceListing(
        pattern,
        missing,
        List.copyOf(files),
        List.copyOf(fresh),
        List.copyOf(resized),
        List.copyOf(rewritten),
        readBefore);
  }

  /** By whole seconds: not every way to a file system tells more. */
  private static boolean isLater(Instant now, @Nullable Instant then) {
    return then != null
        && now.truncatedTo(ChronoUnit.SECONDS).isAfter(then.truncatedTo(ChronoUnit.SECONDS));
  }

  /**
   * Checks that the folder of the files is there; that there are files in it is not asked.
   *
   * @throws StorageException where it is not
   */
  public void requireFolder() throws StorageException {
    if (missing != null) {
      throw new StorageException(missing(missing), null);
    }
  }

  private String missing(String folder) {
    return "There is no '"
        + folder
        + "', where the source's files should be ('"
        + pattern
        + "'). Look at the path of the contract's server, and whether what it names is mounted; if files are still to"
        + " come, make the folder.";
  }

  /** What a person should look at, in sentences; mostly nothing. */
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    if (missing != null) {
      warnings.add(missing(missing) + " A run would fail.");
    } else if (files.isEmpty()) {
      warnings.add(
          "No file matches '"
              + pattern
              + "'. If there should be some, look at the path of the contract's server, and whether what it names is mounted.");
    }
    addResized(warnings);
    addRewritten(warnings);
    return warnings;
  }

  private void addResized(List<String> warnings) {
    for (StoredFile file : resized.subList(0, Math.min(resized.size(), NAMED))) {
      TakenFile taken = Objects.requireNonNull(readBefore.get(file.uri()));
      warnings.add(
          String.format(
              Locale.ROOT,
              "%s has %,d bytes and had %,d when it was read. A file is read once, so what came since is not in the lake:"
                  + " bring it in a file of another name.",
              file.uri(),
              file.size(),
              taken.size()));
    }
    if (resized.size() > NAMED) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "%,d more files have another size than when they were read.",
              resized.size() - NAMED));
    }
  }

  /** One sentence, for a copy that was restored may have written every file again. */
  private void addRewritten(List<String> warnings) {
    if (rewritten.isEmpty()) {
      return;
    }
    String names = String.join(", ", rewritten.stream().limit(NAMED).map(StoredFile::uri).toList());
    String more =
        rewritten.size() > NAMED
            ? String.format(Locale.ROOT, ", and %,d more files", rewritten.size() - NAMED)
            : "";
    warnings.add(
        names
            + more
            + (rewritten.size() == 1 ? " was" : " were")
            + " written again after being read, and the size is the same. A file is read once: if the content has"
            + " changed, that is not in the lake; bring it in a file of another name.");
  }
}
