package org.beammedallion.io.source.kafka;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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

  /** Where the other pipeline has ended in each partition that is wanted. */
  private Map<String, KafkaPosition> ends = Map.of();

  private FreshRanges fresh = FreshRanges.NONE;

  /**
   * What a cycle takes of one of the other pipeline.
   *
   * @param lost what is missing before its ranges, in sentences
   * @param reached where it ends, by partition
   */
  private record Next(
      List<LandedShard> shards, List<String> lost, Map<String, KafkaPosition> reached) {}

  LandedPlanner(LandedTopics source, SourceState state) {
    this.source = source;
    this.before = state.positions();
    before.forEach((uri, position) -> positions.put(uri, KafkaPosition.of(position)));
  }

  SourcePlan plan(CycleLimits limits) throws IOException {
    String missing = look();
    if (missing != null) {
      warnings.add(missing + " A run would fail.");
    }
    List<Shard> shards = new ArrayList<>();
    long bytes = 0;
    boolean isMore = false;
    for (FreshRanges.OfCycle cycle : fresh.cycles()) {
      Next next;
      try {
        next = next(cycle, shards.size());
      } catch (StorageException e) {
        if (shards.isEmpty()) {
          throw e;
        }
        // What comes before it is sound, and is taken first.
        isMore = true;
        break;
      }
      long size = next.shards().stream().mapToLong(LandedShard::storedBytes).sum();
      int count = shards.size() + next.shards().size();
      isMore = !shards.isEmpty() && limits.areExceededBy(count, bytes + size);
      if (isMore) {
        break;
      }
      bytes += size;
      shards.addAll(next.shards());
      lost.addAll(next.lost());
      positions.putAll(next.reached());
    }
    long offsets = fresh.offsets();
    return new SourcePlan(shards, isMore, offsets, offsets, bytes, List.of(), missing, warnings)
        .from(before, lost);
  }

  Backlog backlog() throws IOException {
    String missing = look();
    if (missing != null) {
      throw new StorageException(missing, null);
    }
    List<Backlog.Part> parts = new ArrayList<>();
    ends.forEach(
        (uri, end) ->
            parts.add(
                new Backlog.Part(
                    uri, fresh.first(uri, end.offset()), end.offset(), null, 0, null)));
    return Backlog.of(parts, warnings);
  }

  /**
   * Looks into the log of the other pipeline.
   *
   * @return why no cycle can be planned, or null
   */
  private @Nullable String look() throws IOException {
    ProgressLog log = ProgressLog.of(source.progress());
    long last = log.newestCompleted();
    if (last == 0) {
      warnings.add(source.withoutCycles());
      return null;
    }
    CyclePlan newest = log.plan(last);
    if (newest.shards().stream().anyMatch(shard -> !(shard instanceof KafkaShard))) {
      throw new StorageException(
          "Pipeline '"
              + source.pipeline()
              + "', which 'landedBy' names, does not read topics itself. Name the pipeline that does.",
          null);
    }
    Map<String, KafkaPosition> all = new TreeMap<>();
    newest.ends().forEach((uri, position) -> all.put(uri, KafkaPosition.of(position)));
    String missing = missing(all);
    if (missing == null) {
      all.keySet().removeIf(uri -> !source.topics().include(KafkaShard.topicOf(uri)));
      ends = all;
      fresh = FreshRanges.of(log, last, ends, positions);
      fresh.unknown().forEach(uri -> warnings.add(source.readsAnother(uri)));
    }
    return missing;
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

  /**
   * @param number of its first shard
   * @throws StorageException where files are missing, or ranges, and nothing may be lost
   */
  private Next next(FreshRanges.OfCycle cycle, int number) throws IOException {
    TakenRanges taken = cycle.taken();
    Map<Integer, BronzeShard> files = LandedFiles.of(source, taken);
    RoutedFiles routed = RoutedFiles.of(source, taken);
    Next next = new Next(new ArrayList<>(), new ArrayList<>(), new TreeMap<>());
    for (KafkaShard range : cycle.ranges()) {
      KafkaPosition position = next.reached().getOrDefault(range.uri(), positions.get(range.uri()));
      String gap = gap(range, position);
      if (gap != null) {
        next.lost().add(gap);
      }
      BronzeShard file = files.get(range.number());
      next.shards()
          .add(
              new LandedShard(
                  range.beginningAt(
                      FreshRanges.begin(range, position), number + next.shards().size()),
                  file == null ? null : file.bronze(),
                  file == null ? 0 : file.bytes(),
                  taken.time(),
                  file == null ? null : routed.selected(file)));
      next.reached().put(range.uri(), KafkaPosition.of(range.end()));
    }
    if (!next.lost().isEmpty() && source.dataLoss() == DataLoss.FAIL) {
      throw new StorageException(
          next.lost().get(0)
              + " If the topic still has them, run once without 'landedBy', which reads them there. To go on without them,"
              + " run once with --onDataLoss=continue: the ledger names them.",
          null);
    }
    for (String warning : taken.warnings()) {
      if (next.reached().keySet().stream().anyMatch(uri -> warning.startsWith(uri + " "))) {
        next.lost()
            .add(warning + " So says cycle " + taken.cycle() + " of " + source.pipeline() + ".");
      }
    }
    return next;
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
