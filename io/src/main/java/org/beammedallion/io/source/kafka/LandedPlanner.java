package org.beammedallion.io.source.kafka;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.beammedallion.io.bronze.BronzeCycle;
import org.beammedallion.io.bronze.BronzeManifest;
import org.beammedallion.io.progress.BronzeShard;
import org.beammedallion.io.progress.CyclePlan;
import org.beammedallion.io.progress.KafkaPosition;
import org.beammedallion.io.progress.KafkaShard;
import org.beammedallion.io.progress.LandedShard;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.progress.SourceState;
import org.beammedallion.io.progress.TakenRanges;
import org.beammedallion.io.source.Backlog;
import org.beammedallion.io.source.CycleLimits;
import org.beammedallion.io.source.DataLoss;
import org.beammedallion.io.source.SourcePlan;
import org.beammedallion.io.storage.StorageException;
import org.beammedallion.io.storage.StoredFile;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which of the ranges that another pipeline has landed are new, see {@link LandedTopics}.
 * For one plan.
 */
final class LandedPlanner {

  private final LandedTopics source;
  private final Map<String, String> positions;

  /** Where the other pipeline stands in each partition. */
  private Map<String, KafkaPosition> newest = Map.of();

  private final List<String> lost = new ArrayList<>();

  LandedPlanner(LandedTopics source, SourceState state) {
    this.source = source;
    this.positions = new TreeMap<>(state.positions());
  }

  SourcePlan plan(CycleLimits limits) throws IOException {
    ProgressLog log = ProgressLog.of(source.progress());
    long last = log.newestCompleted();
    String obstacle = obstacle(log, last);
    if (obstacle != null) {
      return new SourcePlan(List.of(), false, 0, 0, 0, List.of(), null, List.of(obstacle));
    }
    newest = ends(log, last);
    Map<String, String> begin = Map.copyOf(positions);
    List<Shard> shards = new ArrayList<>();
    long bytes = 0;
    boolean isMore = false;
    for (TakenRanges cycle : cycles(log)) {
      int told = lost.size();
      List<LandedShard> next = fresh(cycle, shards.size());
      long size = next.stream().mapToLong(LandedShard::storedBytes).sum();
      isMore = !shards.isEmpty() && limits.areExceededBy(shards.size() + next.size(), bytes + size);
      if (isMore) {
        lost.subList(told, lost.size()).clear();
        break;
      }
      bytes += size;
      shards.addAll(next);
    }
    long offsets = shards.stream().mapToLong(Shard::offsets).sum();
    return new SourcePlan(shards, isMore, offsets, offsets, bytes, List.of(), null, List.of())
        .from(begin, lost);
  }

  /**
   * The cycles with something new, the oldest first. Of one partition a later cycle has later
   * offsets, so the search from the newest back ends where each partition with something new has a
   * range that was taken.
   */
  private List<TakenRanges> cycles(ProgressLog log) throws IOException {
    Set<String> open = new HashSet<>();
    newest.forEach(
        (uri, end) -> {
          if (!isTaken(uri, end)) {
            open.add(uri);
          }
        });
    Deque<TakenRanges> cycles = new ArrayDeque<>();
    if (!open.isEmpty()) {
      log.ranges(
          cycle -> {
            if (cycle.shards().stream().anyMatch(this::isFresh)) {
              cycles.addFirst(cycle);
            }
            cycle.shards().stream()
                .filter(shard -> isWanted(shard) && !isFresh(shard))
                .forEach(shard -> open.remove(shard.uri()));
            return !open.isEmpty();
          });
    }
    return List.copyOf(cycles);
  }

  private boolean isWanted(Shard shard) {
    return shard instanceof KafkaShard range && source.topics().include(range.topic());
  }

  private boolean isFresh(Shard shard) {
    return isWanted(shard) && !isTaken(shard.uri(), KafkaPosition.of(((KafkaShard) shard).end()));
  }

  Backlog backlog() throws IOException {
    ProgressLog log = ProgressLog.of(source.progress());
    long last = log.newestCompleted();
    String obstacle = obstacle(log, last);
    if (obstacle != null) {
      return Backlog.of(List.of(), List.of(obstacle));
    }
    newest = ends(log, last);
    List<Backlog.Part> parts = new ArrayList<>();
    newest.forEach(
        (uri, end) ->
            parts.add(
                new Backlog.Part(uri, taken(uri, end.topicId()), end.offset(), null, 0, null)));
    return Backlog.of(parts, lost);
  }

  /** The offset behind what was taken of a partition; 0 where that was nothing of this topic. */
  private long taken(String uri, String topicId) {
    String text = positions.get(uri);
    KafkaPosition position = text == null ? null : KafkaPosition.of(text);
    return position != null && position.topicId().equals(topicId) ? position.offset() : 0;
  }

