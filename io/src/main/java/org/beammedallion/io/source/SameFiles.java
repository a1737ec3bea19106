package org.beammedallion.io.source;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.beammedallion.io.progress.FileReading;
import org.beammedallion.io.progress.SameFile;
import org.beammedallion.io.progress.SourceState;
import org.beammedallion.io.progress.TakenFile;
import org.beammedallion.io.progress.TakenFiles;
import org.beammedallion.io.source.BronzeContent.Answer;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.storage.StoredFile;
import org.beammedallion.quality.ledger.RefusedFile;
import org.jspecify.annotations.Nullable;

/**
 * Which new files are files that were read before under another root: they have the same name below
 * it, the same size and the same content. See {@code docs/adr/0022-what-a-file-is.md}.
 *
 * @param same those that are
 * @param other those that have the name and the size, and another content
 * @param unknown those of which it cannot be told
 * @param retained those whose earlier name was refused while its rows stayed: whatever is in them,
 *     these rows give way
 */
record SameFiles(
    List<SameFile> same, List<SameFile> other, List<SameFile> unknown, List<SameFile> retained) {

  static final SameFiles NONE = new SameFiles(List.of(), List.of(), List.of(), List.of());

  private static final int BUFFER = 1 << 16;

  /** A new file, and one that was read and may be the same. */
  private record Pair(StoredFile file, String name, TakenFile taken) {
    SameFile as(boolean linked) {
      // What is rewritten in place is told of by its time.
      return new SameFile(
          file.uri(), file.size(), linked ? taken.modified() : file.modified(), name);
    }
  }

  /**
   * Compares new files.
   *
   * @param root folder of the source as it is now
   * @param roots folders that it was looked for in before
   * @param files that no cycle has read under the names that they have
   */
  static SameFiles of(
      String root,
      List<String> roots,
      List<StoredFile> files,
      TakenFiles taken,
      SourceState state,
      ShardFormat format)
      throws IOException {
    Map<String, List<Pair>> pairs = new LinkedHashMap<>();
    List<SameFile> retained = new ArrayList<>();
    for (int i = roots.size() - 1; i >= 0; i--) {
      if (!roots.get(i).equals(root)) {
        addPairs(pairs, retained, root, roots.get(i), files, taken);
      }
    }
    if (pairs.isEmpty() && retained.isEmpty()) {
      return NONE;
    }
    retained.forEach(file -> pairs.remove(file.uri()));
    return compare(pairs, retained, state, format);
  }

  private static void addPairs(
      Map<String, List<Pair>> pairs,
      List<SameFile> retained,
      String root,
      String earlier,
      List<StoredFile> files,
      TakenFiles taken)
      throws IOException {
    try (TakenFiles.Lookup lookup = taken.lookup()) {
      for (StoredFile file : files) {
        String name = earlier + file.uri().substring(root.length());
        TakenFile found = lookup.find(name);
        RefusedFile refused = found == null ? null : found.refused();
        if (refused != null && refused.keepsRows()) {
          retained.add(new SameFile(file.uri(), file.size(), file.modified(), name));
        } else if (found != null && refused == null && found.size() == file.size()) {
          pairs
              .computeIfAbsent(file.uri(), any -> new ArrayList<>())
              .add(new Pair(file, name, found));
        }
      }
    }
  }

  private static SameFiles compare(
      Map<String, List<Pair>> pairs, List<SameFile> retained, SourceState state, ShardFormat format)
      throws IOException {
    SameFiles result =
        new SameFiles(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), retained);
    Set<String> names = new HashSet<>();
    Map<Pair, Answer> answers = new LinkedHashMap<>();
    for (List<Pair> ofFile : pairs.values()) {
      for (Pair pair : ofFile) {
        if (isLink(pair)) {
          result.same.add(pair.as(true));
          answers.put(pair, Answer.SAME);
          break;
        }
        Answer answer = withOriginal(pair);
        answers.put(pair, answer);
        if (answer == Answer.SAME) {
          result.same.add(pair.as(false));
          break;
        } else if (answer == Answer.UNKNOWN) {
          names.add(pair.name());
        }
      }
    }
    BronzeContent bronze = new BronzeContent(state.bronze(), format);
    Map<String, FileReading> readings = state.readings(names);
    for (List<Pair> ofFile : pairs.values()) {
      if (ofFile.stream().noneMatch(pair -> answers.get(pair) == Answer.SAME)) {
        result.add(ofFile, answers, readings, bronze);
      }
    }
    return result;
  }

  /** Compares with bronze what could not be compared with the file itself. */
  private void add(
      List<Pair> ofFile,
      Map<Pair, Answer> answers,
      Map<String, FileReading> readings,
      BronzeContent bronze)
      throws IOException {
    Pair open = null;
    for (Pair pair : ofFile) {
      Answer answer = answers.getOrDefault(pair, Answer.UNKNOWN);
      FileReading reading = readings.get(pair.name());
      if (answer == Answer.UNKNOWN && reading != null) {
        answer = bronze.compare(pair.file(), reading.name(pair.name()), reading);
      }
      if (answer == Answer.SAME) {
        same.add(pair.as(false));
        return;
      }
      open = answer == Answer.UNKNOWN ? pair : open;
    }
    if (open == null) {
      other.add(ofFile.get(0).as(false));
    } else {
      unknown.add(open.as(false));
    }
  }

  private static boolean isLink(Pair pair) throws IOException {
    Storage storage = Storage.of(pair.name());
    return storage.stat(pair.name()).isPresent()
        && storage
            .withoutLinks(pair.name())
            .equals(Storage.of(pair.file().uri()).withoutLinks(pair.file().uri()));
  }

  /** Compares with the file that was read, where it is still there as it was then. */
  private static Answer withOriginal(Pair pair) throws IOException {
    Optional<StoredFile> original = Storage.of(pair.name()).stat(pair.name());
    if (original.isEmpty()
        || original.get().size() != pair.taken().size()
        || pair.taken().modified() == null
        || SourceListing.isLater(original.get().modified(), pair.taken().modified())) {
      return Answer.UNKNOWN;
    }
    return haveSameBytes(pair.file().uri(), pair.name()) ? Answer.SAME : Answer.OTHER;
  }

  private static boolean haveSameBytes(String uri, String other) throws IOException {
    try (InputStream a = Storage.of(uri).open(uri);
        InputStream b = Storage.of(other).open(other)) {
      while (true) {
        byte[] left = a.readNBytes(BUFFER);
        byte[] right = b.readNBytes(BUFFER);
        if (!Arrays.equals(left, right)) {
          return false;
        } else if (left.length == 0) {
          return true;
        }
      }
    }
  }

  /** Whether no new file has the name and the size of one that was read. */
  boolean isNothing() {
    return same.isEmpty() && other.isEmpty() && unknown.isEmpty() && retained.isEmpty();
  }

  /** Sentences for a person; files that are read again all the same are left out. */
  List<String> warnings(Set<String> again) {
    List<String> warnings = new ArrayList<>();
    List<SameFile> left = same.stream().filter(file -> !again.contains(file.uri())).toList();
    if (!left.isEmpty()) {
      warnings.add(
          first(left)
              + (left.size() == 1 ? " was read before as " : " were read before, the first as ")
              + left.get(0).as()
              + ": name below the source's folder, size and content are the same."
              + (left.size() == 1 ? " It is" : " They are")
              + " not read again, only the name is remembered. --takeAgain=FILE reads a file all the same, and the rows"
              + " from before give way. If it is another file that has the same content, save it under a new file name.");
    }
    if (!other.isEmpty()) {
      warnings.add(
          first(other)
              + (other.size() == 1 ? " has" : " have")
              + " the name and the size of a file that was read before ("
              + other.get(0).as()
              + ") and another content:"
              + (other.size() == 1 ? " it is" : " they are")
              + " read as another file, and the rows from before stay.");
    }
    return warnings;
  }

  /** Why a run cannot go on; null where it can. */
  @Nullable String obstacle(Set<String> again) {
    List<SameFile> left = unknown.stream().filter(file -> !again.contains(file.uri())).toList();
    if (left.isEmpty()) {
      return null;
    }
    return first(left)
        + (left.size() == 1 ? " has" : " have")
        + " the name and the size of a file that was read before ("
        + left.get(0).as()
        + "). Whether the content is the same cannot be told: that file is not there any more as it was read, and bronze"
        + " has no records of it. Either move the source's folder back to where it was, or say --takeAgain=FILE (or a"
        + " pattern such as '*'): these files are read, and the rows that came from the files of before give way.";
  }

  private static String first(List<SameFile> files) {
    return files.size() == 1
        ? files.get(0).uri()
        : String.format(Locale.ROOT, "%s and %,d more files", files.get(0).uri(), files.size() - 1);
  }
}
