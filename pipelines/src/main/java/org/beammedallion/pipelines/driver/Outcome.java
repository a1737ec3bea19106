package org.beammedallion.pipelines.driver;

import java.util.ArrayList;
import java.util.List;
import org.beammedallion.io.source.SourcePlan;
import org.beammedallion.quality.ledger.Ledger;
import org.beammedallion.quality.ledger.RefusedFile;
import org.jspecify.annotations.Nullable;

/**
 * What a run did.
 *
 * @param ledger of the cycle that was completed, or null where there was nothing new
 * @param resumed whether an earlier driver had begun the cycle
 * @param refused files of the source that stay unread, for this cycle or an earlier one has refused
 *     them
 * @param warnings about the source as the run found it, and about gold tables that differ from the
 *     pipeline file
 * @param more whether files are left that the cycle was not allowed to take
 */
public record Outcome(
    @Nullable Ledger ledger,
    boolean resumed,
    List<RefusedFile> refused,
    List<String> warnings,
    boolean more) {

  Outcome and(List<String> further) {
    List<String> all = new ArrayList<>(warnings);
    all.addAll(further);
    return new Outcome(ledger, resumed, refused, all, more);
  }

  Outcome andMore() {
    return new Outcome(ledger, resumed, refused, warnings, true);
  }

  static Outcome nothingNew(SourcePlan source, List<String> warnings) {
    return new Outcome(null, false, source.refused(), warnings, false);
  }
}
