package org.beammedallion.io.source;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.beammedallion.io.progress.KafkaShard;
import org.beammedallion.io.progress.LandedShard;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.progress.SourceState;
import org.beammedallion.transforms.raw.BlockSink;
import org.beammedallion.transforms.raw.RawBatches;
import org.jspecify.annotations.Nullable;

/**
 * A place that records come from. The driver plans, and writes the plan down; workers open the
 * shards of the plan, any number of times, in any order, on any machine. {@code SourceContract} is
 * what every source must pass.
 */
public interface Source extends Serializable {

  /**
   * What is there now and no completed cycle has taken, and the part of it that the next cycle
   * takes. Makes nothing of a record.
   *
   * @throws IOException where the source cannot be asked. That there is nothing where it should be
   *     is told by the plan
   */
  SourcePlan plan(SourceState state, PlanRequest request) throws IOException;

  /**
   * What waits to be taken, and since when. Nothing is written, and nothing is lost or skipped by
   * asking.
   *
   * @throws IOException where the source cannot be asked
   */
  default Backlog backlog(SourceState state, PlanRequest request) throws IOException {
    return Backlog.of(plan(state, request));
  }

  /**
   * Tells others how far cycles have come, where the source is to do so. It is never read again.
   *
   * @param positions where the cycle has ended, see {@link SourceState#positions}
   * @return a warning where they could not be told, else null
   */
  default @Nullable String tell(Map<String, String> positions) {
    return null;
  }

  /**
   * Whether each of some shards gives the same records however often it is opened. Where one does
   * not, as of a compacted topic, or where its end is not known when it is planned, a cycle keeps
   * the records first, in one attempt that counts, and makes its tables of what it has kept.
   */
  default boolean isRepeatable(List<Shard> shards) {
    return true;
  }

  /**
   * Whether what was taken is told by positions, see {@link SourceState#positions}, and not by the
   * names of files.
   */
  default boolean isByPosition() {
    return false;
  }

  /** Whether it has made a shard, so that it can open it. */
  default boolean made(Shard shard) {
    return !(shard instanceof KafkaShard) && !(shard instanceof LandedShard);
  }

  /** Whether the lake has its records in bronze already, so that a cycle does not keep them. */
  default boolean isKept() {
    return false;
  }

  /**
   * The files of bronze that have the records of some shards, by the shards' numbers; none of a
   * source that is not {@link #isKept}, or of a shard without a record.
   */
  default Map<Integer, String> keptFiles(List<Shard> shards) {
    return Map.of();
  }

  /**
   * The same, as it is to be read by a cycle that may have been planned long ago. Asked by the
   * driver before workers open the shards.
   *
   * @throws IOException where what was planned is not there any more, and that fails the cycle
   */
  default Source beforeReading(List<Shard> shards) throws IOException {
    return this;
  }

  /** The same with another answer to records that are gone; of files it is the plan that tells. */
  default Source onDataLoss(DataLoss answer) {
    return this;
  }

  /**
   * The records of a shard: the same however often it is opened, also where the source has grown
   * since it was planned, if the source {@link #isRepeatable}.
   *
   * @param blocks takes blocks of a format that bronze keeps as they are
   * @throws FileNotFoundException where what was planned is gone
   */
  RawBatches open(Shard shard, BlockSink blocks) throws IOException;

  /**
   * What a shard costs, without opening it; where its end is not known, the most that the limits of
   * a cycle let it give.
   */
  Estimate estimate(Shard shard);

  /**
   * What a shard costs, approximately.
   *
   * @param storedBytes to be read from the source
   * @param textBytes what its records take as JSON text, a guess on the safe side
   */
  record Estimate(long storedBytes, long textBytes) {

    /**
     * What text grows to when it is decompressed, and other formats as text; a guess on the safe
     * side.
     */
    private static final int COMPRESSION_RATIO = 8;

    /** Of what is compressed, or in a format that is smaller than text. */
    public static Estimate ofCompressed(long bytes) {
      return new Estimate(bytes, bytes * COMPRESSION_RATIO);
    }
  }
}
