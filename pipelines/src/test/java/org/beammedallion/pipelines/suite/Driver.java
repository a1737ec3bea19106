package org.beammedallion.pipelines.suite;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.beammedallion.fixtures.cluster.ChildJvm;
import org.beammedallion.pipelines.cycle.CycleListener.Step;

/**
 * A driver in a JVM of its own, which stops at a step and waits to be killed. Flink takes seconds
 * to start in each, so it is for those tests that are about its workers.
 */
record Driver(Process process, BufferedReader output) implements AutoCloseable {

  static Driver start(Path pipeline, Lake lake, Runner runner, Step step) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ChildJvm.SHORT_LIVED);
    command.addAll(List.of("-Xmx512m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=off"));
    if (runner == Runner.SPARK) {
      command.addAll(ofSpark());
    }
    command.add(ChildJvm.temporaryFolder(lake.folder().resolveSibling("driver-tmp")));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), HaltingDriver.class.getName()));
    command.addAll(
        List.of(
            pipeline.toString(),
            lake.folder().toString(),
            runner.name(),
            step == null ? "-" : step.name()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    return new Driver(
        process,
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)));
  }

  /** What Spark needs of this JVM: its arguments for modules, and the address to bind to. */
  private static List<String> ofSpark() {
    List<String> arguments = new ArrayList<>();
    for (String each : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (each.startsWith("--add-opens")) {
        arguments.add(each);
      }
    }
    for (String name : List.of("spark.driver.bindAddress", "spark.driver.host")) {
      String value = System.getProperty(name);
      if (value != null) {
        arguments.add("-D" + name + "=" + value);
      }
    }
    return arguments;
  }

  void awaitStep() throws IOException {
    if (!reachesStep()) {
      throw new AssertionError("The driver ended before it came to the step.");
    }
  }

  /** Waits until it is at its step, or has ended without coming to it. */
  boolean reachesStep() throws IOException {
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.equals(HaltingDriver.HALTED)) {
        return true;
      }
    }
    return false;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
