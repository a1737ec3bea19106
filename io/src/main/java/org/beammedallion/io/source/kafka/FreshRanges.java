package org.beammedallion.io.source.kafka;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.beammedallion.io.progress.KafkaPosition;
import org.beammedallion.io.progress.KafkaShard;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.progress.TakenRanges;
import org.jspecify.annotations.Nullable;

/**
 * The ranges of another pipeline's completed cycles that lie behind given positions. The search
 * goes from the newest cycle back; of one partition it ends at the range that begins at the
 * position or before it. A range of another topic of the same name counts only if the topic of the
 * position comes before it.
 */
final class FreshRanges {

  static final FreshRanges NONE = new FreshRanges(Map.of());

  private final Map<String, KafkaPosition> positions;
  private final Deque<OfCycle> cycles = new ArrayDeque<>();

  /** Partitions of which no older range is new. */
  private final Set<String> closed = new HashSet<>();

  /** Partitions of which a range of the position's topic was found. */
  private final Set<String> met = new HashSet<>();

  private final Set<String> unknown = new HashSet<>();

  /** What is new of a cycle, in the order of offsets. */
  record OfCycle(TakenRanges taken, List<KafkaShard> ranges) {}

  private FreshRanges(Map<String, KafkaPosition> positions) {
    this.positions = positions;
  }

  /**
   * @param last the newest cycle that is looked at
   * @param ends where that cycle has ended in the partitions that are wanted
   * @param positions where the reader stands
   */
  static FreshRanges of(
      ProgressLog log,
      long last,
      Map<String, KafkaPosition> ends,
      Map<String, KafkaPosition> positions)
      throws IOException {
    FreshRanges fresh = new FreshRanges(Map.copyOf(positions));
    ends.forEach(
        (uri, end) -> {
          KafkaPosition position = positions.get(uri);
          if (position != null
              && position.topicId().equals(end.topicId())
              && position.offset() >= end.offset()) {
            fresh.closed.add(uri);
          }
        });
    if (!fresh.closed.containsAll(ends.keySet())) {
      log.ranges(last, cycle -> fresh.add(cycle, ends.keySet()));
    }
    fresh.dropUnknown();
    return fresh;
  }

  /** Whether the search goes on. */
  private boolean add(TakenRanges cycle, Set<String> wanted) {
    List<KafkaShard> ranges = new ArrayList<>();
    List<Shard> newestFirst = new ArrayList<>(cycle.shards());
    Collections.reverse(newestFirst);
    for (Shard shard : newestFirst) {
      if (shard instanceof KafkaShard range
          && wanted.contains(range.uri())
          && !closed.contains(range.uri())
          && isFresh(range)) {
        ranges.add(range);
      }
    }
    if (!ranges.isEmpty()) {
      Collections.reverse(ranges);
      cycles.addFirst(new OfCycle(cycle, List.copyOf(ranges)));
    }
    return !closed.containsAll(wanted);
  }

  private boolean isFresh(KafkaShard range) {
    KafkaPosition position = positions.get(range.uri());
    if (position == null || !position.topicId().equals(range.topicId())) {
      return true;
    }
    met.add(range.uri());
    if (range.from() <= position.offset()) {
      closed.add(range.uri());
    }
    return position.offset() < range.to();
  }

  /** Nobody knows whether what the log has of such a partition is older or newer. */
  private void dropUnknown() {
    Set<String> found = new HashSet<>();
    cycles.forEach(cycle -> cycle.ranges().forEach(range -> found.add(range.uri())));
    for (String uri : found) {
      if (positions.containsKey(uri) && !met.contains(uri) && !closed.contains(uri)) {
        unknown.add(uri);
      }
    }
    if (!unknown.isEmpty()) {
      List<OfCycle> all = new ArrayList<>(cycles);
      cycles.clear();
      for (OfCycle cycle : all) {
        List<KafkaShard> known =
            cycle.ranges().stream().filter(range -> !unknown.contains(range.uri())).toList();
        if (!known.isEmpty()) {
          cycles.add(new OfCycle(cycle.taken(), known));
        }
      }
    }
  }

  /** The oldest cycle first. */
  List<OfCycle> cycles() {
    return List.copyOf(cycles);
  }

  /** Partitions whose position is of a topic that the other pipeline has not read. */
  Set<String> unknown() {
    return Set.copyOf(unknown);
  }

  /** How many offsets are new. */
  long offsets() {
    Map<String, KafkaPosition> reached = new HashMap<>(positions);
    long offsets = 0;
    for (OfCycle cycle : cycles) {
      for (KafkaShard range : cycle.ranges()) {
        offsets += range.to() - begin(range, reached.get(range.uri()));
        reached.put(range.uri(), KafkaPosition.of(range.end()));
      }
    }
    return offsets;
  }

  /** The first offset of a partition that is new; the given one where none is. */
  long first(String uri, long otherwise) {
    for (OfCycle cycle : cycles) {
      for (KafkaShard range : cycle.ranges()) {
        if (range.uri().equals(uri)) {
          return begin(range, positions.get(uri));
        }
      }
    }
    return otherwise;
  }

  /** The first offset of a range that was not taken. */
  static long begin(KafkaShard range, @Nullable KafkaPosition position) {
    return position != null && position.topicId().equals(range.topicId())
        ? Math.max(range.from(), position.offset())
        : range.from();
  }
}
