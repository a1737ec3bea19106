package org.beammedallion.pipelines.status;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.beammedallion.io.progress.SourceState;
import org.beammedallion.io.source.Backlog;
import org.beammedallion.pipelines.driver.SourcePositions;
import org.beammedallion.pipelines.inspect.CompleteCycles;
import org.beammedallion.pipelines.inspect.CycleList;
import org.beammedallion.pipelines.inspect.CycleList.Entry;
import org.beammedallion.pipelines.jobs.TableJobs;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.pipelines.wiring.Sources;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.jspecify.annotations.Nullable;

/**
 * How a pipeline stands. A driver that is at work is not disturbed: nothing is claimed or written.
 *
 * @param time when it was asked
 * @param cycles the newest complete ones, the newest last
 * @param open the cycle that is not complete; null where there is none
 * @param drivers those that run it at an interval, or have not said that they ended
 * @param source where records come from, in words
 * @param backlog what no completed cycle has taken, so also what an open one is reading; null where
 *     the source does not answer
 * @param sourceError why it does not; null where it does
 * @param tables in the order in which a cycle changes them
 */
public record PipelineStatus(
    String pipeline,
    Instant time,
    List<Entry> cycles,
    @Nullable OpenCycle open,
    List<RepeatingDriver> drivers,
    String source,
    @Nullable Backlog backlog,
    @Nullable String sourceError,
    List<TableStatus> tables) {

  public PipelineStatus {
    cycles = List.copyOf(cycles);
    drivers = List.copyOf(drivers);
    tables = List.copyOf(tables);
  }

  /** Whether the source and every table could be read. */
  public boolean isWhole() {
    return sourceError == null && tables.stream().allMatch(table -> table.error() == null);
  }

  /**
   * Asks the lake, the source and the tables.
   *
   * @param most largest number of cycles, at least 1
   * @throws IOException where the progress log cannot be read
   */
  public static PipelineStatus of(
      PipelineDefinition definition, LakeLayout lake, long most, Clock clock) throws IOException {
    TableJobs jobs = TableJobs.of(definition, lake);
    CompleteCycles cycles = CompleteCycles.of(lake, definition.name());
    OpenCycle open = OpenCycle.of(cycles, clock);
    SourcePositions source =
        new SourcePositions(
            Sources.of(definition, lake), cycles.log(), lake.bronze(definition.name()));
    // What is wrong with the log is no fault of the source.
    SourceState taken = source.state(cycles.newest());
    Backlog backlog = null;
    String error = null;
    try {
      backlog = source.backlog(definition, taken);
    } catch (IOException | IllegalArgumentException e) {
      error = String.valueOf(e.getMessage());
    }
    return new PipelineStatus(
        definition.name(),
        clock.instant(),
        CycleList.newest(cycles, most).stream()
            .filter(entry -> entry.state() != CycleList.State.OPEN)
            .toList(),
        open,
        RepeatingDriver.all(lake.progress(definition.name()), clock),
        definition.source().place().where(),
        backlog,
        error,
        TableStatus.all(definition, jobs));
  }
}
