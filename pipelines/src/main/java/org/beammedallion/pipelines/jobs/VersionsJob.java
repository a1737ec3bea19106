package org.beammedallion.pipelines.jobs;

import java.io.IOException;
import java.util.List;
import org.beammedallion.io.silver.CopyVersions;
import org.beammedallion.io.silver.VersionLog;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.pipelines.cycle.Cycle;
import org.beammedallion.pipelines.cycle.Staged;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.pipelines.wiring.Tables;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.jspecify.annotations.Nullable;

/** The table of all accepted versions of silver's rows. */
final class VersionsJob extends CompanionJob {

  VersionsJob(PipelineDefinition definition, LakeLayout lake) {
    super(Tables.versionsName(definition), Tables.versions(definition, lake));
  }

  /** How workers keep versions. */
  VersionLog log(Cycle cycle) throws IOException {
    return new VersionLog(cycle.target(table()));
  }

  /**
   * Silver's rows as versions, where there is silver from the time before versions were kept, or
   * where silver was rolled back to that time.
   *
   * @param folder of silver
   * @param resultUri where workers may leave their result
   */
  StageResult ofSilver(Cycle cycle, String folder, TableSnapshot silver, String resultUri)
      throws IOException {
    boolean isKept = table().snapshot().map(kept -> !kept.files().isEmpty()).orElse(false);
    if (silver.files().isEmpty() || isKept) {
      return StageResult.NONE;
    }
    List<DataFile> files = silver.files().stream().map(DataFile::withoutStatistics).toList();
    return cycle.run(
        "keeping the versions that silver has",
        resultUri,
        pipeline ->
            pipeline.apply(
                "Copy versions",
                CopyVersions.of(
                    new CopyVersions.Settings(
                        cycle.definition().rowSchema(), folder, files, log(cycle), resultUri))));
  }

  @Override
  protected @Nullable CommitRequest request(Cycle cycle, Staged staged) {
    if (!cycle.readsSource()) {
      return null;
    }
    return append(cycle, staged, staged.result().versions());
  }
}
