package org.beammedallion.io.progress;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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
 * @param sameFiles files that earlier cycles have read under another name: they count as read, and
 *     where one is read again, the rows give way that came from it under that name
 * @param roots folders that the source was looked for in, see {@link SourceNames#roots}
 * @param lost what the source has lost before the cycle was planned, in sentences
 * @param positions where earlier cycles have ended in each part of the source, see {@link
 *     SourceState#positions}
 * @param write how silver is written, and what orders rows of one key; empty in plans of earlier
 *     versions of the program
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
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<SameFile> sameFiles,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> roots,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> lost,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> positions,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String write)
    implements Serializable {

  @JsonCreator
  public CyclePlan {
    shards = List.copyOf(shards);
    // Plans of an earlier version of the program do not tell.
    recompute = recompute == null ? List.of() : List.copyOf(recompute);
    setAside = setAside == null ? List.of() : List.copyOf(setAside);
    takenAgain = takenAgain == null ? List.of() : List.copyOf(takenAgain);
    sameFiles = sameFiles == null ? List.of() : List.copyOf(sameFiles);
    roots = roots == null ? List.of() : List.copyOf(roots);
    lost = lost == null ? List.of() : List.copyOf(lost);
    positions = positions == null ? Map.of() : Map.copyOf(positions);
    write = write == null ? "" : write;
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
        List.of(),
        List.of(),
        List.of(),
        positions,
        "");
  }

  /** The same cycle, which says how silver is written. */
  public CyclePlan writing(String how) {
    return with(takenAgain, sameFiles, roots, lost, how);
  }

  /** The same cycle of a source that has lost records before. */
  public CyclePlan havingLost(List<String> sentences) {
    return with(takenAgain, sameFiles, roots, sentences, write);
  }

  /**
   * The same cycle, which takes files again that earlier ones have read, and tells the names of the
   * source's files.
   */
  public CyclePlan takingAgain(List<String> files, SourceNames names) {
    return with(files, names.same(), names.roots(), lost, write);
  }

  private CyclePlan with(
      List<String> again,
      List<SameFile> same,
      List<String> from,
      List<String> missing,
      String how) {
    return new CyclePlan(
        pipeline,
        cycle,
        time,
        contractVersion,
        buckets,
        shards,
        recompute,
        setAside,
        again,
        same,
        from,
        missing,
        positions,
        how);
  }

  /**
   * The files whose rows give way where some files are taken again: these, and those that they were
   * under the names that they had before.
   */
  public Set<String> givingWay(Set<String> again) {
    Set<String> files = new TreeSet<>(again);
    for (SameFile same : sameFiles) {
      if (again.contains(same.uri())) {
        files.add(same.as());
      }
    }
    return files;
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

  /**
   * Where the source stands behind the cycle, as far as the plan tells, see {@link
   * SourceState#positions}: where it stood before, and behind the cycle's shards.
   */
  public Map<String, String> ends() {
    Map<String, String> ends = new TreeMap<>(positions);
    for (Shard shard : shards) {
      String end = shard.end();
      if (end != null) {
        ends.put(shard.uri(), end);
      }
    }
    return ends;
  }

  /** Bytes of input as they are stored. */
  public long bytes() {
    return shards.stream().mapToLong(Shard::storedBytes).sum();
  }

  public long files() {
    return shards.stream().map(Shard::uri).distinct().count();
  }
}
