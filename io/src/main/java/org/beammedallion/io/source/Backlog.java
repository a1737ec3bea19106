package org.beammedallion.io.source;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.beammedallion.io.progress.FileShard;
import org.jspecify.annotations.Nullable;

/**
 * What a source has that no completed cycle has taken.
 *
 * @param fresh how many files; of a stream, offsets
 * @param bytes of the files; 0 of a stream
 * @param oldest when the oldest of it came: a file was last written, a message has this timestamp;
 *     null where nothing waits, or that is not known
 * @param parts of a stream; none of files
 * @param warnings what a person should look at, in sentences
 */
public record Backlog(
    long fresh, long bytes, @Nullable Instant oldest, List<Part> parts, List<String> warnings) {

  /**
   * A part of a stream, such as a partition of a topic.
   *
   * @param uri as in plans, bronze and silver
   * @param position offset that the next cycle begins at
   * @param end offset behind the last that can be read now
   * @param oldest timestamp of the message at the position; null where there is none, or it did not
   *     come in a few seconds
   * @param held offsets behind the end that cannot be read before a transaction ends
   * @param waitsFor that transaction, in words; null where there is none
   */
  public record Part(
      String uri,
      long position,
      long end,
      @Nullable Instant oldest,
      long held,
      @Nullable String waitsFor) {

    /** How many offsets wait; markers of transactions and compacted messages have some too. */
    public long lag() {
      return Math.max(0, end - position);
    }
  }

  public Backlog {
    parts = List.copyOf(parts);
    warnings = List.copyOf(warnings);
  }

  /** Of files. */
  static Backlog of(SourcePlan plan) {
    return new Backlog(
        plan.fresh(),
        plan.freshBytes(),
        plan.shards().stream()
            .filter(FileShard.class::isInstance)
            .map(shard -> ((FileShard) shard).modified())
            .min(Instant::compareTo)
            .orElse(null),
        List.of(),
        plan.warnings());
  }

  /** Of a stream. */
  public static Backlog of(List<Part> parts, List<String> warnings) {
    return new Backlog(
        parts.stream().mapToLong(Part::lag).sum(),
        0,
        parts.stream()
            .map(Part::oldest)
            .filter(Objects::nonNull)
            .min(Instant::compareTo)
            .orElse(null),
        parts,
        warnings);
  }
}
