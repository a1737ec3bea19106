package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.beammedallion.fixtures.cluster.ChildJvm;
import org.beammedallion.fixtures.postgres.DebeziumCapture;
import org.beammedallion.fixtures.postgres.PostgresServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the fixture promises on which {@link PostgresChangesTest} stands: no event is missing from
 * the files, whenever the capture is killed.
 */
class DebeziumCaptureTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int KILLS = 4;
  private static final int DELETES = 150;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Path JARS = Path.of(System.getProperty("debezium.distribution"));

  @TempDir Path folder;

  /** The worst moment is that in which the file of offsets is empty, if it ever is. */
  @Test
  void everyDeleteIsInAFileWheneverTheCaptureIsKilled() throws Exception {
    assumeTrue(
        PostgresServer.isInstalled(),
        "PostgreSQL 15 is not installed: apt-get install postgresql-15");
    Path captured = folder.resolve("captured");
    Path offsets = folder.resolve("debezium").resolve("offsets");
    try (PostgresServer postgres = PostgresServer.start()) {
      postgres.execute(
          "CREATE TABLE accounts (id bigint PRIMARY KEY);"
              + "INSERT INTO accounts SELECT n FROM generate_series(1, 10000) n");
      ChildJvm capture = start(postgres, captured);
      try {
        await(capture, captured, "\"snapshot\":\"last\"");
        for (int kill = 0; kill < KILLS; kill++) {
          int first = 1 + kill * DELETES;
          postgres.execute("INSERT INTO accounts VALUES (" + -first + ")");
          await(capture, captured, "\"id\":" + -first);
          CompletableFuture<Void> deletes =
              CompletableFuture.runAsync(() -> delete(postgres, first));
          while (!deletes.isDone() && (!Files.exists(offsets) || Files.size(offsets) > 0)) {
            Thread.onSpinWait();
          }
          capture.kill();
          deletes.get();
          capture = start(postgres, captured);
        }
        postgres.execute("INSERT INTO accounts VALUES (1000000)");
        await(capture, captured, "\"id\":1000000");
        Set<Long> missing = new TreeSet<>();
        for (long id = 1; id <= KILLS * DELETES; id++) {
          missing.add(id);
        }
        missing.removeAll(deletedIn(captured));
        assertThat("deletes that are in no file", missing, is(empty()));
      } finally {
        capture.close();
      }
    }
  }

  private ChildJvm start(PostgresServer postgres, Path captured) throws IOException {
    return DebeziumCapture.start(
        JARS, postgres, "public.accounts", false, folder.resolve("debezium"), captured);
  }

  private static void delete(PostgresServer postgres, int first) {
    StringBuilder sql = new StringBuilder();
    for (int id = first; id < first + DELETES; id++) {
      sql.append("DELETE FROM accounts WHERE id = ").append(id);
      sql.append(";\nSELECT pg_sleep(0.02);\n");
    }
    try {
      postgres.execute(sql.toString());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static List<Path> filesIn(Path captured) throws IOException {
    try (Stream<Path> files = Files.list(captured)) {
      return files.filter(file -> !file.getFileName().toString().startsWith(".")).toList();
    }
  }

  private static void await(ChildJvm capture, Path captured, String text) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end && capture.isAlive()) {
      for (Path file : filesIn(captured)) {
        if (Files.readString(file).contains(text)) {
          return;
        }
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    throw new AssertionError("Debezium did not write " + text + ":\n" + capture.log());
  }

  private static Set<Long> deletedIn(Path captured) throws IOException {
    Set<Long> deleted = new HashSet<>();
    for (Path file : filesIn(captured)) {
      for (String line : Files.readAllLines(file)) {
        JsonNode event = JSON.readTree(line);
        if (event.path("op").asText().equals("d")) {
          deleted.add(event.at("/before/id").asLong());
        }
      }
    }
    return deleted;
  }
}