  /** Why nothing of the other pipeline can be taken yet; null where it can. */
  private @Nullable String obstacle(ProgressLog log, long last) throws IOException {
    if (last == 0) {
      return "Pipeline '"
          + source.pipeline()
          + "', which 'landedBy' names, has completed no cycle in this lake. Run it; if it has another name or another"
          + " lake, correct that.";
    }
    for (Shard shard : log.plan(last).shards()) {
      if (!(shard instanceof KafkaShard)) {
        throw new StorageException(
            "Pipeline '"
                + source.pipeline()
                + "', which 'landedBy' names, does not read topics itself. Name the pipeline that does.",
            null);
      }
    }
    return null;
  }

  /** Where a completed cycle has ended in each partition of the topics that are wanted. */
  private Map<String, KafkaPosition> ends(ProgressLog log, long cycle) throws IOException {
    CyclePlan plan = log.plan(cycle);
    Map<String, KafkaPosition> ends = new TreeMap<>();
    (isRepeatable(plan.shards())
            ? plan.ends()
            : BronzeManifest.require(source.bronze(), cycle).positions())
        .forEach(
            (uri, position) -> {
              if (source.topics().include(KafkaShard.topicOf(uri))) {
                ends.put(uri, KafkaPosition.of(position));
              }
            });
    return ends;
  }

  private static boolean isRepeatable(List<Shard> shards) {
    return shards.stream()
        .noneMatch(shard -> shard instanceof KafkaShard range && range.compacted());
  }

  private boolean isTaken(String uri, KafkaPosition end) {
    String text = positions.get(uri);
    if (text == null) {
      return false;
    }
    KafkaPosition position = KafkaPosition.of(text);
    if (position.topicId().equals(end.topicId())) {
      return position.offset() >= end.offset();
    }
    // Of an earlier topic of the name, where cycles have read the present one already.
    KafkaPosition present = newest.get(uri);
    return present != null && position.topicId().equals(present.topicId());
  }

  /** What is new of a cycle; from then on it counts as taken. */
  private List<LandedShard> fresh(TakenRanges cycle, int number) throws IOException {
    Map<Integer, BronzeShard> files = files(cycle);
    List<LandedShard> fresh = new ArrayList<>();
    for (Shard shard : cycle.shards()) {
      if (!isFresh(shard)) {
        continue;
      }
      KafkaShard range = (KafkaShard) shard;
      BronzeShard file = files.get(range.number());
      fresh.add(
          new LandedShard(
              number + fresh.size(),
              range.topic(),
              range.topicId(),
              range.partition(),
              from(range),
              range.to(),
              file == null ? null : file.bronze(),
              file == null ? 0 : file.bytes()));
      positions.put(range.uri(), range.end());
    }
    return fresh;
  }

  /** Where a range begins for this pipeline; what lies between is lost. */
  private long from(KafkaShard range) throws StorageException {
    String text = positions.get(range.uri());
    if (text == null) {
      return range.from();
    }
    KafkaPosition position = KafkaPosition.of(text);
    if (!position.topicId().equals(range.topicId())) {
      lose(
          range.uri(),
          "is of a topic that was deleted and created again: what the old one had behind offset "
              + position.offset()
              + " is not in the bronze of pipeline '"
              + source.pipeline()
              + "'.");
      return range.from();
    } else if (position.offset() < range.from()) {
      lose(
          range.uri(),
          "has no messages from offset "
              + position.offset()
              + " to "
              + (range.from() - 1)
              + " in the bronze of pipeline '"
              + source.pipeline()
              + "'.");
    }
    return Math.max(range.from(), position.offset());
  }

  private void lose(String uri, String what) throws StorageException {
    if (source.dataLoss() == DataLoss.FAIL) {
      throw new StorageException(
          uri
              + " "
              + what
              + " If the topic still has them, run once without 'landedBy', which reads them there. To go on without them,"
              + " run once with --onDataLoss=continue: the ledger names them.",
          null);
    }
    lost.add(uri + " " + what);
  }

  /**
   * The files in bronze that a completed cycle has kept, by shard.
   *
   * @throws StorageException where they are not all there
   */
  private Map<Integer, BronzeShard> files(TakenRanges cycle) throws IOException {
    Map<Integer, BronzeShard> files = new HashMap<>();
    if (isRepeatable(cycle.shards())) {
      for (StoredFile file :
          new BronzeCycle(source.bronze(), cycle.cycle(), cycle.time()).files()) {
        int shard = BronzeCycle.shardOf(file);
        files.put(shard, new BronzeShard(shard, file.uri(), cycle.cycle(), file.size()));
      }
    } else {
      for (BronzeShard file : BronzeManifest.require(source.bronze(), cycle.cycle()).shards()) {
        files.put(file.number(), file);
      }
    }
    if (files.size() != cycle.bronzeFiles()) {
      throw new StorageException(
          "Bronze of cycle "
              + cycle.cycle()
              + " of pipeline '"
              + source.pipeline()
              + "' has "
              + files.size()
              + " files in '"
              + source.bronze()
              + "', and the cycle has written "
              + cycle.bronzeFiles()
              + ". Restore them from a backup of the lake; or, if the topic still has the messages, run once without"
              + " 'landedBy'.",
          null);
    }
    return files;
  }
}
