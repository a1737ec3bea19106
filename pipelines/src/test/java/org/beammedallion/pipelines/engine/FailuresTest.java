package org.beammedallion.pipelines.engine;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class FailuresTest {

  @Test
  void saysWhatTheStorageSaid() {
    Throwable failure =
        new RuntimeException(new IllegalStateException(new IOException("The disk is full.")));
    assertThat(
        Failures.describe("writing", failure),
        containsString("The runner failed while writing: The disk is full."));
  }

  @Test
  void tellsWantOfMemory() {
    Throwable failure = new RuntimeException("task 3", new OutOfMemoryError("Java heap space"));
    assertThat(Failures.describe("writing", failure), containsString("java -Xmx"));
  }

  @Test
  void tellsThatSparkStoppedForWantOfMemory() {
    Throwable failure =
        new RuntimeException(
            new IllegalStateException("Job 0 cancelled because SparkContext was shut down"));
    assertThat(Failures.describe("writing", failure), containsString("java -Xmx"));
  }

  @Test
  void blamesNoMemoryForOtherFailures() {
    Throwable failure = new RuntimeException(new IllegalStateException("no such column"));
    assertThat(Failures.describe("writing", failure), not(containsString("memory")));
  }
}
