package org.beammedallion.pipelines.cli;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.beammedallion.quality.ledger.Ledger.VerdictEntry;

/** A rule of the cycle and whether it holds, in a line for a person. */
final class RuleText {

  /** As {@link org.beammedallion.quality.rule.Expectation} words it. */
  private static final Pattern THRESHOLD =
      Pattern.compile(
          "(exactly|not|greater than|at least|less than|at most|between|not between)"
              + " (\\S+)(?: and (\\S+))? (rows|percent)");

  /** What a check without a name is called by: the table, perhaps a property, and the metric. */
  private static final Pattern DERIVED_NAME =
      Pattern.compile(
          "[^.]+(?:\\.(.+?))??\\.(nullValues|missingValues|invalidValues|duplicateValues|rowCount|unique)(?:\\.\\d+)?");

  private RuleText() {}

  /** Such as {@code Rule failed: duplicates 99.1 % (limit 1 %)}. */
  static String of(VerdictEntry verdict) {
    String state =
        switch (verdict.outcome()) {
          case "PASSED" -> "Rule holds: ";
          case "FAILED" -> "Rule failed: ";
          default -> "Rule not measured: ";
        };
    Matcher threshold = THRESHOLD.matcher(verdict.threshold());
    if (!threshold.matches()) {
      return state
          + subject(verdict.rule())
          + " "
          + verdict.measured()
          + " (must be "
          + verdict.threshold()
          + ")";
    }
    List<BigDecimal> limits = new ArrayList<>();
    limits.add(new BigDecimal(threshold.group(2)));
    if (threshold.group(3) != null) {
      limits.add(new BigDecimal(threshold.group(3)));
    }
    boolean counted = threshold.group(4).equals("rows");
    String subject = subject(verdict.rule());
    String unit = !counted ? " %" : subject.equals("rows") ? "" : " rows";
    String measured = "";
    boolean atLimit = false;
    if (verdict.outcome().equals("PASSED") || verdict.outcome().equals("FAILED")) {
      BigDecimal value = new BigDecimal(verdict.measured());
      measured = " " + (counted ? number(value) : Percent.figure(value, limits)) + unit;
      atLimit = value.compareTo(limits.get(0)) == 0;
    }
    return state
        + VisibleText.of(subject)
        + measured
        + " ("
        + demand(threshold.group(1), limits, unit, atLimit)
        + ")";
  }

  private static String demand(
      String operator, List<BigDecimal> limits, String unit, boolean atLimit) {
    String first = number(limits.get(0));
    return switch (operator) {
      case "at most" -> "limit " + first + unit;
      // A figure that is the limit itself would seem to keep it.
      case "less than" -> (atLimit ? "must be less than " : "limit ") + first + unit;
      case "greater than" -> "must be more than " + first + unit;
      case "not" -> "must not be " + first + unit;
      case "between" -> "must be " + first + " to " + number(limits.get(1)) + unit;
      case "not between" -> "must not be " + first + " to " + number(limits.get(1)) + unit;
      default -> "must be " + operator + " " + first + unit;
    };
  }

  /** What is measured; of a rule that has a name of its own the name. */
  private static String subject(String rule) {
    Matcher derived = DERIVED_NAME.matcher(rule);
    if (!derived.matches()) {
      return rule;
    }
    String what =
        switch (derived.group(2)) {
          case "nullValues" -> "nulls";
          case "missingValues" -> "missing values";
          case "invalidValues" -> "invalid values";
          case "rowCount" -> "rows";
          default -> "duplicates";
        };
    String of = derived.group(1);
    return of == null || what.equals("rows") ? what : what + " of " + of;
  }

  private static String number(BigDecimal value) {
    return value.stripTrailingZeros().scale() <= 0
        ? String.format(Locale.ROOT, "%,d", value.toBigInteger())
        : value.toPlainString();
  }
}
