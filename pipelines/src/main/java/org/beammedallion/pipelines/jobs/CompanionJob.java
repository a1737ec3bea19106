package org.beammedallion.pipelines.jobs;

import java.io.IOException;
import java.util.List;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.pipelines.cycle.Cycle;
import org.beammedallion.pipelines.cycle.Staged;
import org.beammedallion.pipelines.cycle.TableJob;

/**
 * A table beside silver. Silver's job stages what is to be put there; it changes after silver, and
 * before the cycle is complete no other one reads it.
 */
abstract class CompanionJob extends TableJob {

  CompanionJob(String name, Table table) {
    super(Layer.SILVER, name, table);
  }

  @Override
  public final boolean isCompanion() {
    return true;
  }

  @Override
  protected final boolean isWrittenDown() {
    return false;
  }

  @Override
  protected Staged stage(Cycle cycle, TableSnapshot read, int round) throws IOException {
    return Staged.ofCompanion(round, read.version(), cycle.silverResult());
  }

  /** Adds files, and makes a version of each cycle, so that silver can be rolled back to it. */
  final CommitRequest append(Cycle cycle, Staged staged, List<DataFile> files) {
    CommitRequest append = CommitRequest.append(files, application(cycle), cycle.plan().cycle());
    return staged.readVersion() == CommitRequest.NO_TABLE ? append : append.evenIfEmpty();
  }
}
