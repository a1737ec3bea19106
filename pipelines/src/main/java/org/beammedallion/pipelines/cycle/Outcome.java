package org.beammedallion.pipelines.cycle;

import java.util.List;
import org.beammedallion.quality.ledger.Ledger;
import org.jspecify.annotations.Nullable;

/**
 * What a run did.
 *
 * @param ledger of the cycle that was completed, or null where there was nothing new
 * @param resumed whether an earlier driver had begun the cycle
 * @param warnings about the source as the run found it, and about gold tables that differ from the
 *     pipeline file
 */
public record Outcome(@Nullable Ledger ledger, boolean resumed, List<String> warnings) {

  static Outcome nothingNew(List<String> warnings) {
    return new Outcome(null, false, warnings);
  }
}
