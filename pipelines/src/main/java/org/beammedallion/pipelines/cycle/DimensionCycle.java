package org.beammedallion.pipelines.cycle;

import java.io.IOException;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;
import org.beammedallion.io.progress.CyclePlan;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.io.stage.StageDimension;
import org.beammedallion.io.stage.StageResult;
import org.beammedallion.io.stage.TableTarget;
import org.beammedallion.io.stage.TouchedPanes;
import org.beammedallion.io.stage.VersionLog;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.quality.ledger.Ledger.GoldEntry;
import org.beammedallion.quality.pipeline.DimensionSpec;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.star.DimensionPlan;
import org.beammedallion.transforms.star.DimensionPlan.Chronology;
import org.jspecify.annotations.Nullable;

/**
 * Brings a dimension up to silver, where the cycle changed anything: makes it anew of all versions
 * of its keys (type 2), or of silver's rows (type 1).
 */
final class DimensionCycle {

  private final PipelineDefinition definition;
  private final DimensionSpec spec;
  private final LakeLayout lake;
  private final PipelineOptions options;
  private final CyclePlan plan;
  private final DriverClaim claim;
  private final Table table;

  DimensionCycle(
      PipelineDefinition definition,
      DimensionSpec spec,
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
    this.table = Tables.dimension(definition, lake, spec);
  }

  GoldEntry update(SilverCycle.Committed silver, ProgressLog log, CycleListener listener)
      throws IOException {
    return new StagedCommit(definition, lake, log, plan, claim, listener, table, spec.table())
        .run((read, resultUri) -> stage(silver.asOfNow(), read, resultUri))
        .entry(spec.table());
  }

  private StagedCommit.Change stage(
      SilverCycle.Committed silver, TableSnapshot read, String resultUri) throws IOException {
    boolean made = read.version() != CommitRequest.NO_TABLE;
    if (made && !isTouchedBy(silver.result()) && !plan.recompute().contains(spec.table())) {
      return StagedCommit.Change.NONE;
    }
    Table versions = Tables.versions(definition, lake);
    List<DataFile> files =
        spec.keepsHistory()
            ? versions.snapshot().map(TableSnapshot::files).orElse(List.of())
            : silver.snapshot().files();
    String source = spec.keepsHistory() ? versions.uri() : lake.silver(definition.silver().table());
    Pipeline pipeline = Pipeline.create(options);
    pipeline.apply(
        "Dimension",
        StageDimension.of(
            new StageDimension.Settings(
                dimensionPlan(),
                source,
                files.stream().map(DataFile::withoutStatistics).toList(),
                StageDimension.buckets(files),
                target(),
                resultUri)));
    Runners.run(pipeline, "making the dimension " + spec.table(), true);
    StageResult result =
        Staged.takeResult(resultUri)
            .withRemoved(read.files().stream().map(DataFile::path).toList(), TouchedPanes.NONE);
    return StagedCommit.Change.of(result, true);
  }

  private boolean isTouchedBy(StageResult result) {
    return spec.keepsHistory()
        ? !result.versions().isEmpty()
        : result.published() > 0 || !result.removed().isEmpty() || !result.marks().isEmpty();
  }

  private DimensionPlan dimensionPlan() {
    RecordSchema rows = definition.rowSchema();
    boolean history = spec.keepsHistory();
    int latestBy = definition.latestBy();
    @Nullable String order = latestBy < 0 ? null : rows.fields().get(latestBy).name();
    RecordSchema versions = history ? VersionLog.schema(rows) : rows;
    DimensionPlan.Names names =
        new DimensionPlan.Names(
            spec.key(),
            spec.columns(),
            spec.tracked(),
            spec.validFrom(),
            order,
            history ? VersionLog.DELETED : null,
            definition.hasChanges() ? Chronology.ORDER : Chronology.TIME);
    return definition.hasChanges()
        ? DimensionPlan.ofChanges(versions, names, spec.schema(), Tables.changeOrder(definition))
        : DimensionPlan.of(versions, names, spec.schema());
  }

  private TableTarget target() throws IOException {
    return new TableTarget(
        table.uri(),
        spec.schema(),
        List.of(),
        definition.silver().targetFileBytes(),
        String.format("cycle-%010d-%04d", plan.cycle(), claim.attempt().number()),
        List.of(),
        table.fileRules());
  }
}
