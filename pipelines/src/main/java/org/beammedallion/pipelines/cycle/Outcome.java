package org.beammedallion.pipelines.cycle;

import org.beammedallion.quality.ledger.Ledger;
import org.jspecify.annotations.Nullable;

/**
 * What a run did.
 *
 * @param ledger of the cycle that was completed, or null where there was nothing new
 * @param resumed whether an earlier driver had begun the cycle
 */
public record Outcome(@Nullable Ledger ledger, boolean resumed) {

  static final Outcome NOTHING_NEW = new Outcome(null, false);
}
