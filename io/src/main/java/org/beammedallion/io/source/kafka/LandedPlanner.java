package org.beammedallion.io.source.kafka;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.beammedallion.io.bronze.BronzeManifest;
import org.beammedallion.io.progress.BronzeShard;
import org.beammedallion.io.progress.CyclePlan;
import org.beammedallion.io.progress.KafkaPosition;
import org.beammedallion.io.progress.KafkaShard;
import org.beammedallion.io.progress.LandedShard;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.progress.SourceState;
import org.beammedallion.io.source.Backlog;
import org.beammedallion.io.source.CycleLimits;
import org.beammedallion.io.source.DataLoss;
import org.beammedallion.io.source.SourcePlan;
import org.beammedallion.io.storage.StorageException;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which of the ranges that another pipeline has landed are new, see {@link LandedTopics}.
 * For one plan.
 */
final class LandedPlanner {

  private final LandedTopics source;
  private final Map<String, String> before;
  private final Map<String, KafkaPosition> positions = new TreeMap<>();
  private final List<String> lost = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  LandedPlanner(LandedTopics source, SourceState state) {
    this.source = source;
    this.before = state.positions();
    before.forEach((uri, position) -> positions.put(uri, KafkaPosition.of(position)));
  }

  SourcePlan plan(CycleLimits limits) throws IOException {
    ProgressLog log = ProgressLog.of(source.progress());
    long last = log.newestCompleted();
    if (last == 0) {
      return nothing(null, source.withoutCycles());
    }
    Map<String, KafkaPosition> ends = ends(log, last);
    String missing = missing(ends);
    if (missing != null) {
      return nothing(missing, missing + " A run would fail.");
    }
    FreshRanges fresh = FreshRanges.of(log, last, wanted(ends), positions);
    fresh.unknown().forEach(uri -> warnings.add(source.readsAnother(uri)));
    List<Shard> shards = new ArrayList<>();
    long bytes = 0;
    boolean isMore = false;
    for (FreshRanges.OfCycle cycle : fresh.cycles()) {
      List<LandedShard> next;
      try {
        next = shards(cycle, shards.size());
      } catch (StorageException e) {
        if (shards.isEmpty()) {
          throw e;
        }
        // What comes before it is sound, and is taken first.
        isMore = true;
        break;
      }
      long size = next.stream().mapToLong(LandedShard::storedBytes).sum();
      isMore = !shards.isEmpty() && limits.areExceededBy(shards.size() + next.size(), bytes + size);
      if (isMore) {
        break;
      }
      bytes += size;
      shards.addAll(next);
      take(cycle);
    }
    long offsets = fresh.offsets();
    return new SourcePlan(shards, isMore, offsets, offsets, bytes, List.of(), null, warnings)
        .from(before, lost);
  }

  private SourcePlan nothing(@Nullable String missing, String sentence) {
    return new SourcePlan(List.of(), false, 0, 0, 0, List.of(), missing, List.of(sentence));
  }

  Backlog backlog() throws IOException {
    ProgressLog log = ProgressLog.of(source.progress());
    long last = log.newestCompleted();
    if (last == 0) {
      return Backlog.of(List.of(), List.of(source.withoutCycles()));
    }
    Map<String, KafkaPosition> ends = ends(log, last);
    String missing = missing(ends);
    if (missing != null) {
      throw new StorageException(missing, null);
    }
    Map<String, KafkaPosition> wanted = wanted(ends);
    FreshRanges fresh = FreshRanges.of(log, last, wanted, positions);
    fresh.unknown().forEach(uri -> warnings.add(source.readsAnother(uri)));
    List<Backlog.Part> parts = new ArrayList<>();
    wanted.forEach(
        (uri, end) ->
            parts.add(
                new Backlog.Part(
                    uri, fresh.first(uri, end.offset()), end.offset(), null, 0, null)));
    return Backlog.of(parts, warnings);
  }

