package org.beammedallion.pipelines.maintain;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.beam.sdk.options.PipelineOptions;
import org.beammedallion.io.bronze.BronzeManifest;
import org.beammedallion.io.compaction.CompactFiles.FileGroup;
import org.beammedallion.io.progress.LakeFormat;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.storage.StoredFile;
import org.beammedallion.io.table.ConcurrentCommitException;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.pipelines.engine.Engine;
import org.beammedallion.pipelines.jobs.TableJobs;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.yaml.DidYouMean;

/**
 * Maintains every table of a pipeline: compacts small files, expires old versions, removes unused
 * files. May run while cycles run: no row changes, and the second of two concurrent commits is
 * computed again or skipped.
 */
public final class Maintenance {

  /** Younger versions may still be in use by a reader. */
  public static final Duration LEAST_AGE = Duration.ofHours(1);

  /**
   * @param olderThan versions and files of that age go; at least {@link #LEAST_AGE}
   * @param keepLast number of latest versions that are kept, however old; at least 1
   * @param order of the rows within each partition, in tables that have all of its columns
   * @param deleteRatio files of which so large a part of the rows is deleted by position are
   *     written again; from 0, which is every file that lost a row, to 1
   * @param dryRun whether it is only told what would be done
   */
  public record Settings(
      Duration olderThan, int keepLast, SortOrder order, double deleteRatio, boolean dryRun) {
    public Settings {
      if (olderThan.compareTo(LEAST_AGE) < 0) {
        throw new IllegalArgumentException(
            "Files younger than an hour may still be in use by a cycle or a reader. Use --olderThan=1h or more.");
      }
      if (keepLast < 1) {
        throw new IllegalArgumentException(
            "The latest version is always kept. Use --keepLast=1 or more.");
      }
      if (!(deleteRatio >= 0 && deleteRatio <= 1)) {
        throw new IllegalArgumentException(
            "--deleteRatio is a part of a file's rows, from 0 to 1: with 0.3, files that have lost three rows in ten are rewritten.");
      }
    }
  }

  /**
   * @param resultFiles files of cycles that are complete, which workers left and no driver took
   */
  public record Report(List<TableReport> tables, long resultFiles) {
    public Report {
      tables = List.copyOf(tables);
    }
  }

  private final PipelineDefinition definition;
  private final LakeLayout lake;
  private final PipelineOptions options;
  private final Settings settings;
  private final Clock clock;

