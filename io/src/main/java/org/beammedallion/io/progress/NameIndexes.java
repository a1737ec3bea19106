package org.beammedallion.io.progress;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.beammedallion.io.progress.LogFiles.Kind;
import org.beammedallion.io.storage.StoredFile;
import org.beammedallion.quality.ledger.RefusedFile;
import org.jspecify.annotations.Nullable;

/**
 * The files of the {@link NameIndex} in the folder {@code names}. Runs are written before the index
 * that names them; what it names no more stays until the next index, for somebody may be reading
 * it.
 */
final class NameIndexes {

  private static final int MERGED_RUNS = 4;
  private static final int HIGHEST_LEVEL = 32;
  private static final int NAMES_IN_MEMORY = 100_000;
  private static final Pattern INDEX = Pattern.compile("\\d{10}\\.json");

  /** An index, or its list of refused files. */
  private static final Pattern OF_INDEX = Pattern.compile("\\d{10}(-refused)?\\.json");

  private static final Pattern RUN = Pattern.compile("\\d{10}-(\\d{10})\\.names");

  private final LogFiles files;

  NameIndexes(LogFiles files) {
    this.files = files;
  }

  /** As earlier versions of the program wrote it. */
  private record Snapshot(Map<String, TakenFile> files) {}

  private record Refused(List<RefusedFile> files) {}

  /** The newest index, or {@link NameIndex#EMPTY}. */
  NameIndex newest() throws IOException {
    String newest = null;
    for (StoredFile file : files.storage().listDirect(files.folder(Kind.NAMES))) {
      if (INDEX.matcher(file.name()).matches()) {
        newest = file.uri();
      }
    }
    return newest == null ? NameIndex.EMPTY : files.read(Kind.NAMES, newest, NameIndex.class);
  }

  private NavigableMap<String, RefusedFile> refused(NameIndex index) throws IOException {
    NavigableMap<String, RefusedFile> refused = new TreeMap<>();
    String name = index.refused();
    if (name != null) {
      files
          .read(Kind.NAMES, files.file(Kind.NAMES, name), Refused.class)
          .files()
          .forEach(file -> refused.put(file.file(), file));
    }
    return refused;
  }

  /** What is taken after a cycle: the index, and the cycles that are not in it yet. */
  TakenFiles taken(NameIndex index, long completed, History.Cycles cycles) throws IOException {
    TakenChanges changes = new TakenChanges(refused(index));
    long since = index.cycle();
    if (index.sequence() == 0) {
      since = addSnapshot(changes);
    }
    for (long cycle = since + 1; cycle <= completed; cycle++) {
      changes.add(cycles.read(cycle));
    }
    return new TakenFiles(files, index.runs(), changes.names(), changes.refused());
  }

  /**
   * Adds the newest list of a lake of format 1.
   *
   * @return the last cycle in it
   */
  private long addSnapshot(TakenChanges changes) throws IOException {
    List<StoredFile> snapshots = files.ofCycles(Kind.TAKEN);
    if (snapshots.isEmpty()) {
      return 0;
    }
    StoredFile newest = snapshots.get(snapshots.size() - 1);
    files.read(Kind.TAKEN, newest.uri(), Snapshot.class).files().forEach(changes::add);
    return LogFiles.cycleOf(newest);
  }

  /**
   * Brings the index up to a cycle.
   *
   * @return the new one
   * @throws FencedException where another driver has written one meanwhile
   */
  NameIndex update(NameIndex index, long completed, History.Cycles cycles) throws IOException {
    NavigableMap<String, RefusedFile> before = refused(index);
    TakenChanges changes = new TakenChanges(before);
    List<NameRun> runs = new ArrayList<>(index.runs());
    long last = index.cycle();
    long from = last + 1;
    if (index.sequence() == 0) {
      last = addSnapshot(changes);
    }
    while (last < completed) {
      last++;
      changes.add(cycles.read(last));
      if (changes.names().size() >= NAMES_IN_MEMORY) {
        addRun(runs, changes, from, last);
        from = last + 1;
      }
    }
    addRun(runs, changes, from, last);
    long sequence = index.sequence() + 1;
    String refused = index.refused();
    if (!changes.refused().equals(before)) {
      refused = putRefused(sequence, changes.refused());
    }
    NameIndex next = new NameIndex(sequence, last, runs, refused);
    String uri = files.file(Kind.NAMES, sequence);
    if (!files.storage().putIfAbsent(uri, LogFiles.COMPACT.writeValueAsBytes(next))) {
      throw new FencedException("Another driver has just written '" + uri + "'.");
    }
    removeOthers(next, index);
    return next;
  }

