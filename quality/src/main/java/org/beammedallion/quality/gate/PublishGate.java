package org.beammedallion.quality.gate;

import java.util.List;
import java.util.Map;
import org.beammedallion.quality.ledger.Ledger;

/**
 * Decides whether a cycle may be published, after it has been written and counted, and before it is
 * visible in any table. A pipeline file names the class, which is public and has a public
 * constructor without parameters.
 *
 * <p>The driver asks before it commits, and again in each later run while the cycle is open; it
 * does not ask about a cycle that is in silver already. So the answer should depend on the figures
 * alone.
 */
public interface PublishGate {

  /**
   * Judges a cycle.
   *
   * @param cycle all that was counted: records read, rejected by reason, duplicates, rows replaced,
   *     and what the contract's statements measured. {@code silverVersion} and {@code silverRows}
   *     are those before the cycle, -1 and 0 where there is no table; there is no gold yet.
   * @param options as the pipeline file gives them
   * @return why the cycle must not be published, one sentence each; none where it may
   */
  List<String> objections(Ledger cycle, Map<String, String> options);
}
