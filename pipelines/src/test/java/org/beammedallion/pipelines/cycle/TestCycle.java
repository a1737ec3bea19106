package org.beammedallion.pipelines.cycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  private static final String CONTRACT =
      """
      apiVersion: v3.1.0
      kind: DataContract
      id: sales
      version: 1.0.0
      servers:
        - {server: local, type: local, path: data/*.csv, format: csv}
      schema:
        - name: sales
          properties:
            - {name: id, logicalType: integer}
      """;

  private static final String PIPELINE =
      """
      pipeline: sales
      contract: sales.odcs.yaml
      source: {server: local}
      silver: {write: append}
      """;

  private static final Instant TIME = Instant.parse("2026-03-01T10:00:00Z");

  /** A pipeline that appends numbers to {@code silver.sales}; its files are put into a folder. */
  public static PipelineDefinition sales(Path folder) throws IOException {
    Files.writeString(folder.resolve("sales.odcs.yaml"), CONTRACT);
    return PipelineDefinition.load(
        Files.writeString(folder.resolve("sales.pipeline.yaml"), PIPELINE), null);
  }

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