  public Maintenance(
      PipelineDefinition definition,
      LakeLayout lake,
      PipelineOptions options,
      Settings settings,
      Clock clock) {
    this.definition = definition;
    this.lake = lake;
    this.options = options;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Maintains the tables, one after another.
   *
   * @throws org.beammedallion.pipelines.engine.RunFailedException where the runner failed; what was
   *     committed before stays, and nothing else was changed
   */
  public Report run() throws IOException {
    LakeFormat.require(lake.progress(definition.name()));
    List<TableReport> reports = new ArrayList<>();
    Map<String, Table> tables = TableJobs.of(definition, lake).byName();
    for (Map.Entry<String, Table> table : tables.entrySet()) {
      Optional<TableSnapshot> snapshot = table.getValue().snapshot();
      if (snapshot.isPresent()) {
        reports.add(maintain(table.getKey(), table.getValue(), snapshot.get()));
      }
    }
    return new Report(reports, removeResults());
  }

  /** Rows are sorted by plain values of the files; a partition's own columns are in no file. */
  private boolean canSort(Table table) {
    return table.layout().schema().names().containsAll(settings.order().columns())
        && settings.order().columns().stream()
            .map(column -> table.layout().schema().field(column).type())
            .noneMatch(
                type ->
                    type instanceof FieldType.ObjectType || type instanceof FieldType.ArrayType);
  }

  /**
   * Checks that at least one table can be sorted as asked.
   *
   * @throws NoSuchElementException where none can; says which column was probably meant
   */
  public void requireSortable() {
    Collection<Table> tables = TableJobs.of(definition, lake).byName().values();
    if (tables.stream().anyMatch(this::canSort)) {
      return;
    }
    for (String column : settings.order().columns()) {
      Set<String> known = new TreeSet<>();
      tables.forEach(table -> known.addAll(table.layout().schema().names()));
      if (!known.contains(column)) {
        String nearest = DidYouMean.nearest(column, known);
        throw new NoSuchElementException(
            "No table of the pipeline has a column '"
                + column
                + "' to sort by."
                + (nearest == null ? "" : " Did you mean " + nearest + "?"));
      }
    }
    throw new NoSuchElementException(
        "No table of the pipeline has all the columns "
            + String.join(", ", settings.order().columns())
            + " to sort by, none of them an object or an array.");
  }

  private TableReport maintain(String name, Table table, TableSnapshot before) throws IOException {
    Compaction compaction =
        new Compaction(table, definition.silver().targetFileBytes(), Engine.of(options), results());
    List<FileGroup> groups =
        compaction.groups(
            before.files(),
            canSort(table) ? settings.order() : SortOrder.NONE,
            settings.deleteRatio());
    long small = groups.stream().mapToLong(group -> group.files().size()).sum();
    String note = "";
    if (!groups.isEmpty() && !table.evolution().difference().changes().isEmpty()) {
      groups = List.of();
      small = 0;
      note = "not compacted: its columns are not those of the contract; the next run changes them";
    }
    if (!settings.dryRun() && !groups.isEmpty()) {
      try {
        small = compaction.run(groups);
      } catch (ConcurrentCommitException e) {
        small = 0;
        note = "not compacted: " + e.getMessage();
      }
    }
    Instant limit = clock.instant().minus(settings.olderThan());
    long expired =
        settings.dryRun()
            ? table.maintenance().expirable(limit, settings.keepLast()).size()
            : table.maintenance().expire(limit, settings.keepLast());
    List<StoredFile> orphans = orphans(table, limit);
    if (!settings.dryRun() && !orphans.isEmpty()) {
      table.maintenance().beginRemoval();
      orphans = orphans(table, limit);
      delete(orphans);
    }
    TableSnapshot after = settings.dryRun() ? before : table.snapshot().orElse(before);
    return new TableReport(
        name,
        content(before),
        content(after),
        small,
        expired,
        orphans.size(),
        orphans.stream().mapToLong(StoredFile::size).sum(),
        note);
  }

  private static TableReport.Content content(TableSnapshot snapshot) {
    return new TableReport.Content(
        snapshot.files().size(),
        snapshot.files().stream().mapToLong(DataFile::bytes).sum(),
        snapshot.files().stream().mapToLong(DataFile::deletedRows).sum());
  }

  private List<StoredFile> orphans(Table table, Instant limit) throws IOException {
    // Asked before the files are listed: a cycle that is complete by then has committed all it
    // will.
    OpenCycles open = openCycles();
    return table.maintenance().orphans(limit).stream()
        .filter(file -> !open.mayBeCommitted(file, clock.instant()))
        .toList();
  }

  private OpenCycles openCycles() throws IOException {
    return OpenCycles.of(ProgressLog.of(lake.progress(definition.name())));
  }

  private String results() {
    return lake.progress(definition.name()) + "/results";
  }

  private long removeResults() throws IOException {
    OpenCycles open = openCycles();
    Instant limit = clock.instant().minus(settings.olderThan());
    List<StoredFile> left = new ArrayList<>();
    Storage.of(lake.root()).listDirect(results()).stream()
        .filter(file -> file.modified().isBefore(limit))
        .filter(file -> !open.mayBeCommitted(file, clock.instant()))
        .forEach(left::add);
    BronzeManifest.lostFiles(lake.bronze(definition.name()), open.first()).stream()
        .filter(file -> file.modified().isBefore(limit))
        .forEach(left::add);
    if (!settings.dryRun()) {
      delete(left);
    }
    return left.size();
  }

  private void delete(List<StoredFile> files) throws IOException {
    Storage storage = Storage.of(lake.root());
    for (StoredFile file : files) {
      storage.delete(file.uri());
    }
  }
}
