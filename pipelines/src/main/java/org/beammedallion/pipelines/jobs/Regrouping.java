package org.beammedallion.pipelines.jobs;

import java.io.IOException;
import org.beammedallion.io.progress.CyclePlan;
import org.beammedallion.io.silver.StageSilver;
import org.beammedallion.pipelines.cycle.Cycle;
import org.beammedallion.pipelines.wiring.UserClasses;
import org.beammedallion.quality.pipeline.PipelineDefinition;

/**
 * Whether rows are shuffled by partition before they are written; see {@code
 * docs/adr/0005-regroup-by-partition.md}.
 *
 * @param splits how many places write one partition
 */
record Regrouping(boolean regroup, int splits) {

  /**
   * Factor by which the number of files may exceed the best one before rows are shuffled a second
   * time.
   */
  private static final int TOLERANCE = 4;

  /** Bytes of JSON text for a byte of Parquet, about. */
  private static final int TEXT_TO_PARQUET = 4;

  /** Rows of one place, so that they fit in memory where a runner collects them. */
  private static final long PLACE_BYTES = Math.max(64L << 20, Runtime.getRuntime().maxMemory() / 8);

  static Regrouping of(Cycle cycle, Landing landing) throws IOException {
    PipelineDefinition definition = cycle.definition();
    CyclePlan plan = cycle.plan();
    int bundles = Math.min(plan.buckets(), cycle.engine().bundles(UserClasses.groups(definition)));
    if (bundles <= TOLERANCE) {
      return new Regrouping(false, 1);
    }
    long text = landing.textBytes();
    double partitions = PartitionSample.of(cycle, landing).effectivePartitions();
    return of(bundles, text, partitions, definition.silver().targetFileBytes());
  }

  StageSilver.Regrouping settings() {
    return new StageSilver.Regrouping(regroup, splits);
  }

  /**
   * @param bundles that write files side by side
   * @param text bytes of the records as JSON text
   * @param partitions of equal size that would spread rows as evenly
   */
  static Regrouping of(int bundles, long text, double partitions, long targetFileBytes) {
    if (bundles <= TOLERANCE) {
      return new Regrouping(false, 1);
    }
    double filesBySize = (double) text / TEXT_TO_PARQUET / targetFileBytes;
    double best = Math.max(partitions, filesBySize);
    double splits = Math.max(filesBySize, (double) text / PLACE_BYTES) / partitions;
    return new Regrouping(
        bundles * partitions > TOLERANCE * best, (int) Math.max(1, Math.ceil(splits)));
  }
}
