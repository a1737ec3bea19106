package org.beammedallion.pipelines.engine;

import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;

/** Beam's DirectRunner, for tests: in this process, without any engine. */
final class DirectEngine extends Engine {

  DirectEngine(PipelineOptions options) {
    super(options);
  }

  @Override
  public int parallelism() {
    return Runtime.getRuntime().availableProcessors();
  }

  @Override
  public int bundles(Groups groups) {
    return parallelism();
  }

  @Override
  PipelineResult.State submit(Pipeline pipeline, Work work) {
    return pipeline.run().waitUntilFinish();
  }
}
