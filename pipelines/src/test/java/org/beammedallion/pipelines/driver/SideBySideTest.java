package org.beammedallion.pipelines.driver;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SideBySideTest {

  private static final String CONTRACT =
      """
      apiVersion: v3.1.0
      kind: DataContract
      id: %1$s
      version: 1.0.0
      servers:
        - {server: local, type: local, path: data/*.csv, format: csv}
      schema:
        - name: %1$s
          properties:
            - {name: id, logicalType: integer, primaryKey: true, primaryKeyPosition: 1}
            - {name: other, logicalType: integer}
            - {name: at, logicalType: timestamp, required: true}
      """;

  private static final String PIPELINE =
      """
      pipeline: %1$s
      contract: %1$s.odcs.yaml
      source: {server: local}
      silver: {write: upsert, latestBy: at, eventTime: at}
      gold:
        - {table: dim_%1$s, kind: dimension, type: 1, columns: [other]}
      """;

  private static final String FACT =
      """
        - table: fact_%1$s
          kind: fact
          dimensions: %2$s.pipeline.yaml
          sql: SELECT f.id, f.at, d.%2$s_key FROM %1$s AS f LEFT JOIN dim_%2$s AS d ON d.id = f.other
      """;

  @TempDir Path folder;

  /** Pipelines, each of which refers to a dimension of the one behind its name, if any. */
  private List<PipelineDefinition> pipelines(String... namesAndReferences) throws IOException {
    List<Path> files = new ArrayList<>();
    for (String each : namesAndReferences) {
      String[] parts = each.split(">");
      Files.writeString(
          folder.resolve(parts[0] + ".odcs.yaml"), CONTRACT.formatted((Object) parts[0]));
      String text = PIPELINE.formatted((Object) parts[0]);
      if (parts.length > 1) {
        text += FACT.formatted(parts[0], parts[1]);
      }
      files.add(Files.writeString(folder.resolve(parts[0] + ".pipeline.yaml"), text));
    }
    return files.stream().map(file -> PipelineDefinition.load(file, null)).toList();
  }

  private static List<String> order(List<PipelineDefinition> pipelines, int atATime) {
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    new SideBySide(pipelines, atATime).run(pipeline -> order.add(pipeline.name()));
    return order;
  }

  @Test
  void oneAtATimeTheyComeAsTheyWereGiven() throws IOException {
    assertThat(order(pipelines("c", "a", "b"), 1), contains("c", "a", "b"));
  }

  @Test
  void dimensionsComeBeforeTheFactsThatUseThem() throws IOException {
    assertThat(order(pipelines("a>b", "b>c", "d", "c"), 1), contains("d", "c", "b", "a"));
  }

  @Test
  void aDimensionIsCompleteBeforeItsFactsBeginThoughThreadsAreFree() throws Exception {
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch other = new CountDownLatch(1);
    new SideBySide(pipelines("fact>dimension", "dimension", "other"), 3)
        .run(
            pipeline -> {
              if (pipeline.name().equals("other")) {
                other.countDown();
              } else if (pipeline.name().equals("dimension")) {
                // Fact could have begun long ago if it did not wait.
                await(other);
              }
              order.add(pipeline.name());
            });
    assertThat(order, containsInAnyOrder("other", "dimension", "fact"));
    assertThat(order.get(2), is("fact"));
  }

  @Test
  void thoseThatReferToEachOtherComeAsTheyWereGiven() throws IOException {
    assertThat(order(pipelines("a>b", "b>a", "c"), 1), contains("c", "a", "b"));
  }

  @Test
  void aPipelineThatUsesItsOwnDimensionWaitsForNothing() throws IOException {
    assertThat(order(pipelines("a>a", "b"), 1), contains("a", "b"));
  }

  @Test
  void asManyRunAtATimeAsAllowed() throws Exception {
    CyclicBarrier both = new CyclicBarrier(2);
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    new SideBySide(pipelines("a", "b", "c", "d"), 2)
        .run(
            pipeline -> {
              most.accumulateAndGet(running.incrementAndGet(), Math::max);
              await(both);
              running.decrementAndGet();
            });
    assertThat(most.get(), is(2));
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(2, TimeUnit.MINUTES)) {
        throw new IllegalStateException("Nobody came.");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(2, TimeUnit.MINUTES);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }
}
