package org.beammedallion.pipelines.cycle;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.beammedallion.io.progress.DamagedLogException;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.pipelines.wiring.Tables;
import org.beammedallion.quality.ledger.Ledger.GoldEntry;
import org.jspecify.annotations.Nullable;

/**
 * One table's part in the cycles of a pipeline. A new kind of table is a subclass of this and a
 * line in {@code TableJobs}.
 */
public abstract class TableJob {

  private final Layer layer;
  private final String shortName;
  private final Table table;

  /** The folder of a lake that a table lies in. */
  public enum Layer {
    SILVER("silver"),
    GOLD("gold");

    private final String folder;

    Layer(String folder) {
      this.folder = folder;
    }

    public String folder() {
      return folder;
    }
  }

  /**
   * @param shortName the table's name without its layer
   */
  protected TableJob(Layer layer, String shortName, Table table) {
    this.layer = layer;
    this.shortName = shortName;
    this.table = table;
  }

  /** As commands name the table: {@code silver.orders}. */
  public final String name() {
    return layer.folder + "." + shortName;
  }

  public final String shortName() {
    return shortName;
  }

  public final Layer layer() {
    return layer;
  }

  public final Table table() {
    return table;
  }

  /** The latest version, or one without files where there is no table yet. */
  public final TableSnapshot snapshot() throws IOException {
    return table.snapshot().orElseGet(() -> new TableSnapshot(CommitRequest.NO_TABLE, List.of()));
  }

  /** Its properties as text for output: kind, key or windows, columns. */
  public abstract String describe();

  /**
   * Digest of what the pipeline file says of the table, or null where the contract alone decides
   * what is in it.
   */
  public @Nullable String digest() {
    return null;
  }

  /** The digest of the same by earlier releases, where it may be another. */
  public @Nullable String earlierDigest() {
    return digest();
  }

  /**
   * Whether a table of which a ledger of an earlier release does not tell by what it is made counts
   * as made by {@link #digest}.
   */
  public boolean isTrustedUnknown() {
    return true;
  }

  /** Whether the table belongs to silver, and is rolled back with it. */
  public boolean isCompanion() {
    return false;
  }

  /** Whether the jobs behind it run where the engine fails in it. */
  public boolean othersGoOn() {
    return false;
  }

  /** Whether one pipeline may compute it together with others, see {@link ComputedTogether}. */
  public boolean isComputedTogether() {
    return false;
  }

  /**
   * Whether what was staged is written down. Not where it is a part of what silver's job has
   * staged.
   */
  protected boolean isWrittenDown() {
    return true;
  }

  /**
   * Checks what the pipeline file and the contract alone cannot know, such as whether a class is
   * there.
   *
   * @throws IllegalArgumentException where it is not; says why
   */
  public void requireFeasible() {}

  /**
   * Whether a cycle is due though the source has nothing new.
   *
   * @param cycle the last one, which is completed
   */
  public boolean isStale(ProgressLog log, long cycle) throws IOException {
    return false;
  }

  /**
   * Computes what is to change, or says how. May be repeated, also in another process.
   *
   * @param read the table as it is
   * @param round counts from 1 how often the table's change was computed in the cycle
   */
  protected abstract Staging stage(Cycle cycle, TableSnapshot read, int round) throws IOException;

  /**
   * Asks whether what is staged may be published.
   *
   * @throws CycleHeldException where it may not
   */
  protected void requireRelease(Cycle cycle, Staged staged) throws IOException {}

  /** The change of the table, or null where the cycle makes no version of it. */
  protected abstract @Nullable CommitRequest request(Cycle cycle, Staged staged) throws IOException;

  /** Called when the change is committed. */
  protected void done(Cycle cycle) throws IOException {}

  /**
   * What the ledger says of the table, or null where it has no entry of its own.
   *
   * @param definition digest of what the whole table is made by
   */
  public @Nullable GoldEntry entry(Committed committed, String definition) {
    return null;
  }

  /** With the cycle's number it names a commit. A restart has the same name. */
  protected final String application(Cycle cycle) {
    return Tables.application(cycle.definition(), name());
  }

  /** Whether an earlier driver has committed the cycle's change already. */
  protected final boolean isCommitted(Cycle cycle) throws IOException {
    OptionalLong last = table.lastCycle(application(cycle));
    return last.isPresent() && last.getAsLong() >= cycle.plan().cycle();
  }

  /**
   * Checks that no later cycle is committed to the table. A cycle's number is the highest that its
   * table has: behind a later one it would be taken for done. What is published later than a later
   * cycle is a cycle of its own.
   */
  final void requireInOrder(Cycle cycle) throws IOException {
    OptionalLong last = table.lastCycle(application(cycle));
    if (last.isPresent() && last.getAsLong() > cycle.plan().cycle()) {
      throw DamagedLogException.behind(
          cycle.lake().progress(cycle.definition().name()),
          cycle.plan().cycle(),
          name(),
          last.getAsLong());
    }
  }

  /** Those of the live files that have one of the paths. */
  protected final List<DataFile> live(List<String> paths) throws IOException {
    if (paths.isEmpty()) {
      return List.of();
    }
    Set<String> wanted = new HashSet<>(paths);
    return snapshot().files().stream().filter(file -> wanted.contains(file.path())).toList();
  }
}
