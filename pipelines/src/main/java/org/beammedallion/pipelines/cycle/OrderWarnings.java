package org.beammedallion.pipelines.cycle;

import java.util.List;
import java.util.Locale;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.quality.deadletter.Reason;

/** What a person should know of the order of a cycle's changes. */
final class OrderWarnings {

  private OrderWarnings() {}

  /** A sentence where changes were held back. */
  static List<String> of(StageResult result) {
    long held = result.rejected().getOrDefault(Reason.ORDER_UNKNOWN, 0L);
    return held == 0
        ? List.of()
        : List.of(
            String.format(
                Locale.ROOT,
                "%,d changes were held back (%s): by their time they are later than what silver has of their rows, by"
                    + " their place in the source's log they are not, or the other way round. Another log of the source"
                    + " has begun, for example after a failover or a restored backup. Set the time at which it begins, with 'debezium: {epochs: [<instant>]}' of the source, and bring the changes again in a file of"
                    + " another name; the dead letters tell the times.",
                held,
                Reason.ORDER_UNKNOWN));
  }
}
