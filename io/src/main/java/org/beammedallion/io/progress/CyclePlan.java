package org.beammedallion.io.progress;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.beammedallion.transforms.raw.Landed;

/**
 * Everything that a cycle is a function of, written before it runs: a repeat reads the same ranges
 * and works with the same time.
 *
 * @param cycle from 1, without gaps
 * @param time ingest time of the cycle's records and the "now" of its rules
 * @param contractVersion version of the contract when the cycle was planned
 * @param buckets number of buckets that keys are spread over
 * @param shards what it reads, in order of their numbers
 * @param recompute gold tables that it makes again as a whole
 * @param setAside files that earlier cycles refused, which are not read again
 * @param takenAgain files among those that it reads that earlier cycles have read: the rows that
 *     came from them give way
 * @param positions where earlier cycles have ended in each part of the source, see {@link
 *     SourceState#positions}
 */
public record CyclePlan(
    String pipeline,
    long cycle,
    Instant time,
    String contractVersion,
    int buckets,
    List<Shard> shards,
    List<String> recompute,
    List<String> setAside,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> takenAgain,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> positions)
    implements Serializable {

  @JsonCreator
  public CyclePlan {
    shards = List.copyOf(shards);
    // Plans of an earlier version of the program do not tell.
    recompute = recompute == null ? List.of() : List.copyOf(recompute);
    setAside = setAside == null ? List.of() : List.copyOf(setAside);
    takenAgain = takenAgain == null ? List.of() : List.copyOf(takenAgain);
    positions = positions == null ? Map.of() : Map.copyOf(positions);
  }

  /** A cycle that takes no file again. */
  public CyclePlan(
      String pipeline,
      long cycle,
      Instant time,
      String contractVersion,
      int buckets,
      List<Shard> shards,
      List<String> recompute,
      List<String> setAside,
      Map<String, String> positions) {
    this(
        pipeline,
        cycle,
        time,
        contractVersion,
        buckets,
        shards,
        recompute,
        setAside,
        List.of(),
        positions);
  }

  /** The same cycle, which takes files again that earlier ones have read. */
  public CyclePlan takingAgain(List<String> files) {
    return new CyclePlan(
        pipeline,
        cycle,
        time,
        contractVersion,
        buckets,
        shards,
        recompute,
        setAside,
        files,
        positions);
  }

  /**
   * Checks that each shard is reported once.
   *
   * @throws IllegalStateException where it is not
   */
  public void requireEveryShard(List<Landed> landed) {
    long seen = landed.stream().mapToInt(Landed::shard).distinct().count();
    if (seen != shards.size() || landed.size() != seen) {
      throw new IllegalStateException(
          "Cycle "
              + cycle
              + " was to read "
              + shards.size()
              + " shards, and "
              + landed.size()
              + " reported. Nothing was committed. This is a defect of the program or of the runner.");
    }
  }

  /** Bytes of input as they are stored. */
  public long bytes() {
    return shards.stream().mapToLong(Shard::storedBytes).sum();
  }

  public long files() {
    return shards.stream().map(Shard::uri).distinct().count();
  }
}
