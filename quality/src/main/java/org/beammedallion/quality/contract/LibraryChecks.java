package org.beammedallion.quality.contract;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.beammedallion.quality.rule.Dimension;
import org.beammedallion.quality.rule.Expectation.Unit;
import org.beammedallion.quality.rule.Severity;
import org.beammedallion.quality.rule.Threshold;
import org.beammedallion.quality.rule.Threshold.Operator;
import org.beammedallion.quality.yaml.DidYouMean;
import org.beammedallion.quality.yaml.Problems;
import org.beammedallion.quality.yaml.YamlNode;
import org.jspecify.annotations.Nullable;

/**
 * Reads what all library checks have: metric, arguments, operator, unit, dimension. What is wrong
 * becomes a problem, what is not acted on a notice.
 */
final class LibraryChecks {

  private static final List<String> METRICS =
      List.of("nullValues", "missingValues", "invalidValues", "duplicateValues", "rowCount");

  /** What version 3.0 called the metrics. */
  private static final Map<String, String> OLD_NAMES =
      Map.of(
          "nullCheck", "nullValues",
          "validValues", "invalidValues",
          "duplicateCount", "duplicateValues",
          "uniqueCheck", "duplicateValues",
          "countCheck", "rowCount");

  private final Problems problems;
  private final List<Notice> notices;

  /** The ids that contracts give, and those that were made so far. */
  private final Set<String> ids;

  /**
   * @param givenIds that checks of the contract state
   */
  LibraryChecks(Problems problems, List<Notice> notices, Set<String> givenIds) {
    this.ids = new HashSet<>(givenIds);
    this.problems = problems;
    this.notices = notices;
  }

  /** The check, or null where it is not acted on or something is wrong with it. */
  @Nullable LibraryCheck read(QualityCheck check, String prefix) {
    String given = check.metric();
    if (!check.type().equals(QualityCheck.LIBRARY)
        || (given == null && check.node().has("query"))) {
      String called = check.id() == null ? check.name() : check.id();
      String name = called == null ? "" : " '" + called + "'";
      notices.add(
          new Notice(
              check.location(),
              "the " + check.type() + " check" + name + " of " + prefix + " is not acted on."));
      return null;
    }
    if (given == null) {
      problems.add(
          check.location(),
          "a library check of "
              + prefix
              + " needs a 'metric', one of "
              + String.join(", ", METRICS)
              + ".");
      return null;
    }
    String metric = OLD_NAMES.getOrDefault(given, given);
    if (!METRICS.contains(metric)) {
      if (check.node().has("metric")) {
        problems.add(
            check.node().locationOf("metric"),
            "unknown metric '"
                + given
                + "'; known are "
                + String.join(", ", METRICS)
                + DidYouMean.ending(given, METRICS));
      } else {
        notices.add(
            new Notice(
                check.location(), "the rule '" + given + "' of " + prefix + " is not acted on."));
      }
      return null;
    }
    if (!argumentsFit(check, metric)) {
      return null;
    }
    Threshold threshold = threshold(check, metric);
    Unit unit = unit(check);
    if (threshold == null || unit == null) {
      return null;
    }
    String dimension = check.node().text("dimension");
    if (dimension != null && Dimension.of(dimension) == null) {
      problems.add(
          check.node().locationOf("dimension"),
          "unknown dimension '"
              + dimension
              + "'; it is one of accuracy, completeness, conformity, consistency, coverage, timeliness, uniqueness.");
      return null;
    }
    return new LibraryCheck(
        check,
        idOf(check, prefix + "." + metric),
        "'" + given + "' of " + prefix,
        metric,
        threshold,
        unit,
        dimension == null ? null : Dimension.of(dimension),
        Severity.of(check.node().text("severity", "error")));
  }

  /**
   * The id that the check states; or else its name, or what it measures and where. Where that is
   * taken, a number follows: the second rowCount of orders is orders.rowCount.2.
   */
  private String idOf(QualityCheck check, String derived) {
    if (check.id() != null) {
      return check.id();
    }
    String base = check.name() == null ? derived : check.name();
    String id = base;
    for (int number = 2; !ids.add(id); number++) {
      id = base + "." + number;
    }
    return id;
  }