  private @Nullable String putRefused(long sequence, NavigableMap<String, RefusedFile> refused)
      throws IOException {
    if (refused.isEmpty()) {
      return null;
    }
    String name = String.format(Locale.ROOT, "%010d-refused.json", sequence);
    try (var out = files.storage().create(files.file(Kind.NAMES, name))) {
      out.write(LogFiles.bytes(new Refused(List.copyOf(refused.values()))));
    }
    return name;
  }

  private void addRun(List<NameRun> runs, TakenChanges changes, long from, long to)
      throws IOException {
    if (changes.names().isEmpty()) {
      return;
    }
    try (NameRunWriter writer = new NameRunWriter(files, from, to)) {
      for (NameEntry entry : changes.names().values()) {
        writer.add(entry);
      }
      runs.add(writer.finish());
    }
    changes.clearNames();
    for (int start = firstToMerge(runs); start >= 0; start = firstToMerge(runs)) {
      List<NameRun> merged = runs.subList(start, runs.size());
      NameRun run = merge(merged, start == 0);
      merged.clear();
      runs.add(run);
    }
  }

  /**
   * Levels descend from the earliest run to the latest, and there are fewer than four runs of each.
   *
   * @return index of the first of the latest runs that are to be merged, or -1
   */
  static int firstToMerge(List<NameRun> runs) {
    int newest = runs.size() - 1;
    int level = runs.get(newest).level();
    int start = newest;
    while (start > 0 && runs.get(start - 1).level() < level) {
      start--;
    }
    if (start < newest) {
      return start;
    }
    for (; level < HIGHEST_LEVEL; level++) {
      int count = 0;
      for (start = runs.size(); start > 0 && runs.get(start - 1).level() <= level; start--) {
        if (runs.get(start - 1).level() == level) {
          count++;
        }
      }
      if (count >= MERGED_RUNS) {
        return start;
      }
    }
    return -1;
  }

  /**
   * @param isWhole whether there are no earlier runs, so that what was removed can be forgotten
   */
  private NameRun merge(List<NameRun> runs, boolean isWhole) throws IOException {
    List<NameRunReader> readers = new ArrayList<>();
    try (NameRunWriter writer =
        new NameRunWriter(files, runs.get(0).from(), runs.get(runs.size() - 1).to())) {
      for (NameRun run : runs) {
        readers.add(new NameRunReader(files, run));
      }
      NameMerge merge = new NameMerge(readers);
      for (NameEntry entry = merge.next(); entry != null; entry = merge.next()) {
        if (!isWhole || entry.file() != null) {
          writer.add(entry);
        }
      }
      return writer.finish();
    } finally {
      for (NameRunReader reader : readers) {
        reader.close();
      }
    }
  }

  /** What neither of two indexes names, and nobody has written since. */
  private void removeOthers(NameIndex next, NameIndex before) throws IOException {
    Set<String> kept = new HashSet<>();
    for (NameIndex index : List.of(next, before)) {
      index.runs().forEach(run -> kept.add(run.file()));
      if (index.refused() != null) {
        kept.add(index.refused());
      }
    }
    for (StoredFile file : files.storage().listDirect(files.folder(Kind.NAMES))) {
      Matcher run = RUN.matcher(file.name());
      boolean isOld =
          run.matches()
              ? Long.parseLong(run.group(1)) <= next.cycle()
              : OF_INDEX.matcher(file.name()).matches()
                  && Long.parseLong(file.name().substring(0, 10)) < before.sequence();
      if (isOld && !kept.contains(file.name())) {
        files.storage().delete(file.uri());
      }
    }
  }
}
