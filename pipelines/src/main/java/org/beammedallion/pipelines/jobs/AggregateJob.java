package org.beammedallion.pipelines.jobs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.beammedallion.io.aggregate.StageAggregate;
import org.beammedallion.io.aggregate.TableWindows;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.io.table.TimeColumn;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.io.writing.TouchedPanes;
import org.beammedallion.pipelines.cycle.Cycle;
import org.beammedallion.pipelines.cycle.GoldDefinitions;
import org.beammedallion.pipelines.cycle.Staged;
import org.beammedallion.pipelines.cycle.Staging;
import org.beammedallion.pipelines.engine.Engine.Work;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.pipelines.wiring.Queries;
import org.beammedallion.pipelines.wiring.Tables;
import org.beammedallion.quality.pipeline.AggregateSpec;
import org.beammedallion.quality.pipeline.Amounts;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.pipeline.WindowSpec;
import org.beammedallion.transforms.aggregate.SessionsOutOfStepException;
import org.beammedallion.transforms.aggregate.WindowedQuery;
import org.beammedallion.transforms.window.TouchedWindows;
import org.beammedallion.transforms.window.TouchedWindowsBuilder;

/**
 * A table of SQL over windows: computes the windows that the cycle touched, and overwrites them.
 */
final class AggregateJob extends GoldJob {

  private final AggregateSpec spec;
  private final WindowedQuery query;
  private final Table silver;

  /**
   * @param silver the table that it is made of
   */
  static AggregateJob of(
      PipelineDefinition definition, LakeLayout lake, AggregateSpec spec, Table silver) {
    return new AggregateJob(definition, lake, spec, Queries.of(definition, spec), silver);
  }

  private AggregateJob(
      PipelineDefinition definition,
      LakeLayout lake,
      AggregateSpec spec,
      WindowedQuery query,
      Table silver) {
    super(
        definition,
        spec.table(),
        Tables.gold(definition, lake, spec.table(), query.outputSchema()));
    this.spec = spec;
    this.query = query;
    this.silver = silver;
  }

  @Override
  public String describe() {
    return describe(spec.window()) + ", " + columns();
  }

  private static String describe(WindowSpec window) {
    if (window instanceof WindowSpec.Tumbling tumbling) {
      return "tumbling windows of " + Amounts.text(tumbling.size());
    } else if (window instanceof WindowSpec.Sliding sliding) {
      return "sliding windows of "
          + Amounts.text(sliding.size())
          + " every "
          + Amounts.text(sliding.period());
    }
    return "sessions with a gap of " + Amounts.text(((WindowSpec.Session) window).gap());
  }

  @Override
  public String digest() {
    return GoldDefinitions.digest(
        spec.window(), eventTimeName(), GoldDefinitions.words(spec.sql()));
  }

  @Override
  public String earlierDigest() {
    return GoldDefinitions.digest(
        spec.window(), eventTimePhysicalName(), GoldDefinitions.words(spec.sql()));
  }

  @Override
  public boolean othersGoOn() {
    return true;
  }

  @Override
  public boolean isTrustedUnknown() {
    // Which sessions are kept depends on it.
    return !query.tellsSessionsApart();
  }

  @Override
  public boolean isComputedTogether() {
    // A row is in many sliding windows: what a cycle reads says little of what it holds then.
    return !(spec.window() instanceof WindowSpec.Sliding);
  }

  @Override
  protected Staging stage(Cycle cycle, TableSnapshot read, int round) throws IOException {
    TouchedWindows touched = touched(cycle, read);
    if (touched.isEmpty()) {
      return Staged.ofGold(round, read.version(), StageResult.NONE, Map.of(), false);
    } else if (touched.isAll() || !query.tellsSessionsApart() || !isOfThisDefinition(cycle, read)) {
      return computation(cycle, read, round, closed(read, touched));
    }
    return computation(
            cycle,
            read,
            round,
            TableWindows.closedByKey(table().uri(), read.files(), query, touched))
        .or(
            SessionsOutOfStepException.class,
            () -> computation(cycle, read, round, closed(read, touched)));
  }

  /** Whether all of gold was made by what the pipeline file says of it. */
  private boolean isOfThisDefinition(Cycle cycle, TableSnapshot read) throws IOException {
    return GoldDefinitions.of(List.of(this), cycle.log(), cycle.plan().cycle() - 1)
        .isMadeByThis(this, read.version());
  }

  private Staging.Computation computation(
      Cycle cycle, TableSnapshot read, int round, TouchedWindows touched) throws IOException {
    List<DataFile> replaced = TableWindows.touched(read.files(), touched);
    String resultUri = cycle.result(name(), round);
    StageAggregate.Settings settings =
        settings(cycle, replaced, TableWindows.keeping(read.files(), touched), touched, resultUri);
    return new Staging.Computation(
        "aggregating " + shortName(),
        resultUri,
        Work.of(settings.silverFiles()).plus(settings.tableFiles()),
        pipeline -> pipeline.apply("Gold " + shortName(), StageAggregate.of(settings)),
        result ->
            Staged.ofGold(
                round,
                read.version(),
                result.withRemoved(
                    replaced.stream().map(DataFile::path).toList(), TouchedPanes.NONE),
                Map.of(),
                touched.isAll()));
  }

  private TouchedWindows touched(Cycle cycle, TableSnapshot gold) throws IOException {
    // A table that is new has windows of rows that silver got before, too.
    if (query.recomputesWhole()
        || gold.version() == CommitRequest.NO_TABLE
        || cycle.recomputes(this)) {
      return TouchedWindows.all(query.window());
    }
    long paneMicros = Tables.paneMicros(definition());
    TouchedWindowsBuilder builder = TouchedWindows.builder(query.window());
    cycle.silverResult().touched().numbers().forEach(pane -> builder.add(pane * paneMicros));
    return builder.build();
  }

  private TouchedWindows closed(TableSnapshot gold, TouchedWindows touched) throws IOException {
    return TableWindows.closed(table().uri(), gold.files(), query, touched);
  }

  private StageAggregate.Settings settings(
      Cycle cycle,
      List<DataFile> replaced,
      List<DataFile> keeping,
      TouchedWindows touched,
      String resultUri)
      throws IOException {
    TimeColumn eventTime =
        TimeColumn.of(definition().schema().fields().get(definition().silver().eventTime()));
    List<DataFile> silverFiles = new ArrayList<>();
    for (DataFile file : cycle.silverNow(silver).files()) {
      boolean needed =
          touched.eventTimeRanges().stream()
              .anyMatch(range -> eventTime.mayBeIn(file, range.from(), range.to() - 1));
      if (needed) {
        silverFiles.add(file.withoutStatistics());
      }
    }
    return new StageAggregate.Settings(
        query,
        touched,
        silver.uri(),
        silverFiles,
        replaced.stream().map(DataFile::withoutStatistics).toList(),
        keeping.stream().map(DataFile::withoutStatistics).toList(),
        cycle.target(table()),
        resultUri);
  }
}