  private boolean argumentsFit(QualityCheck check, String metric) {
    YamlNode arguments = check.node().find("arguments");
    if (arguments == null) {
      return true;
    }
    List<String> known =
        switch (metric) {
          case "missingValues" -> List.of("missingValues");
          case "invalidValues" -> List.of("validValues", "pattern");
          case "duplicateValues" -> List.of("properties");
          default -> List.of();
        };
    if (arguments.kind() != YamlNode.Kind.MAPPING) {
      problems.add(
          arguments.location(), "'arguments' must be a mapping, but is " + arguments.shown() + ".");
      return false;
    }
    boolean fits = true;
    for (String key : arguments.keys()) {
      YamlNode value = arguments.find(key);
      if (!known.contains(key)) {
        problems.add(
            arguments.locationOf(key),
            metric + " has no argument '" + key + "'" + DidYouMean.ending(key, known));
        fits = false;
      } else if (value != null && !isFit(key, value)) {
        problems.add(
            value.location(),
            "'"
                + key
                + "' must be "
                + (key.equals("pattern") ? "a text" : "a list of plain values")
                + ", but is not.");
        fits = false;
      }
    }
    return fits;
  }

  private static boolean isFit(String key, YamlNode value) {
    return key.equals("pattern") ? value.isScalar() : isListOfScalars(value);
  }

  private static boolean isListOfScalars(YamlNode node) {
    return node.kind() == YamlNode.Kind.SEQUENCE
        && node.items().stream().allMatch(YamlNode::isScalar);
  }

  private @Nullable Threshold threshold(QualityCheck check, String metric) {
    List<Operator> given = new ArrayList<>();
    for (Operator operator : Operator.values()) {
      if (check.node().has(operator.key())) {
        given.add(operator);
      }
    }
    // The rules of version 3.0 name the fault, and mean that there must be none.
    if (given.isEmpty() && !check.node().has("metric") && !metric.equals("rowCount")) {
      return Threshold.of(Operator.MUST_BE, 0);
    } else if (given.size() != 1) {
      problems.add(
          check.location(),
          "'"
              + check.metric()
              + "' needs "
              + (given.isEmpty()
                  ? "an operator such as 'mustBe: 0'."
                  : "one operator only, but has " + keys(given) + "."));
      return null;
    }
    Operator operator = given.get(0);
    YamlNode value = check.node().find(operator.key());
    List<YamlNode> nodes =
        value == null ? List.of() : operator.operandCount() == 2 ? value.items() : List.of(value);
    List<BigDecimal> numbers = new ArrayList<>();
    for (YamlNode node : nodes) {
      BigDecimal number = node.number();
      if (number != null) {
        numbers.add(number);
      }
    }
    if (numbers.size() != operator.operandCount() || nodes.size() != numbers.size()) {
      problems.add(
          check.node().locationOf(operator.key()),
          "'"
              + operator.key()
              + "' takes "
              + (operator.operandCount() == 2 ? "two numbers, such as [10, 20]." : "a number."));
      return null;
    } else if (numbers.size() == 2 && numbers.get(0).compareTo(numbers.get(1)) > 0) {
      problems.add(
          check.node().locationOf(operator.key()),
          "'" + operator.key() + "' takes the smaller number first.");
      return null;
    }
    return new Threshold(operator, numbers);
  }

  private static String keys(List<Operator> operators) {
    return String.join(" and ", operators.stream().map(Operator::key).toList());
  }

  private @Nullable Unit unit(QualityCheck check) {
    String unit = check.node().text("unit", "rows").toLowerCase(Locale.ROOT);
    return switch (unit) {
      case "rows", "row" -> Unit.ROWS;
      case "percent", "%" -> Unit.PERCENT;
      default -> {
        problems.add(
            check.node().locationOf("unit"), "unknown unit '" + unit + "'; it is rows or percent.");
        yield null;
      }
    };
  }
}
