package org.beammedallion.pipelines.jobs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.io.star.FindTouchedFacts;
import org.beammedallion.io.star.StageFact;
import org.beammedallion.io.table.ColumnStatistics;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.io.table.TimeColumn;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.io.writing.TouchedPanes;
import org.beammedallion.pipelines.cycle.Committed;
import org.beammedallion.pipelines.cycle.Cycle;
import org.beammedallion.pipelines.cycle.GoldDefinitions;
import org.beammedallion.pipelines.cycle.Staged;
import org.beammedallion.pipelines.cycle.Staging;
import org.beammedallion.pipelines.engine.Engine.Work;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.pipelines.wiring.Queries;
import org.beammedallion.pipelines.wiring.Tables;
import org.beammedallion.quality.ledger.Ledger.GoldEntry;
import org.beammedallion.quality.pipeline.FactSpec;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.PartitionField;
import org.beammedallion.transforms.star.FactPlan;
import org.jspecify.annotations.Nullable;

/**
 * A fact table: computes the facts of those panes of event time in which silver's rows changed, or
 * in which facts would refer to other rows of a dimension than they do, and overwrites them.
 */
final class FactJob extends GoldJob {

  private final FactSpec spec;
  private final FactPlan query;
  private final Table silver;
  private final Map<String, Table> dimensions;
  private final long paneMicros;

  /**
   * @param silver the table that it is made of
   * @param dimensions those of the lake that its query joins, by name; others may be among them
   */
  static FactJob of(
      PipelineDefinition definition,
      LakeLayout lake,
      FactSpec spec,
      Table silver,
      Map<String, Table> dimensions) {
    FactPlan query = Queries.of(definition, spec);
    return new FactJob(
        definition, spec, query, table(definition, lake, spec, query), silver, dimensions);
  }

  private FactJob(
      PipelineDefinition definition,
      FactSpec spec,
      FactPlan query,
      Table table,
      Table silver,
      Map<String, Table> dimensions) {
    super(definition, spec.table(), table);
    this.spec = spec;
    this.query = query;
    this.silver = silver;
    this.dimensions = Map.copyOf(dimensions);
    this.paneMicros = Tables.paneMicros(definition);
  }

  /** Partitioned as silver is, as far as it has the columns. */
  private static Table table(
      PipelineDefinition definition, LakeLayout lake, FactSpec spec, FactPlan query) {
    List<PartitionField> partitions = new ArrayList<>();
    for (PartitionField field : definition.silver().partitionBy()) {
      String column = query.outputOf(field.source());
      if (column != null) {
        partitions.add(new PartitionField(column, field.transform()));
      }
    }
    return Tables.gold(definition, lake, spec.table(), query.output(), partitions);
  }

  /** A dimension of the lake that the query joins. */
  private Table dimension(String name) {
    Table dimension = dimensions.get(name);
    if (dimension == null) {
      throw new IllegalArgumentException("No dimension '" + name + "'.");
    }
    return dimension;
  }

  @Override
  public String describe() {
    return "fact, " + columns();
  }

  @Override
  public String digest() {
    return GoldDefinitions.digest(eventTimeName(), GoldDefinitions.words(spec.sql()));
  }

  @Override
  public String earlierDigest() {
    return GoldDefinitions.digest(eventTimePhysicalName(), GoldDefinitions.words(spec.sql()));
  }

  @Override
  public boolean othersGoOn() {
    return true;
  }

  /**
   * Whether a dimension has changed since the facts of a completed cycle were made, or there are
   * none yet.
   */
  @Override
  public boolean isStale(ProgressLog log, long cycle) throws IOException {
    Map<String, Long> known = dimensionVersions(log, cycle);
    if (known.isEmpty()) {
      return true;
    }
    for (Map.Entry<String, Long> each : known.entrySet()) {
      if (hasChanged(dimension(each.getKey()), each.getValue())) {
        return true;
      }
    }
    return false;
  }

  /** A cycle that changes nothing makes a version, too. */
  private static boolean hasChanged(Table dimension, long known) throws IOException {
    KnownVersion now = KnownVersion.latest(dimension);
    if (now.version() == known) {
      return false;
    }
    KnownVersion earlier = KnownVersion.at(dimension, known);
    return earlier == null || !now.difference(earlier).isEmpty();
  }

  /**
   * The versions of the dimensions that the facts of a completed cycle refer to, by name; empty
   * where it made no facts.
   */
  private Map<String, Long> dimensionVersions(ProgressLog log, long cycle) throws IOException {
    GoldEntry entry = entryOf(log, cycle);
    return entry == null ? Map.of() : entry.dimensions();
  }

  @Override
  public GoldEntry entry(Committed committed, String definition) {
    return new GoldEntry(
            shortName(),
            committed.version(),
            committed.staged().result().published(),
            committed.snapshot().rows(),
            definition)
        .with(committed.staged().references(), unknown(committed.snapshot()));
  }

  /** Facts that refer to no row of a dimension, by its name. */
  private Map<String, Long> unknown(TableSnapshot snapshot) {
    Map<String, Long> unknown = new LinkedHashMap<>();
    for (FactPlan.Join join : query.joins()) {
      long nulls = 0;
      for (DataFile file : snapshot.files()) {
        for (ColumnStatistics column : file.statistics()) {
          if (column.path().equals(List.of(join.surrogateColumn()))) {
            nulls += column.nullCount();
          }
        }
      }
      unknown.merge(join.table(), nulls, Long::sum);
    }
    return unknown;
  }

  @Override
  public boolean isComputedTogether() {
    return true;
  }

