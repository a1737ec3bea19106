package org.beammedallion.pipelines.suite;

import java.util.List;
import java.util.Map;
import org.beammedallion.quality.gate.PublishGate;
import org.beammedallion.quality.ledger.Ledger;

/** Holds a cycle back that has too many rejects: the example of {@code docs/gate.md}. */
public final class FewRejects implements PublishGate {

  @Override
  public List<String> objections(Ledger cycle, Map<String, String> options) {
    long most = Long.parseLong(options.getOrDefault("mostPercent", "5"));
    return cycle.rejectedInAll() * 100 <= most * cycle.read()
        ? List.of()
        : List.of(
            cycle.rejectedInAll()
                + " of "
                + cycle.read()
                + " records were rejected, more than "
                + most
                + " percent.");
  }
}
