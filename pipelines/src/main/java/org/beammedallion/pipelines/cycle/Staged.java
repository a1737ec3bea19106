package org.beammedallion.pipelines.cycle;

import java.util.Map;
import org.beammedallion.io.writing.StageResult;
import org.jspecify.annotations.Nullable;

/**
 * What was staged for a table and on which version of it: enough to commit without computing again.
 *
 * @param round counts how often it was computed
 * @param readVersion of the table, {@link org.beammedallion.io.table.CommitRequest#NO_TABLE} where
 *     there was none
 * @param references versions of other gold tables that it was computed from, by name
 * @param whole whether all of a gold table was computed, and not only what new rows touch
 * @param definition of silver a digest of what was said of reading files, of gold what {@link
 *     TableJob#digest} says; null of another table, and where an earlier version of the program
 *     staged
 */
public record Staged(
    int round,
    long readVersion,
    StageResult result,
    Map<String, Long> references,
    boolean whole,
    @Nullable String definition)
    implements Staging {

  public Staged {
    // What an earlier version of the program staged does not tell.
    references = references == null ? Map.of() : Map.copyOf(references);
  }

  /**
   * The same with what a table of gold was made by.
   *
   * @param digest null where the table is no such one
   */
  Staged by(@Nullable String digest) {
    return digest == null
        ? this
        : new Staged(round, readVersion, result, references, whole, digest);
  }

  /** The same where another driver has committed nobody knows what. */
  Staged byUnknown() {
    return new Staged(round, readVersion, result, Map.of(), false, GoldDefinitions.NONE);
  }

  @Override
  public Staged run(Cycle cycle) {
    return this;
  }

  /** Of silver. */
  public static Staged ofSilver(
      int round, long readVersion, StageResult result, String definition) {
    return new Staged(round, readVersion, result, Map.of(), false, definition);
  }

  /** Of a table beside silver, of which silver's job has staged the files. */
  public static Staged ofCompanion(int round, long readVersion, StageResult result) {
    return new Staged(round, readVersion, result, Map.of(), false, null);
  }

  /** Of a table of gold. */
  public static Staged ofGold(
      int round,
      long readVersion,
      StageResult result,
      Map<String, Long> references,
      boolean whole) {
    return new Staged(round, readVersion, result, references, whole, null);
  }
}
