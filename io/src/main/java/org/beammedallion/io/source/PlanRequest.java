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
 */
public record PlanRequest(
    CycleLimits limits, int parallelism, String definition, List<String> setAside) {

  public PlanRequest {
    setAside = List.copyOf(setAside);
  }
}
