package org.beammedallion.pipelines.jobs;

import java.io.IOException;
import java.util.List;
import org.beammedallion.io.stage.DeleteResult;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.CommitRequest.Operation;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.pipelines.cycle.Cycle;
import org.beammedallion.pipelines.cycle.Staged;
import org.beammedallion.pipelines.cycle.TableJob;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.pipelines.wiring.Tables;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.transforms.deduplicate.RowKey;
import org.jspecify.annotations.Nullable;

/**
 * The table of deletes that are remembered. Silver's job stages its files; it changes after silver,
 * and before the cycle is complete no other one reads it.
 */
final class DeletesJob extends TableJob {

  private final RowKey key;

  DeletesJob(PipelineDefinition definition, LakeLayout lake, RowKey key) {
    super(Layer.SILVER, Tables.deletesName(definition), Tables.deletes(definition, lake, key));
    this.key = key;
  }

  RememberedDeletes remembered(Cycle cycle) throws IOException {
    return new RememberedDeletes(cycle, key, table(), snapshot().files());
  }

  @Override
  public boolean isCompanion() {
    return true;
  }

  @Override
  protected boolean isWrittenDown() {
    return false;
  }

  @Override
  protected Staged stage(Cycle cycle, TableSnapshot read, int round) {
    return Staged.ofCompanion(round, read.version(), cycle.silverResult());
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
    CommitRequest append = CommitRequest.append(result.files(), application(cycle), cycleNumber);
    // A version of each cycle, so that silver can be rolled back to it with its deletes.
    return staged.readVersion() == CommitRequest.NO_TABLE ? append : append.evenIfEmpty();
  }
}
