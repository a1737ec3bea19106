package org.beammedallion.io.table;

/**
 * What became of a {@link CommitRequest}.
 *
 * @param version that holds the change; the latest one where nothing was to be done, -1 where there
 *     is no table
 */
public record CommitResult(Outcome outcome, long version) {

  /** Each of these means success. */
  public enum Outcome {
    COMMITTED,
    /** The table holds a change of that name already. */
    ALREADY_COMMITTED,
    /** There was nothing to commit. */
    EMPTY
  }

  public boolean alreadyCommitted() {
    return outcome == Outcome.ALREADY_COMMITTED;
  }
}
