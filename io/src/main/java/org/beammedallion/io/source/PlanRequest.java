package org.beammedallion.io.source;

import java.util.List;
import org.beammedallion.quality.ledger.RefusedFile;

/**
 * What a driver wants of a source.
 *
 * @param limits of one cycle
 * @param parallelism number of shards that are read at the same time, approximately; at least 1
 * @param definition digest of what is said of reading a file, see {@link RefusedFile#definition}
 * @param setAside refused files that are left out for good
 * @param takeAgain which files are read although earlier cycles have read them
 */
public record PlanRequest(
    CycleLimits limits,
    int parallelism,
    String definition,
    List<String> setAside,
    TakeAgain takeAgain) {

  public PlanRequest {
    setAside = List.copyOf(setAside);
  }

  /** A request that takes nothing again. */
  public PlanRequest(
      CycleLimits limits, int parallelism, String definition, List<String> setAside) {
    this(limits, parallelism, definition, setAside, TakeAgain.NOTHING);
  }
}
