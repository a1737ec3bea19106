package org.beammedallion.pipelines.jobs;

import java.io.IOException;
import java.util.Map;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.CommitRequest.Operation;
import org.beammedallion.io.table.Table;
import org.beammedallion.pipelines.cycle.Committed;
import org.beammedallion.pipelines.cycle.Cycle;
import org.beammedallion.pipelines.cycle.GoldDefinitions;
import org.beammedallion.pipelines.cycle.Staged;
import org.beammedallion.pipelines.cycle.TableJob;
import org.beammedallion.quality.ledger.Ledger.GoldEntry;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.jspecify.annotations.Nullable;

/** A table of gold: files that the cycle touches are replaced. */
abstract class GoldJob extends TableJob {

  private final PipelineDefinition definition;

  GoldJob(PipelineDefinition definition, String name, Table table) {
    super(Layer.GOLD, name, table);
    this.definition = definition;
  }

  final PipelineDefinition definition() {
    return definition;
  }

  /** Its columns, as {@link #describe} tells them. */
  final String columns() {
    return "columns " + String.join(", ", table().layout().schema().names());
  }

  /** Name of silver's event time, or an empty text where it has none. */
  final String eventTimeName() {
    int eventTime = definition.silver().eventTime();
    return eventTime < 0 ? "" : definition.schema().fields().get(eventTime).name();
  }

  /** What the source calls silver's event time, which digests of earlier releases hold. */
  final String eventTimePhysicalName() {
    int eventTime = definition.silver().eventTime();
    return eventTime < 0 ? "" : definition.schema().fields().get(eventTime).physicalName();
  }

  @Override
  protected final CommitRequest request(Cycle cycle, Staged staged) throws IOException {
    CommitRequest request =
        CommitRequest.replace(
                Operation.OVERWRITE,
                staged.result().files(),
                live(staged.result().removed()),
                staged.readVersion(),
                application(cycle),
                cycle.plan().cycle())
            .withMetrics(
                Map.of(
                    "cycle", Long.toString(cycle.plan().cycle()),
                    "written", Long.toString(staged.result().published())));
    // Where nothing changes: a table is made by the first cycle, and a cycle that has read files
    // has a version in each table, so that all can be rolled back to it.
    return cycle.readsSource() || staged.readVersion() == CommitRequest.NO_TABLE
        ? request.evenIfEmpty()
        : request;
  }

  /** What the ledger of a completed cycle says of the table, or null where it says nothing. */
  final @Nullable GoldEntry entryOf(ProgressLog log, long cycle) throws IOException {
    return GoldDefinitions.entry(log, cycle, shortName());
  }

  @Override
  public @Nullable GoldEntry entry(Committed committed, String definition) {
    return new GoldEntry(
        shortName(),
        committed.version(),
        committed.staged().result().published(),
        committed.snapshot().rows(),
        definition);
  }
}
