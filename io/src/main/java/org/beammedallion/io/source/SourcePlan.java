package org.beammedallion.io.source;

import java.util.List;
import java.util.Map;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.progress.SourceNames;
import org.beammedallion.io.storage.StorageException;
import org.beammedallion.quality.ledger.RefusedFile;
import org.jspecify.annotations.Nullable;

/**
 * What a source has that no cycle has taken, and what the next cycle takes of it.
 *
 * @param shards of the next cycle, numbered from 0; none where nothing is new
 * @param more whether there is more than the next cycle may take
 * @param known how many files the source has, taken or not; of a stream, as many as fresh
 * @param fresh how many of them no cycle has taken; of a stream, offsets
 * @param freshBytes their size
 * @param refused files that were refused and stay unread
 * @param takenAgain files of the shards that earlier cycles have read
 * @param names under which the source has its files
 * @param positions where the next cycle begins in each part of the source, see {@link
 *     org.beammedallion.io.progress.SourceState#positions}; empty where names of files tell
 * @param lost what was lost before it was read, in sentences
 * @param missing why a cycle cannot go on: there is nothing where the source should be, or what is
 *     there may have been read already; else null
 * @param warnings what a person should look at, in sentences; mostly nothing
 */
public record SourcePlan(
    List<Shard> shards,
    boolean more,
    long known,
    long fresh,
    long freshBytes,
    List<RefusedFile> refused,
    List<String> takenAgain,
    SourceNames names,
    Map<String, String> positions,
    List<String> lost,
    @Nullable String missing,
    List<String> warnings) {

  public SourcePlan {
    lost = List.copyOf(lost);
    positions = Map.copyOf(positions);
    shards = List.copyOf(shards);
    refused = List.copyOf(refused);
    takenAgain = List.copyOf(takenAgain);
    warnings = List.copyOf(warnings);
  }

  /** A plan that takes nothing again. */
  public SourcePlan(
      List<Shard> shards,
      boolean more,
      long known,
      long fresh,
      long freshBytes,
      List<RefusedFile> refused,
      @Nullable String missing,
      List<String> warnings) {
    this(
        shards,
        more,
        known,
        fresh,
        freshBytes,
        refused,
        List.of(),
        SourceNames.NONE,
        Map.of(),
        List.of(),
        missing,
        warnings);
  }

  /** The same of a source whose positions tell what was taken, and that has lost records. */
  public SourcePlan from(Map<String, String> begin, List<String> sentences) {
    return new SourcePlan(
        shards,
        more,
        known,
        fresh,
        freshBytes,
        refused,
        takenAgain,
        names,
        begin,
        sentences,
        missing,
        warnings);
  }

  /**
   * Checks that a cycle can go on: that the source is there; that it has anything is not asked.
   *
   * @throws StorageException where it is not
   */
  public void requireThere() throws StorageException {
    if (missing != null) {
      throw new StorageException(missing, null);
    }
  }
}
