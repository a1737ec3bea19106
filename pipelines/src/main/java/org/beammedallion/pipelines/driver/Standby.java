package org.beammedallion.pipelines.driver;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.beammedallion.io.progress.FencedException;

/** Waits while another driver runs the pipeline, and continues when that one has ended or died. */
public final class Standby {

  /** Between two tries. With the lease of a claim it is how long a dead driver's cycle waits. */
  public static final Duration AGAIN = Duration.ofSeconds(5);

  private Standby() {}

  /** A run of a pipeline. */
  @FunctionalInterface
  public interface Run {
    /**
     * Begins from what is in the lake, whatever an earlier call has done.
     *
     * @throws FencedException where another driver is at work
     */
    void run() throws Exception;
  }

  /**
   * Runs as soon as no other driver does. Which of several that wait comes first is not said.
   *
   * @param goOn is asked before each try; where it says no, nothing is run
   * @param waiting is told once of each driver that is waited for, in sentences
   */
  public static void await(Run run, BooleanSupplier goOn, Consumer<String> waiting)
      throws Exception {
    String told = "";
    while (goOn.getAsBoolean()) {
      try {
        run.run();
        return;
      } catch (FencedException e) {
        String why = String.valueOf(e.getMessage());
        if (!why.equals(told)) {
          waiting.accept(why);
          told = why;
        }
        Thread.sleep(AGAIN.toMillis());
      }
    }
  }
}
