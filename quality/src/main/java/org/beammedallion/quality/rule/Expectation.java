package org.beammedallion.quality.rule;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import org.beammedallion.quality.rule.Verdict.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * A statement about a cycle as a whole: a figure and what it must be. It rejects no record.
 *
 * @param id stable and readable, such as {@code orders.rowCount}; unique within a contract
 * @param description the contract's own words, where it has any
 */
public record Expectation(
    String id,
    Dimension dimension,
    Severity severity,
    Measure measure,
    Threshold threshold,
    Unit unit,
    @Nullable String description)
    implements Serializable {

  /** What the threshold's numbers count. */
  public enum Unit {
    ROWS,
    /** Of the accepted rows; of none, it is zero. */
    PERCENT
  }

  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

  /** Judges a cycle. */
  public Verdict judge(Figures figures) {
    Long count = count(figures);
    String words = threshold + " " + unit.name().toLowerCase(Locale.ROOT);
    if (count == null) {
      return new Verdict(id, dimension, severity, null, words, Outcome.NOT_MEASURED);
    }
    BigDecimal measured =
        unit == Unit.ROWS ? BigDecimal.valueOf(count) : percent(count, figures.accepted());
    Outcome outcome = threshold.accepts(measured) ? Outcome.PASSED : Outcome.FAILED;
    return new Verdict(id, dimension, severity, measured, words, outcome);
  }

  private @Nullable Long count(Figures figures) {
    if (measure instanceof Measure.RowCount) {
      return figures.published();
    } else if (measure instanceof Measure.Duplicates duplicates) {
      return figures.duplicates().get(duplicates.columns());
    }
    return figures.violations().get(id);
  }

  private static BigDecimal percent(long count, long whole) {
    return whole == 0
        ? BigDecimal.ZERO
        : BigDecimal.valueOf(count)
            .multiply(HUNDRED)
            .divide(BigDecimal.valueOf(whole), MathContext.DECIMAL64);
  }
}
