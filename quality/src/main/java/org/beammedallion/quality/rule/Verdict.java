package org.beammedallion.quality.rule;

import java.io.Serializable;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * The result of an expectation for a cycle.
 *
 * @param rule id of the expectation
 * @param measured in the expectation's unit; null where it was not measured
 * @param threshold in words, unit included, such as "less than 10 percent"
 */
public record Verdict(
    String rule,
    Dimension dimension,
    Severity severity,
    @Nullable BigDecimal measured,
    String threshold,
    Outcome outcome)
    implements Serializable {

  /** Whether the expectation was met. */
  public enum Outcome {
    PASSED,
    FAILED,
    /** Nobody counted what it speaks about. */
    NOT_MEASURED
  }

  public boolean passed() {
    return outcome == Outcome.PASSED;
  }
}
