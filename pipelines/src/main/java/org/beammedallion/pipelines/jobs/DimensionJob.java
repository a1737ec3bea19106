package org.beammedallion.pipelines.jobs;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.beammedallion.io.silver.VersionLog;
import org.beammedallion.io.star.StageDimension;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.io.writing.TouchedPanes;
import org.beammedallion.pipelines.cycle.Cycle;
import org.beammedallion.pipelines.cycle.GoldDefinitions;
import org.beammedallion.pipelines.cycle.Staged;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.pipelines.wiring.Tables;
import org.beammedallion.quality.pipeline.DimensionSpec;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.star.DimensionPlan;
import org.beammedallion.transforms.star.DimensionPlan.Chronology;
import org.jspecify.annotations.Nullable;

/**
 * A dimension, where the cycle changed anything: rebuilt from all versions of its keys (type 2), or
 * from silver's rows (type 1).
 */
final class DimensionJob extends GoldJob {

  private final DimensionSpec spec;
  private final Table silver;
  private final Table versions;

  DimensionJob(PipelineDefinition definition, LakeLayout lake, DimensionSpec spec) {
    super(definition, spec.table(), Tables.dimension(definition, lake, spec));
    this.spec = spec;
    this.silver = Tables.silver(definition, lake);
    this.versions = Tables.versions(definition, lake);
  }

  @Override
  public String digest() {
    return GoldDefinitions.digest(
        spec.key(), spec.columns(), spec.tracked(), spec.validFrom(), spec.surrogateKey());
  }

  @Override
  protected Staged stage(Cycle cycle, TableSnapshot read, int round) throws IOException {
    boolean isMade = read.version() != CommitRequest.NO_TABLE;
    if (isMade && !isTouchedBy(cycle.silverResult()) && !cycle.recomputes(this)) {
      return Staged.ofGold(round, read.version(), StageResult.NONE, Map.of(), false);
    }
    List<DataFile> files =
        spec.keepsHistory()
            ? versions.snapshot().map(TableSnapshot::files).orElse(List.of())
            : cycle.silverNow(silver).files();
    String resultUri = cycle.result(name(), round);
    StageDimension.Settings settings =
        new StageDimension.Settings(
            dimensionPlan(),
            spec.keepsHistory() ? versions.uri() : silver.uri(),
            files.stream().map(DataFile::withoutStatistics).toList(),
            StageDimension.buckets(files),
            cycle.target(table()),
            resultUri);
    StageResult result =
        cycle
            .run(
                "making the dimension " + shortName(),
                resultUri,
                pipeline -> pipeline.apply("Dimension", StageDimension.of(settings)))
            .withRemoved(read.files().stream().map(DataFile::path).toList(), TouchedPanes.NONE);
    return Staged.ofGold(round, read.version(), result, Map.of(), true);
  }

  private boolean isTouchedBy(StageResult result) {
    return spec.keepsHistory()
        ? !result.versions().isEmpty()
        : result.published() > 0 || !result.removed().isEmpty() || !result.marks().isEmpty();
  }

  private DimensionPlan dimensionPlan() {
    RecordSchema rows = definition().rowSchema();
    boolean history = spec.keepsHistory();
    int latestBy = definition().latestBy();
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
            definition().hasChanges() ? Chronology.ORDER : Chronology.TIME);
    return definition().hasChanges()
        ? DimensionPlan.ofChanges(versions, names, spec.schema(), Tables.changeOrder(definition()))
        : DimensionPlan.of(versions, names, spec.schema());
  }
}
