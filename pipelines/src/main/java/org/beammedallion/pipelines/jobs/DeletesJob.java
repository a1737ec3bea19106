package org.beammedallion.pipelines.jobs;

import java.io.IOException;
import java.util.List;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.CommitRequest.Operation;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.writing.DeleteResult;
import org.beammedallion.pipelines.cycle.Cycle;
import org.beammedallion.pipelines.cycle.Staged;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.pipelines.wiring.Tables;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.transforms.deduplicate.RowKey;
import org.jspecify.annotations.Nullable;

/** The table of deletes that are remembered. */
final class DeletesJob extends CompanionJob {

  private final RowKey key;

  DeletesJob(PipelineDefinition definition, LakeLayout lake, RowKey key) {
    super(Tables.deletesName(definition), Tables.deletes(definition, lake, key));
    this.key = key;
  }

  RememberedDeletes remembered(Cycle cycle) throws IOException {
    return new RememberedDeletes(cycle, key, table(), snapshot().files());
  }

  @Override
  public String describe() {
    return "keys of deleted rows, for changes that arrive late";
  }

  @Override
  protected @Nullable CommitRequest request(Cycle cycle, Staged staged) throws IOException {
    if (!cycle.readsSource()) {
      return null;
    }
    DeleteResult result = staged.result().deletes();
    // Somebody else may have put files together that were to be forgotten: what is remembered twice
    // does no harm, and a later cycle forgets it.
    List<DataFile> removes = live(result.forgotten());
    long cycleNumber = cycle.plan().cycle();
    if (!removes.isEmpty()) {
      return CommitRequest.replace(
          Operation.OVERWRITE,
          result.files(),
          removes,
          staged.readVersion(),
          application(cycle),
          cycleNumber);
    }
    return append(cycle, staged, result.files());
  }
}
