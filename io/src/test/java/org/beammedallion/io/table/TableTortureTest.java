package org.beammedallion.io.table;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.beammedallion.fixtures.cluster.ChildJvm;
import org.beammedallion.fixtures.spark.SparkTables;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that are killed at random and started again commit hundreds of appends and overwrites
 * to one table at once: no row is lost, none is there twice, and no overwrite undoes another.
 */
class TableTortureTest {

  private static final int WRITERS = 3;
  private static final long LEAST_CYCLES = 10;

  /** How many times as many commits as the quick test makes. */
  private static final int TIMES = Integer.getInteger("torture.times", 1);

  private static final Duration LIMIT = Duration.ofMinutes(10L * TIMES);

  @TempDir Path folder;
  private final List<ChildJvm> writers = new ArrayList<>();
  private final Random random = new Random();
  private int started;

  @Test
  void everyCycleOfEveryWriterOfDeltaLandsOnce() throws Exception {
    everyCycleLandsOnce("delta", 400);
  }

  @Tag("nightly")
  @Test
  void everyCycleOfEveryWriterOfIcebergLandsOnce() throws Exception {
    everyCycleLandsOnce("iceberg", 300);
  }

  private void everyCycleLandsOnce(String format, long commits) throws Exception {
    String uri = folder + "/silver/counts";
    Table table = TortureWriter.open(format, uri);
    int kills = 0;
    try {
      for (int writer = 0; writer < WRITERS; writer++) {
        writers.add(start(format, uri, writer));
      }
      long end = System.nanoTime() + LIMIT.toNanos();
      long nextKill = 20;
      for (long version = 0;
          version < commits * TIMES || fewestCycles(table) < LEAST_CYCLES;
          version = version(table)) {
        if (System.nanoTime() > end) {
          throw new AssertionError(
              version + " commits, " + fewestCycles(table) + " of a writer, when time was up");
        }
        TimeUnit.MILLISECONDS.sleep(200);
        if (version >= nextKill) {
          int victim = random.nextInt(WRITERS);
          requireAlive(victim);
          writers.get(victim).kill();
          kills++;
          writers.set(victim, start(format, uri, victim));
          nextKill = version + 20 + random.nextInt(60);
        }
      }
      Files.createFile(folder.resolve("silver").resolve(TortureWriter.STOP));
      for (ChildJvm writer : writers) {
        assertThat(writer.log(), writer.awaitExit(Duration.ofMinutes(1)), is(0));
      }
    } finally {
      writers.forEach(ChildJvm::close);
    }
    assertThat(kills, is(greaterThan(3)));
    requireEveryRowOnce(
        table, format.equals("delta") ? SparkTables.delta(uri) : SparkTables.iceberg(uri));
  }

  private ChildJvm start(String format, String uri, int writer) throws IOException {
    return ChildJvm.start(
        new ChildJvm.Command(
            "writer-" + writer + "-" + started++,
            Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .toList(),
            Stream.concat(
                    ChildJvm.SHORT_LIVED.stream(),
                    Stream.of("-Xmx300m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"))
                .toList(),
            TortureWriter.class.getName(),
            List.of(format, uri, Integer.toString(writer)),
            Map.of()),
        folder);
  }

  private void requireAlive(int writer) throws IOException {
    String log = writers.get(writer).log();
    assertThat(log, log.contains("Exception"), is(false));
  }

  private static long version(Table table) throws IOException {
    return table.snapshot().map(TableSnapshot::version).orElse(0L);
  }

  private static long fewestCycles(Table table) throws IOException {
    long fewest = Long.MAX_VALUE;
    for (int writer = 0; writer < WRITERS; writer++) {
      fewest = Math.min(fewest, cyclesOf(table, writer));
    }
    return fewest;
  }

  private static long cyclesOf(Table table, int writer) throws IOException {
    return table.lastCycle(TortureWriter.application(writer)).orElse(0);
  }

  private static void requireEveryRowOnce(Table table, String from) throws IOException {
    List<String> expected = new ArrayList<>();
    for (int writer = 0; writer < WRITERS; writer++) {
      long last = cyclesOf(table, writer);
      for (long cycle = 1; cycle <= last; cycle++) {
        int rows = TortureWriter.appended(writer, cycle);
        for (int item = rows == 0 ? -1 : 0; item < rows; item++) {
          expected.add(writer + " " + cycle + " " + item);
        }
      }
    }
    List<String> found =
        SparkTables.rows("SELECT concat_ws(' ', writer, cycle, item) FROM " + from).stream()
            .map(row -> row.get(0))
            .toList();
    List<String> lost = new ArrayList<>(expected);
    found.forEach(lost::remove);
    List<String> tooMany = new ArrayList<>(found);
    expected.forEach(tooMany::remove);
    assertThat("lost", lost, is(empty()));
    assertThat("too many", tooMany, is(empty()));
    List<String> sums =
        SparkTables.rows("SELECT SUM(counted), SUM(noted), COUNT(*) FROM " + from).get(0);
    assertThat("every overwrite counts", sums.get(0), is(sums.get(1)));
  }
}