  /** Where a completed cycle of the other pipeline has ended in each partition. */
  private Map<String, KafkaPosition> ends(ProgressLog log, long cycle) throws IOException {
    CyclePlan plan = log.plan(cycle);
    if (plan.shards().stream().anyMatch(shard -> !(shard instanceof KafkaShard))) {
      throw new StorageException(
          "Pipeline '"
              + source.pipeline()
              + "', which 'landedBy' names, does not read topics itself. Name the pipeline that does.",
          null);
    }
    Map<String, KafkaPosition> ends = new TreeMap<>();
    (KafkaShard.areRepeatable(plan.shards())
            ? plan.ends()
            : BronzeManifest.require(source.bronze(), cycle).positions())
        .forEach((uri, position) -> ends.put(uri, KafkaPosition.of(position)));
    return ends;
  }

  /** Why a cycle cannot be planned: topics that the other pipeline does not read; or null. */
  private @Nullable String missing(Map<String, KafkaPosition> ends) {
    Set<String> read = new TreeSet<>();
    ends.keySet().forEach(uri -> read.add(KafkaShard.topicOf(uri)));
    for (String topic : source.topics().names()) {
      if (!read.contains(topic)) {
        return "Pipeline '"
            + source.pipeline()
            + "', which 'landedBy' names, does not read topic '"
            + topic
            + "', only "
            + String.join(", ", read)
            + ". Look at 'source.kafka.topics', or else at the 'physicalName' of the contract's schema.";
      }
    }
    return null;
  }

  private Map<String, KafkaPosition> wanted(Map<String, KafkaPosition> ends) {
    Map<String, KafkaPosition> wanted = new TreeMap<>(ends);
    wanted.keySet().removeIf(uri -> !source.topics().include(KafkaShard.topicOf(uri)));
    return wanted;
  }

  private List<LandedShard> shards(FreshRanges.OfCycle cycle, int number) throws IOException {
    Map<Integer, BronzeShard> files = LandedFiles.of(source, cycle.taken());
    Map<String, KafkaPosition> reached = new TreeMap<>(positions);
    List<LandedShard> shards = new ArrayList<>();
    for (KafkaShard range : cycle.ranges()) {
      requireNoGap(range, reached.get(range.uri()));
      shards.add(
          LandedShard.of(
              number + shards.size(),
              range,
              FreshRanges.begin(range, reached.get(range.uri())),
              files.get(range.number()),
              cycle.taken().time()));
      reached.put(range.uri(), KafkaPosition.of(range.end()));
    }
    return shards;
  }

  /** The ranges of a cycle count as taken, and what is missing before them as lost. */
  private void take(FreshRanges.OfCycle cycle) {
    Set<String> taken = new HashSet<>();
    for (KafkaShard range : cycle.ranges()) {
      String gap = gap(range, positions.get(range.uri()));
      if (gap != null) {
        lost.add(gap);
      }
      positions.put(range.uri(), KafkaPosition.of(range.end()));
      taken.add(range.uri());
    }
    for (String warning : cycle.taken().warnings()) {
      if (taken.stream().anyMatch(uri -> warning.startsWith(uri + " "))) {
        lost.add(
            warning + " So says cycle " + cycle.taken().cycle() + " of " + source.pipeline() + ".");
      }
    }
  }

  private void requireNoGap(KafkaShard range, @Nullable KafkaPosition position)
      throws StorageException {
    String gap = gap(range, position);
    if (gap != null && source.dataLoss() == DataLoss.FAIL) {
      throw new StorageException(
          gap
              + " If the topic still has them, run once without 'landedBy', which reads them there. To go on without them,"
              + " run once with --onDataLoss=continue: the ledger names them.",
          null);
    }
  }

  /** What lies between a position and the range that follows it, in a sentence; or null. */
  private @Nullable String gap(KafkaShard range, @Nullable KafkaPosition position) {
    if (position == null) {
      return null;
    } else if (!position.topicId().equals(range.topicId())) {
      return range.uri()
          + " was deleted and created again: what the old topic had behind offset "
          + position.offset()
          + " is not in the bronze of pipeline '"
          + source.pipeline()
          + "'.";
    } else if (position.offset() < range.from()) {
      return range.uri()
          + " has no messages from offset "
          + position.offset()
          + " to "
          + (range.from() - 1)
          + " in the bronze of pipeline '"
          + source.pipeline()
          + "'.";
    }
    return null;
  }
}