  @Override
  protected Staging stage(Cycle cycle, TableSnapshot read, int round) throws IOException {
    TableSnapshot silverNow = cycle.silverNow(silver);
    Map<String, Long> known = dimensionVersions(cycle.log(), cycle.plan().cycle() - 1);
    Map<String, KnownVersion> dimensions = new LinkedHashMap<>();
    Map<String, Long> versions = new HashMap<>();
    for (FactPlan.Join join : query.joins()) {
      KnownVersion now = KnownVersion.latest(dimension(join.table()));
      dimensions.put(join.table(), now);
      versions.put(join.table(), now.version());
    }
    String resultUri = cycle.result(name(), round);
    TouchedPanes touched =
        cycle.recomputes(this) ? TouchedPanes.ALL : cycle.silverResult().touched();
    for (int join = 0; join < query.joins().size() && !touched.isAll(); join++) {
      KnownVersion now = dimensions.getOrDefault(tableOf(join), KnownVersion.NONE);
      touched =
          touched.union(
              touchedBy(join, known.get(tableOf(join)), now, cycle, silverNow, resultUri));
    }
    if (touched.isEmpty()) {
      return Staged.ofGold(round, read.version(), StageResult.NONE, versions, false);
    }
    List<DataFile> replaced = touchedFiles(read.files(), timeColumn(), touched);
    List<DataFile> silverFiles = touchedFiles(silverNow.files(), eventTime(), touched);
    List<StageFact.DimensionFiles> files = new ArrayList<>();
    List<DataFile> all = new ArrayList<>(silverFiles);
    for (FactPlan.Join join : query.joins()) {
      KnownVersion now = dimensions.getOrDefault(join.table(), KnownVersion.NONE);
      files.add(now.forWorkers());
      all.addAll(now.files());
    }
    StageFact.Settings settings =
        new StageFact.Settings(
            query,
            touched,
            paneMicros,
            silver.uri(),
            withoutStatistics(silverFiles),
            files,
            withoutStatistics(replaced),
            StageFact.buckets(all),
            cycle.target(table()),
            resultUri);
    boolean isWhole = touched.isAll();
    return new Staging.Computation(
        "joining " + shortName(),
        resultUri,
        Work.of(all).plus(replaced),
        pipeline -> pipeline.apply("Fact " + shortName(), StageFact.of(settings)),
        result ->
            Staged.ofGold(
                round,
                read.version(),
                result.withRemoved(
                    replaced.stream().map(DataFile::path).toList(), TouchedPanes.NONE),
                versions,
                isWhole));
  }

  private String tableOf(int join) {
    return query.joins().get(join).table();
  }

  private static List<DataFile> withoutStatistics(List<DataFile> files) {
    return files.stream().map(DataFile::withoutStatistics).toList();
  }

  private List<DataFile> touchedFiles(List<DataFile> files, Field time, TouchedPanes touched) {
    TimeColumn column = TimeColumn.of(time);
    return files.stream().filter(file -> touched.mayTouch(file, column, paneMicros)).toList();
  }

  private Field eventTime() {
    return query.silver().fields().get(query.eventTime());
  }

  private Field timeColumn() {
    return query.output().fields().get(query.outputTime());
  }

  /**
   * The panes whose facts are changed by what happened to a dimension since the last cycle.
   *
   * @param known version of the dimension that the facts refer to, or null where that is not known
   */
  private TouchedPanes touchedBy(
      int join,
      @Nullable Long known,
      KnownVersion now,
      Cycle cycle,
      TableSnapshot silverNow,
      String resultUri)
      throws IOException {
    if (known == null) {
      return TouchedPanes.ALL;
    } else if (known == now.version()) {
      return TouchedPanes.NONE;
    }
    KnownVersion earlier = KnownVersion.at(dimension(tableOf(join)), known);
    if (earlier == null) {
      return TouchedPanes.ALL;
    }
    KnownVersion gone = earlier.without(now);
    if (!gone.isReadable()) {
      return TouchedPanes.ALL;
    }
    KnownVersion come = now.without(earlier);
    if (gone.files().isEmpty() && come.files().isEmpty()) {
      return TouchedPanes.NONE;
    }
    TouchedPanes stretch = find(join, gone, come, List.of(), cycle, silverNow, resultUri);
    if (stretch.isEmpty()) {
      return stretch;
    }
    int asOf = query.joins().get(join).asOf();
    List<DataFile> files = silverNow.files();
    if (asOf >= 0) {
      files = touchedFiles(files, query.silver().fields().get(asOf), stretch);
    }
    if (files.isEmpty()) {
      return TouchedPanes.NONE;
    }
    // Where both lie by key, a key whose files stayed refers to the same rows as before.
    boolean byKey = earlier.isByKey() && now.isByKey();
    return find(
        join,
        byKey ? gone : earlier,
        byKey ? come : now,
        withoutStatistics(files),
        cycle,
        silverNow,
        resultUri);
  }

  private TouchedPanes find(
      int join,
      KnownVersion earlier,
      KnownVersion now,
      List<DataFile> silverFiles,
      Cycle cycle,
      TableSnapshot silverNow,
      String resultUri)
      throws IOException {
    List<DataFile> all = new ArrayList<>(silverNow.files());
    all.addAll(earlier.files());
    all.addAll(now.files());
    String uri = resultUri.replaceFirst("\\.json$", "-touched.json");
    FindTouchedFacts.Settings settings =
        new FindTouchedFacts.Settings(
            query,
            join,
            earlier.forWorkers(),
            now.forWorkers(),
            silver.uri(),
            silverFiles,
            paneMicros,
            StageFact.buckets(all),
            uri);
    return cycle
        .run(
            "comparing versions of " + tableOf(join),
            uri,
            Work.of(silverFiles).plus(earlier.files()).plus(now.files()),
            pipeline -> pipeline.apply("Touched facts", FindTouchedFacts.of(settings)))
        .touched();
  }
}
