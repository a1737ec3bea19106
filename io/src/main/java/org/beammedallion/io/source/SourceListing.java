package org.beammedallion.io.source;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.beammedallion.io.progress.TakenFile;
import org.beammedallion.io.progress.TakenFiles;
import org.beammedallion.io.storage.StoredFile;
import org.beammedallion.quality.ledger.RefusedFile;
import org.jspecify.annotations.Nullable;

/**
 * What a source holds at one moment, beside what was read of it before. A file is read once, by its
 * name: one that has changed since is told of, and left alone. One that was refused is new again
 * when it, or what is said of reading it, has changed.
 *
 * @param pattern glob that the files match
 * @param folder in which the files should be, where it is not there; else null
 * @param after URI behind which the source was looked at; empty where as a whole
 * @param files how many files there are, of those that were looked at
 * @param fresh the first of those that were not read yet, in order of URI
 * @param freshFiles how many were not read yet
 * @param freshBytes their size
 * @param resized those that were read, and had another size then
 * @param rewritten those that were read, have the same size, and were written since
 * @param refused those that were refused and have not changed, nor what is said of reading them
 * @param takenAgain those of the fresh ones that were read before
 */
record SourceListing(
    String pattern,
    @Nullable String folder,
    String after,
    long files,
    List<StoredFile> fresh,
    long freshFiles,
    long freshBytes,
    Changed resized,
    Changed rewritten,
    List<RefusedFile> refused,
    List<String> takenAgain) {

  private static final int NAMED = 3;

  /**
   * What to look for.
   *
   * @param definition digest of what is said of reading a file, see {@link RefusedFile#definition}
   * @param setAside refused files to leave out
   * @param most how many new files are wanted; the others are counted
   * @param takeAgain which files that were read are wanted all the same
   * @param last URI up to which files that were not read are not wanted; empty where all are
   */
  public record Search(
      String definition, List<String> setAside, int most, TakeAgain takeAgain, String last) {
    public Search {
      setAside = List.copyOf(setAside);
    }

    /** A search for what is new. */
    Search(String definition, List<String> setAside, int most) {
      this(definition, setAside, most, TakeAgain.NOTHING, "");
    }

    static Search of(PlanRequest request) {
      return new Search(
          request.definition(),
          request.setAside(),
          // What is taken again is one cycle, however much it is.
          request.takeAgain().namesFiles() ? Integer.MAX_VALUE : request.limits().files(),
          request.takeAgain(),
          "");
    }

    Search behind(String uri) {
      return new Search(definition, setAside, most, takeAgain, uri);
    }
  }

  /**
   * Files that have changed since they were read.
   *
   * @param count how many
   * @param first the first of them
   * @param sizes what these had when they were read
   */
  public record Changed(long count, List<StoredFile> first, List<Long> sizes) {
    public Changed {
      first = List.copyOf(first);
      sizes = List.copyOf(sizes);
    }
  }

  /**
   * Compares files with those that were read before, in one pass over both.
   *
   * @param files in order of URI
   * @param after URI behind which the source was looked at; empty where as a whole
   */
  static SourceListing of(
      String pattern,
      @Nullable String folder,
      Iterator<StoredFile> files,
      TakenFiles taken,
      Search search,
      String after)
      throws IOException {
    Comparison comparison = new Comparison(search);
    try (TakenFiles.Lookup lookup = taken.lookup()) {
      while (files.hasNext()) {
        StoredFile file = files.next();
        comparison.add(file, lookup.find(file.uri()));
      }
    }
    return comparison.result(pattern, folder, after);
  }

  /** Sorts files into the parts of a listing. */
  private static final class Comparison {
    private final Search search;
    private final Set<String> setAside;
    private final List<StoredFile> fresh = new ArrayList<>();
    private final List<RefusedFile> refused = new ArrayList<>();
    private final List<String> takenAgain = new ArrayList<>();
    private final ChangedFiles resized = new ChangedFiles();
    private final ChangedFiles rewritten = new ChangedFiles();
    private long files;
    private long freshFiles;
    private long freshBytes;

    Comparison(Search search) {
      this.search = search;
      this.setAside = Set.copyOf(search.setAside());
    }

    void add(StoredFile file, @Nullable TakenFile taken) {
      files++;
      RefusedFile before = taken == null ? null : taken.refused();
      if (taken == null && file.uri().compareTo(search.last()) <= 0) {
        return;
      } else if (taken != null && before == null && isTakenAgain(file, taken)) {
        takenAgain.add(file.uri());
        addFresh(file);
      } else if (taken == null || before != null) {
        if (setAside.contains(file.uri())) {
          return;
        }
        if (before != null
            && !search.takeAgain().matches(file)
            && isSame(file, before)
            && before.definition().equals(search.definition())) {
          refused.add(before);
        } else {
          if (before != null && before.keepsRows()) {
            takenAgain.add(file.uri());
          }
          addFresh(file);
        }
      } else if (taken.size() != file.size()) {
        resized.add(file, taken);
      } else if (isLater(file.modified(), taken.modified())) {
        rewritten.add(file, taken);
      }
    }

    private boolean isTakenAgain(StoredFile file, TakenFile taken) {
      TakeAgain wanted = search.takeAgain();
      boolean changed = taken.size() != file.size() || isLater(file.modified(), taken.modified());
      return wanted.matches(file) || (wanted.changed() && changed);
    }

    private void addFresh(StoredFile file) {
      freshFiles++;
      freshBytes += file.size();
      if (fresh.size() < search.most()) {
        fresh.add(file);
      }
    }

    SourceListing result(String pattern, @Nullable String folder, String after) {
      return new SourceListing(
          pattern,
          folder,
          after,
          files,
          List.copyOf(fresh),
          freshFiles,
          freshBytes,
          resized.result(),
          rewritten.result(),
          List.copyOf(refused),
          List.copyOf(takenAgain));
    }
  }

  /** Counts changed files, and keeps the first of them. */
  private static final class ChangedFiles {
    private final List<StoredFile> first = new ArrayList<>();
    private final List<Long> sizes = new ArrayList<>();
    private long count;

    void add(StoredFile file, TakenFile taken) {
      count++;
      if (first.size() < NAMED) {
        first.add(file);
        sizes.add(taken.size());
      }
    }

    Changed result() {
      return new Changed(count, first, sizes);
    }
  }

  private static boolean isSame(StoredFile now, RefusedFile then) {
    return now.size() == then.size() && now.modified().equals(then.modified());
  }

  /** By whole seconds: not every way to a file system tells more. */
  static boolean isLater(Instant now, @Nullable Instant then) {
    return then != null
        && now.truncatedTo(ChronoUnit.SECONDS).isAfter(then.truncatedTo(ChronoUnit.SECONDS));
  }

  /** The folder in which the files should be, in words; null where it is there. */
  @Nullable String missing() {
    return folder == null ? null : missing(folder);
  }

  private String missing(String absent) {
    return "There is no '"
        + absent
        + "', where the source's files should be ('"
        + pattern
        + "'). Check the path of the contract's server, and that the disk is mounted. If the files will come "
        + "later, make the folder.";
  }

  /** What a person should look at, in sentences; mostly nothing. */
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    if (folder != null) {
      warnings.add(missing(folder) + " A run would fail.");
    } else if (files == 0 && after.isEmpty()) {
      warnings.add(
          "No file matches '"
              + pattern
              + "'. If there should be files, check the path of the contract's server, and that the disk is mounted.");
    }
    addResized(warnings);
    addRewritten(warnings);
    addRefused(warnings);
    return warnings;
  }

  private void addResized(List<String> warnings) {
    for (int i = 0; i < resized.first().size(); i++) {
      StoredFile file = resized.first().get(i);
      warnings.add(
          String.format(
              Locale.ROOT,
              "%s has %,d bytes and had %,d when it was read. A file is read once, so what was added since is not in"
                  + " the lake: read the whole file again with --takeAgain, which replaces its rows. Saved under another name"
                  + " it would be read beside them.",
              file.uri(),
              file.size(),
              resized.sizes().get(i)));
    }
    if (resized.count() > NAMED) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "%,d more files have another size than when they were read.",
              resized.count() - NAMED));
    }
  }

  private void addRefused(List<String> warnings) {
    for (RefusedFile file : refused.subList(0, Math.min(refused.size(), NAMED))) {
      warnings.add(
          file.sentence()
              + " The file is still refused: it is read when it, the contract or the pipeline file has changed."
              + " --setAside="
              + file.file()
              + " leaves it out for good.");
    }
    if (refused.size() > NAMED) {
      warnings.add(
          String.format(Locale.ROOT, "%,d more files are still refused.", refused.size() - NAMED));
    }
  }

  /** One sentence, for a copy that was restored may have written every file again. */
  private void addRewritten(List<String> warnings) {
    if (rewritten.count() == 0) {
      return;
    }
    String names = String.join(", ", rewritten.first().stream().map(StoredFile::uri).toList());
    String more =
        rewritten.count() > NAMED
            ? String.format(Locale.ROOT, ", and %,d more files", rewritten.count() - NAMED)
            : "";
    warnings.add(
        names
            + more
            + (rewritten.count() == 1 ? " was" : " were")
            + " written again after being read, and the size is the same. A file is read once: if the content has"
            + " changed, the new content is not in the lake; read it with --takeAgain, which replaces the rows"
            + " of before.");
  }
}
