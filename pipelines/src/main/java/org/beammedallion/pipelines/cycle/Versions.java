package org.beammedallion.pipelines.cycle;

import java.io.IOException;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;
import org.beammedallion.io.progress.CyclePlan;
import org.beammedallion.io.stage.CopyVersions;
import org.beammedallion.io.stage.StageResult;
import org.beammedallion.io.stage.TableTarget;
import org.beammedallion.io.stage.VersionLog;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.jspecify.annotations.Nullable;

/**
 * The table of all accepted versions, as one cycle adds to it. It changes after silver's: before
 * the cycle is complete no other one reads it.
 */
final class Versions {

  private final PipelineDefinition definition;
  private final LakeLayout lake;
  private final CyclePlan plan;
  private final Table table;

  private Versions(PipelineDefinition definition, LakeLayout lake, CyclePlan plan) {
    this.definition = definition;
    this.lake = lake;
    this.plan = plan;
    this.table = Tables.versions(definition, lake);
  }

  /** Null where no dimension keeps history. */
  static @Nullable Versions of(PipelineDefinition definition, LakeLayout lake, CyclePlan plan) {
    return definition.keepsVersions() ? new Versions(definition, lake, plan) : null;
  }

  /** How workers keep versions. */
  VersionLog log(int attempt) throws IOException {
    return new VersionLog(
        new TableTarget(
            table.uri(),
            table.layout().schema(),
            List.of(),
            definition.silver().targetFileBytes(),
            String.format("cycle-%010d-%04d", plan.cycle(), attempt),
            List.of(),
            table.fileRules()));
  }

  /**
   * Silver's rows as versions, where there is silver from the time before versions were kept, or
   * where silver was rolled back to that time.
   *
   * @param resultUri where workers may leave their result
   */
  StageResult ofSilver(TableSnapshot silver, PipelineOptions options, int attempt, String resultUri)
      throws IOException {
    boolean isKept = table.snapshot().map(kept -> !kept.files().isEmpty()).orElse(false);
    if (silver.files().isEmpty() || isKept) {
      return StageResult.NONE;
    }
    Pipeline pipeline = Pipeline.create(options);
    pipeline.apply(
        "Copy versions",
        CopyVersions.of(
            new CopyVersions.Settings(
                definition.rowSchema(),
                lake.silver(definition.silver().table()),
                silver.files().stream().map(DataFile::withoutStatistics).toList(),
                log(attempt),
                resultUri)));
    Runners.run(pipeline, "keeping the versions that silver has", true);
    return Staged.takeResult(resultUri);
  }

  /** Commits what the cycle keeps. */
  void commit(StageResult result) throws IOException {
    String application =
        Tables.application(definition, "silver." + Tables.versionsName(definition));
    CommitRequest append = CommitRequest.append(result.versions(), application, plan.cycle());
    // A version of each cycle, so that silver can be rolled back to it with its versions.
    table.commit(table.snapshot().isPresent() ? append.evenIfEmpty() : append);
  }
}
