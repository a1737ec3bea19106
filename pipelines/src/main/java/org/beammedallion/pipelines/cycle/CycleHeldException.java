package org.beammedallion.pipelines.cycle;

import java.util.List;

/**
 * The pipeline's gate objected to a cycle, so none of its rows is visible in any table. The cycle
 * stays open: the next run asks the gate again before it reads new files.
 */
public final class CycleHeldException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CycleHeldException(String pipeline, long cycle, List<String> objections) {
    super(
        "The gate of '"
            + pipeline
            + "' holds cycle "
            + cycle
            + " back: "
            + String.join(" ", objections)
            + " Nothing of it is in any table. Correct the contract or the gate and run again: the gate is then asked about the same cycle. To"
            + " publish it unchanged, run once without 'gate:' in the pipeline file.");
  }
}
