package org.beammedallion.io.progress;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.beammedallion.quality.ledger.RefusedFile;
import org.jspecify.annotations.Nullable;

/**
 * The files that completed cycles have read or refused, as they were then. A file that had vanished
 * before it could be read is not among them: if it comes back it is new. The names are on storage,
 * sorted; in memory are those of the latest cycles and the refused ones.
 */
public final class TakenFiles {

  private final LogFiles files;
  private final List<NameRun> runs;
  private final NavigableMap<String, NameEntry> latest;
  private final NavigableMap<String, RefusedFile> refused;

  /**
   * @param runs from the earliest to the latest
   * @param latest entries that are later than all runs
   */
  TakenFiles(
      LogFiles files,
      List<NameRun> runs,
      NavigableMap<String, NameEntry> latest,
      NavigableMap<String, RefusedFile> refused) {
    this.files = files;
    this.runs = runs;
    this.latest = latest;
    this.refused = refused;
  }

  /** Of a lake that is not there yet. */
  public static TakenFiles none() {
    return of(Map.of());
  }

  /** Files by their URI. */
  public static TakenFiles of(Map<String, TakenFile> taken) {
    NavigableMap<String, NameEntry> latest = new TreeMap<>();
    NavigableMap<String, RefusedFile> refused = new TreeMap<>();
    taken.forEach(
        (uri, file) -> {
          latest.put(uri, new NameEntry(uri, file));
          RefusedFile refusal = file.refused();
          if (refusal != null) {
            refused.put(uri, refusal);
          }
        });
    return new TakenFiles(LogFiles.NOWHERE, List.of(), latest, refused);
  }

  /** Those that are refused, ordered by URI. */
  public Collection<RefusedFile> refused() {
    return refused.values();
  }

  /**
   * The greatest URI below a folder that a cycle has read or refused; empty where there is none.
   * Reads a block of names, or all of them where other folders or files that were undone come
   * later.
   */
  public String lastIn(String folder) throws IOException {
    String greatest = latest.isEmpty() ? "" : latest.lastKey();
    for (NameRun run : runs) {
      greatest = run.last().compareTo(greatest) > 0 ? run.last() : greatest;
    }
    String prefix = folder + "/";
    if (greatest.startsWith(prefix) && contains(greatest)) {
      return greatest;
    }
    String[] last = {""};
    forEach(
        (uri, file) -> {
          if (uri.startsWith(prefix)) {
            last[0] = uri;
          }
        });
    return last[0];
  }

  /** The least and the greatest URIs of what is known; reads nothing. */
  public List<String> outermost() {
    List<String> uris = new ArrayList<>();
    for (NameRun run : runs) {
      uris.add(run.first());
      uris.add(run.last());
    }
    if (!latest.isEmpty()) {
      uris.add(latest.firstKey());
      uris.add(latest.lastKey());
    }
    return uris;
  }

  /** Takes a file. */
  @FunctionalInterface
  public interface Visitor {
    void visit(String uri, TakenFile file) throws IOException;
  }

  /** Hands out all files, ordered by URI. */
  public void forEach(Visitor visitor) throws IOException {
    List<NameSource> sources = new ArrayList<>();
    try {
      for (NameRun run : runs) {
        sources.add(new NameRunReader(files, run));
      }
      sources.add(NameSource.of(latest));
      NameMerge merge = new NameMerge(sources);
      for (NameEntry entry = merge.next(); entry != null; entry = merge.next()) {
        TakenFile file = withRefusal(entry);
        if (file != null) {
          visitor.visit(entry.uri(), file);
        }
      }
    } finally {
      for (NameSource source : sources) {
        source.close();
      }
    }
  }

  private @Nullable TakenFile withRefusal(NameEntry entry) {
    TakenFile file = entry.file();
    return file == null
        ? null
        : new TakenFile(file.size(), file.modified(), refused.get(entry.uri()));
  }

  /** Begins a search for names; to be closed. */
  public Lookup lookup() {
    return new Lookup();
  }

  /** Whether a file is among them. */
  public boolean contains(String uri) throws IOException {
    try (Lookup lookup = lookup()) {
      return lookup.find(uri) != null;
    }
  }

  /**
   * Finds names that ascend, in one pass over the blocks that may hold them; a name that is less
   * than the one before is found too, and begins a new pass.
   */
  public final class Lookup implements Closeable {
    private final Map<NameRun, NameRunReader> readers = new HashMap<>();
    private String previous = "";

    private Lookup() {}

    /** The file, or null where no cycle has read it. */
    public @Nullable TakenFile find(String uri) throws IOException {
      if (uri.compareTo(previous) < 0) {
        close();
      }
      previous = uri;
      NameEntry entry = latest.get(uri);
      for (int i = runs.size() - 1; i >= 0 && entry == null; i--) {
        NameRun run = runs.get(i);
        if (run.mayHold(uri)) {
          entry = reader(run).find(uri);
        }
      }
      return entry == null ? null : withRefusal(entry);
    }

    private NameRunReader reader(NameRun run) throws IOException {
      NameRunReader reader = readers.get(run);
      if (reader == null) {
        reader = new NameRunReader(files, run);
        readers.put(run, reader);
      }
      return reader;
    }

    @Override
    public void close() throws IOException {
      for (NameRunReader reader : readers.values()) {
        reader.close();
      }
      readers.clear();
    }
  }
}
