package org.beammedallion.pipelines.cycle;

import org.apache.beam.sdk.options.PipelineOptions;
import org.beammedallion.io.progress.CyclePlan;
import org.beammedallion.quality.pipeline.PipelineDefinition;

/**
 * Whether rows are shuffled by partition before they are written; see {@code docs/adr/0005-regroup-by-partition.md}.
 *
 * @param splits how many places write one partition
 */
record Regrouping(boolean regroup, int splits) {

  /** Rows of one place, encoded, so that they fit in memory where a runner collects them. */
  private static final long SPLIT_BYTES = Math.max(64L << 20, Runtime.getRuntime().maxMemory() / 8);

  static Regrouping of(PipelineDefinition definition, CyclePlan plan, PipelineOptions options) {
    boolean regroup = !definition.silver().partitionBy().isEmpty() && Runners.bundles(options) > 2 && plan.buckets() > 1;
    return new Regrouping(regroup, (int) Math.max(1, plan.bytes() / SPLIT_BYTES));
  }
}
