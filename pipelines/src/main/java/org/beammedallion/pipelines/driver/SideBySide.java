package org.beammedallion.pipelines.driver;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.beammedallion.quality.pipeline.KafkaSpec;
import org.beammedallion.quality.pipeline.PipelineDefinition;

/**
 * Runs pipelines side by side in one process, a limited number at a time. A pipeline whose facts
 * refer to a dimension of another one, or whose messages another one lands, runs after it, also if
 * that one fails.
 */
public final class SideBySide {

  private final List<PipelineDefinition> pipelines;
  private final int atATime;

  /**
   * @param pipelines with names of their own
   * @param atATime number of pipelines that run at the same time, at least 1
   */
  public SideBySide(List<PipelineDefinition> pipelines, int atATime) {
    this.pipelines = List.copyOf(pipelines);
    this.atATime = atATime;
  }

  /**
   * Runs every pipeline once, and returns when the last one has ended.
   *
   * @param run takes one pipeline through; called by several threads; throws nothing
   */
  public void run(Consumer<PipelineDefinition> run) {
    ExecutorService threads =
        Executors.newFixedThreadPool(Math.max(1, Math.min(atATime, pipelines.size())));
    try {
      Map<PipelineDefinition, CompletableFuture<Void>> running = new LinkedHashMap<>();
      Map<PipelineDefinition, Set<PipelineDefinition>> before = predecessors();
      for (PipelineDefinition pipeline : inOrder(before)) {
        CompletableFuture<?>[] awaited =
            before.getOrDefault(pipeline, Set.of()).stream()
                .map(running::get)
                .filter(Objects::nonNull)
                .toArray(CompletableFuture<?>[]::new);
        running.put(
            pipeline,
            CompletableFuture.allOf(awaited)
                .handle((nothing, failure) -> pipeline)
                .thenAcceptAsync(run, threads));
      }
      CompletableFuture.allOf(running.values().toArray(CompletableFuture<?>[]::new)).join();
    } finally {
      threads.shutdown();
    }
  }

  /** For each pipeline those whose dimensions its facts refer to, and the one that lands for it. */
  private Map<PipelineDefinition, Set<PipelineDefinition>> predecessors() {
    Map<String, PipelineDefinition> makers = new HashMap<>();
    for (PipelineDefinition pipeline : pipelines) {
      pipeline.gold().dimensions().forEach(dimension -> makers.put(dimension.table(), pipeline));
    }
    Map<PipelineDefinition, Set<PipelineDefinition>> before = new HashMap<>();
    for (PipelineDefinition pipeline : pipelines) {
      Set<PipelineDefinition> earlier = new HashSet<>();
      pipeline
          .gold()
          .facts()
          .forEach(
              fact ->
                  fact.dimensions()
                      .forEach(
                          dimension -> {
                            PipelineDefinition maker = makers.get(dimension.spec().table());
                            if (maker != null && !maker.equals(pipeline)) {
                              earlier.add(maker);
                            }
                          }));
      if (pipeline.source().place() instanceof KafkaSpec kafka) {
        pipelines.stream()
            .filter(other -> other.name().equals(kafka.landedBy()))
            .forEach(earlier::add);
      }
      before.put(pipeline, earlier);
    }
    return before;
  }

  /**
   * Predecessors first, else as they were given. Pipelines that refer to each other come as they
   * were given: facts that a later pipeline makes stale are mended by the next run.
   */
  private List<PipelineDefinition> inOrder(
      Map<PipelineDefinition, Set<PipelineDefinition>> before) {
    List<PipelineDefinition> order = new ArrayList<>();
    List<PipelineDefinition> left = new ArrayList<>(pipelines);
    while (!left.isEmpty()) {
      PipelineDefinition next =
          left.stream()
              .filter(pipeline -> order.containsAll(before.getOrDefault(pipeline, Set.of())))
              .findFirst()
              .orElse(left.get(0));
      order.add(next);
      left.remove(next);
    }
    return order;
  }
}
