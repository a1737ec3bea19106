package org.beammedallion.pipelines.suite;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.beammedallion.pipelines.cycle.CycleListener.Step;

/** Runs a cycle in a JVM of its own up to a step, says so, and waits to be killed. */
public final class HaltingDriver {

  static final String HALTED = "halted";

  private HaltingDriver() {}

  /** Arguments: the pipeline file, the lake, the runner, and the step's name or "-". */
  public static void main(String[] arguments) throws Exception {
    new Lake(Path.of(arguments[1]))
        .run(
            Path.of(arguments[0]),
            Runner.valueOf(arguments[2]),
            (plan, step, detail) -> {
              if (step.name().equals(arguments[3])) {
                haltAt(step);
              }
            });
    System.exit(0);
  }

  private static void haltAt(Step step) {
    System.out.println(HALTED);
    System.out.flush();
    try {
      TimeUnit.HOURS.sleep(1);
    } catch (InterruptedException e) {
      throw new IllegalStateException("Interrupted at " + step + ".", e);
    }
  }
}
