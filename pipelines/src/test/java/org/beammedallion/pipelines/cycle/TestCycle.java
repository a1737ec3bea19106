package org.beammedallion.pipelines.cycle;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.beammedallion.io.progress.CyclePlan;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.pipelines.engine.Engine;
import org.beammedallion.pipelines.jobs.Buckets;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.pipelines.wiring.Sources;
import org.beammedallion.quality.pipeline.PipelineDefinition;

/**
 * A cycle as a driver holds it, on the DirectRunner; its claim is written down, its plan is not.
 */
public record TestCycle(Cycle cycle, DriverClaim claim) implements AutoCloseable {

  private static final Instant TIME = Instant.parse("2026-03-01T10:00:00Z");

  /** Claims a cycle of a plan that is written nowhere. */
  public static TestCycle of(
      PipelineDefinition definition,
      LakeLayout lake,
      long number,
      List<Shard> shards,
      CycleListener listener)
      throws IOException, InterruptedException {
    ProgressLog log = ProgressLog.of(lake.progress(definition.name()));
    var source = Sources.of(definition, null);
    CyclePlan plan =
        new CyclePlan(
            definition.name(),
            number,
            TIME,
            definition.contract().version(),
            Buckets.of(shards, source),
            shards,
            List.of(),
            List.of(),
            Map.of());
    PipelineOptions options = PipelineOptionsFactory.create();
    options.setRunner(DirectRunner.class);
    DriverClaim claim = DriverClaim.take(log, definition.name(), number, Clock.systemUTC());
    return new TestCycle(
        new Cycle(definition, lake, plan, claim, log, Engine.of(options), listener, source), claim);
  }

  @Override
  public void close() {
    claim.close();
  }
}
