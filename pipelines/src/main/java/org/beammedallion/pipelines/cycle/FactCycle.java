package org.beammedallion.pipelines.cycle;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;
import org.beammedallion.io.progress.CyclePlan;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.io.stage.FindTouchedFacts;
import org.beammedallion.io.stage.StageDimension;
import org.beammedallion.io.stage.StageFact;
import org.beammedallion.io.stage.StageResult;
import org.beammedallion.io.stage.TableTarget;
import org.beammedallion.io.stage.TouchedPanes;
import org.beammedallion.io.table.ColumnStatistics;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.io.table.TimeColumn;
import org.beammedallion.quality.ledger.Ledger.GoldEntry;
import org.beammedallion.quality.pipeline.FactSpec;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.transforms.star.FactPlan;
import org.jspecify.annotations.Nullable;

/**
 * Brings a fact table up to silver and its dimensions: computes the facts of those panes of event
 * time in which silver's rows changed, or in which facts would refer to other rows of a dimension
 * than they do, and overwrites exactly them.
 */
final class FactCycle {

  private final PipelineDefinition definition;
  private final FactSpec spec;
  private final LakeLayout lake;
  private final PipelineOptions options;
  private final CyclePlan plan;
  private final DriverClaim claim;
  private final FactPlan query;
  private final Table table;
  private final long paneMicros;

  FactCycle(
      PipelineDefinition definition,
      FactSpec spec,
      LakeLayout lake,
      PipelineOptions options,
      CyclePlan plan,
      DriverClaim claim) {
    this.definition = definition;
    this.spec = spec;
    this.lake = lake;
    this.options = options;
    this.plan = plan;
    this.claim = claim;
    this.query = Queries.of(definition, spec);
    this.table = Facts.table(definition, lake, spec, query);
    this.paneMicros = Tables.paneMicros(definition);
  }

  GoldEntry update(SilverCycle.Committed silver, ProgressLog log, CycleListener listener)
      throws IOException {
    Map<String, Long> known = Facts.dimensionVersions(log, plan.cycle() - 1, spec.table());
    StagedCommit.Committed committed =
        new StagedCommit(definition, lake, log, plan, claim, listener, table, spec.table())
            .run((read, resultUri) -> stage(silver.asOfNow(), read, known, resultUri));
    return committed
        .entry(spec.table())
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

  private StagedCommit.Change stage(
      SilverCycle.Committed silver, TableSnapshot read, Map<String, Long> known, String resultUri)
      throws IOException {
    Map<String, DimensionVersion> dimensions = new LinkedHashMap<>();
    Map<String, Long> versions = new HashMap<>();
    for (FactPlan.Join join : query.joins()) {
      DimensionVersion now = DimensionVersion.latest(Facts.dimension(spec, lake, join.table()));
      dimensions.put(join.table(), now);
      versions.put(join.table(), now.version());
    }
    TouchedPanes touched =
        plan.recompute().contains(spec.table()) ? TouchedPanes.ALL : silver.result().touched();
    for (int join = 0; join < query.joins().size() && !touched.isAll(); join++) {
      DimensionVersion now = dimensions.getOrDefault(tableOf(join), DimensionVersion.NONE);
      touched = touched.union(touchedBy(join, known.get(tableOf(join)), now, silver, resultUri));
    }
    if (touched.isEmpty()) {
      return new StagedCommit.Change(StageResult.NONE, versions, false);
    }
    List<DataFile> replaced = touchedFiles(read.files(), timeColumn(), touched);
    List<DataFile> silverFiles = touchedFiles(silver.snapshot().files(), eventTime(), touched);
    List<StageFact.DimensionFiles> files = new ArrayList<>();
    List<DataFile> all = new ArrayList<>(silverFiles);
    for (FactPlan.Join join : query.joins()) {
      DimensionVersion now = dimensions.getOrDefault(join.table(), DimensionVersion.NONE);
      files.add(now.forWorkers());
      all.addAll(now.files());
    }
    Pipeline pipeline = Pipeline.create(options);
    pipeline.apply(
        "Fact",
        StageFact.of(
            new StageFact.Settings(
                query,
                touched,
                paneMicros,
                lake.silver(definition.silver().table()),
                withoutStatistics(silverFiles),
                files,
                withoutStatistics(replaced),
                StageDimension.buckets(all),
                target(),
                resultUri)));
    Runners.run(pipeline, "joining " + spec.table(), true);
    StageResult result =
        Staged.takeResult(resultUri)
            .withRemoved(replaced.stream().map(DataFile::path).toList(), TouchedPanes.NONE);
    return new StagedCommit.Change(result, versions, touched.isAll());
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
      DimensionVersion now,
      SilverCycle.Committed silver,
      String resultUri)
      throws IOException {
    if (known == null) {
      return TouchedPanes.ALL;
    } else if (known == now.version()) {
      return TouchedPanes.NONE;
    }
    DimensionVersion earlier =
        DimensionVersion.at(Facts.dimension(spec, lake, tableOf(join)), known);
    if (earlier == null) {
      return TouchedPanes.ALL;
    }
    DimensionVersion gone = earlier.without(now);
    DimensionVersion come = now.without(earlier);
    if (gone.files().isEmpty() && come.files().isEmpty()) {
      return TouchedPanes.NONE;
    }
    TouchedPanes stretch = find(join, gone, come, List.of(), silver, resultUri);
    if (stretch.isEmpty()) {
      return stretch;
    }
    int asOf = query.joins().get(join).asOf();
    List<DataFile> files = silver.snapshot().files();
    if (asOf >= 0) {
      files = touchedFiles(files, query.silver().fields().get(asOf), stretch);
    }
    return files.isEmpty()
        ? TouchedPanes.NONE
        : find(join, earlier, now, withoutStatistics(files), silver, resultUri);
  }

  private TouchedPanes find(
      int join,
      DimensionVersion earlier,
      DimensionVersion now,
      List<DataFile> silverFiles,
      SilverCycle.Committed silver,
      String resultUri)
      throws IOException {
    List<DataFile> all = new ArrayList<>(silver.snapshot().files());
    all.addAll(earlier.files());
    all.addAll(now.files());
    String uri = resultUri.replaceFirst("\\.json$", "-touched.json");
    Pipeline pipeline = Pipeline.create(options);
    pipeline.apply(
        "Touched facts",
        FindTouchedFacts.of(
            new FindTouchedFacts.Settings(
                query,
                join,
                earlier.forWorkers(),
                now.forWorkers(),
                lake.silver(definition.silver().table()),
                silverFiles,
                paneMicros,
                StageDimension.buckets(all),
                uri)));
    Runners.run(pipeline, "comparing versions of " + tableOf(join), true);
    return Staged.takeResult(uri).touched();
  }

  private TableTarget target() throws IOException {
    return new TableTarget(
        table.uri(),
        query.output(),
        table.layout().partitionBy(),
        definition.silver().targetFileBytes(),
        String.format("cycle-%010d-%04d", plan.cycle(), claim.attempt().number()),
        List.of(),
        table.fileRules());
  }
}
