package org.beammedallion.quality.contract;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.PatternSyntaxException;
import org.beammedallion.quality.rule.Check;
import org.beammedallion.quality.rule.ComparedFields;
import org.beammedallion.quality.rule.Dimension;
import org.beammedallion.quality.rule.EcmaPattern;
import org.beammedallion.quality.rule.Expectation;
import org.beammedallion.quality.rule.Expectation.Unit;
import org.beammedallion.quality.rule.FieldPath;
import org.beammedallion.quality.rule.Literals;
import org.beammedallion.quality.rule.Measure;
import org.beammedallion.quality.rule.RecordRule;
import org.beammedallion.quality.rule.Severity;
import org.beammedallion.quality.rule.Threshold;
import org.beammedallion.quality.rule.Threshold.Operator;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.quality.yaml.DidYouMean;
import org.beammedallion.quality.yaml.Location;
import org.beammedallion.quality.yaml.Problems;
import org.beammedallion.quality.yaml.YamlNode;
import org.jspecify.annotations.Nullable;

/**
 * The rules in the {@code quality} of a contract. A count of bad values that must be zero, and is
 * an error, becomes a rule for each record; every other becomes a statement about the cycle.
 */
final class QualityRules {

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

  private final String table;
  private final RecordSchema schema;
  private final Problems problems;
  private final List<Notice> notices;
  private final List<RecordRule> rules = new ArrayList<>();
  private final List<Expectation> expectations = new ArrayList<>();

  QualityRules(String table, RecordSchema schema, Problems problems, List<Notice> notices) {
    this.table = table;
    this.schema = schema;
    this.problems = problems;
    this.notices = notices;
  }

  List<RecordRule> rules() {
    return rules;
  }

  List<Expectation> expectations() {
    return expectations;
  }

  /** Takes in a check of the whole object. */
  void add(QualityCheck check) {
    Context context = context(check, table);
    if (context == null) {
      return;
    }
    switch (context.metric) {
      case "rowCount" -> rowCount(context);
      case "duplicateValues" -> {
        YamlNode columns = context.argument("properties");
        if (columns == null || columns.items().isEmpty()) {
          problems.add(
              check.location(),
              context.label
                  + " needs 'arguments: {properties: [...]}', the columns that are compared.");
          return;
        }
        List<FieldPath> paths = new ArrayList<>();
        for (YamlNode column : columns.items()) {
          FieldPath path = ComparedFields.find(schema, column.text());
          if (path == null) {
            problems.add(
                column.location(),
                "'"
                    + table
                    + "' has no property "
                    + column.shown()
                    + DidYouMean.ending(column.text(), schema.names()));
          } else {
            paths.add(path);
          }
        }
        duplicates(context, paths);
      }
      default ->
          problems.add(
              check.location(),
              context.label
                  + " speaks about the values of a property; move it to the 'quality' of that property.");
    }
  }

  /** Takes in a check of a property. */
  void add(QualityCheck check, String prefix, FieldPath path, FieldType type) {
    Context context = context(check, prefix);
    if (context == null) {
      return;
    }
    switch (context.metric) {
      case "rowCount" -> rowCount(context);
      case "duplicateValues" -> duplicates(context, List.of(path));
      case "nullValues" -> perRecord(context, path, new Check.NotNull());
      case "missingValues" -> perRecord(context, path, missing(context, type));
      default -> {
        Check valid = valid(context, type);
        if (valid != null) {
          perRecord(context, path, valid);
        }
      }
    }
  }

  /** A library check with the parts that all of them have, found right. */
  private record Context(
      QualityCheck check,
      String id,
      String label,
      String metric,
      Threshold threshold,
      Unit unit,
      @Nullable Dimension dimension,
      Severity severity) {

    @Nullable YamlNode argument(String name) {
      YamlNode arguments = check.node().find("arguments");
      return arguments == null ? null : arguments.find(name);
    }
  }

  private @Nullable Context context(QualityCheck check, String prefix) {
    String given = check.metric();
    if (!check.type().equals(QualityCheck.LIBRARY)
        || (given == null && check.node().has("query"))) {
      String name = check.id() == null ? "" : " '" + check.id() + "'";
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
    return new Context(
        check,
        check.id() == null ? prefix + "." + metric : check.id(),
        "'" + given + "' of " + prefix,
        metric,
        threshold,
        unit,
        dimension == null ? null : Dimension.of(dimension),
        Severity.of(check.node().text("severity", "error")));
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
    // The rules of version 3.0 name the fault, and mean that there shall be none.
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

  private void rowCount(Context context) {
    if (context.unit == Unit.PERCENT) {
      problems.add(
          context.check.node().locationOf("unit"),
          context.label + " is counted in rows, not in percent.");
      return;
    }
    expect(context, new Measure.RowCount(), Dimension.COMPLETENESS);
  }

  private void duplicates(Context context, List<FieldPath> columns) {
    for (FieldPath column : columns) {
      noteIfNotMeasured(context.label, column, context.check.location());
    }
    if (!columns.isEmpty()) {
      expect(context, new Measure.Duplicates(columns), Dimension.UNIQUENESS);
    }
  }

  /** Says it where rows cannot be compared by a field that {@code what} speaks about. */
  void noteIfNotMeasured(String what, FieldPath column, Location location) {
    String obstacle = ComparedFields.obstacle(schema, column);
    if (obstacle != null) {
      notices.add(
          new Notice(
              location,
              what
                  + " is not measured, for '"
                  + column
                  + "' cannot be compared: "
                  + obstacle
                  + "."));
    }
  }

  private void expect(Context context, Measure measure, Dimension usual) {
    expectations.add(
        new Expectation(
            context.id,
            context.dimension == null ? usual : context.dimension,
            context.severity,
            measure,
            context.threshold,
            context.unit,
            context.check.description()));
  }

  private void perRecord(Context context, FieldPath path, Check check) {
    boolean completeness = check instanceof Check.NotNull || check instanceof Check.NotMissing;
    Dimension usual = completeness ? Dimension.COMPLETENESS : Dimension.VALIDITY;
    Dimension dimension = context.dimension == null ? usual : context.dimension;
    RecordRule rule =
        new RecordRule(
            context.id, path, dimension, context.severity, check, context.check.description());
    if (context.threshold.demandsZero() && context.severity == Severity.ERROR) {
      rules.add(rule);
    } else {
      expect(context, new Measure.Violations(rule), usual);
    }
  }

  private Check missing(Context context, FieldType type) {
    YamlNode values = context.argument("missingValues");
    if (values == null) {
      return new Check.NotMissing(
          type instanceof FieldType.StringType ? List.of("") : List.of(), true);
    }
    boolean nullIsMissing = values.items().stream().anyMatch(QualityRules::isNull);
    return new Check.NotMissing(literals(values, type, false), nullIsMissing);
  }

  private @Nullable Check valid(Context context, FieldType type) {
    List<Check> checks = new ArrayList<>();
    YamlNode values = context.argument("validValues");
    if (values == null) {
      values = context.check.node().find("validValues");
    }
    if (values != null) {
      checks.add(new Check.OneOf(literals(values, type, true)));
    }
    YamlNode pattern = context.argument("pattern");
    if (pattern != null) {
      if (!(type instanceof FieldType.StringType)) {
        problems.add(pattern.location(), context.label + ": a pattern speaks about texts only.");
      } else if (isRegex(pattern)) {
        checks.add(new Check.Matches(pattern.text()));
      }
    }
    if (values == null && pattern == null) {
      Location location = context.check.location();
      problems.add(location, context.label + " needs 'arguments' with 'validValues' or 'pattern'.");
    }
    return checks.size() == 2 ? new Check.AllOf(checks) : checks.isEmpty() ? null : checks.get(0);
  }

  private boolean isRegex(YamlNode pattern) {
    try {
      EcmaPattern.compile(pattern.text());
      return true;
    } catch (PatternSyntaxException e) {
      problems.add(
          pattern.location(),
          "'" + pattern.text() + "' is not a regular expression: " + e.getDescription() + ".");
      return false;
    }
  }

  private static boolean isNull(YamlNode node) {
    return node.kind() == YamlNode.Kind.NULL;
  }

  /**
   * The texts of values that a field of the type can have; of the others a problem is made, if they
   * matter.
   */
  private List<String> literals(YamlNode values, FieldType type, boolean allMustFit) {
    List<String> literals = new ArrayList<>();
    for (YamlNode value : values.items()) {
      if (isNull(value)) {
        continue;
      }
      String text = value.text();
      String wrong = wrong(type, text);
      if (wrong == null) {
        literals.add(text);
      } else if (allMustFit) {
        problems.add(value.location(), wrong + ".");
      }
    }
    return literals;
  }

  /** Why a field of the type cannot have the value, or null where it can. */
  private static @Nullable String wrong(FieldType type, String text) {
    if (type instanceof FieldType.StringType) {
      return null;
    } else if (type instanceof FieldType.BooleanType) {
      return text.equals("true") || text.equals("false")
          ? null
          : "'" + text + "' is neither true nor false";
    } else if (!Literals.isOrdered(type)) {
      return "objects and arrays cannot be compared with '" + text + "'";
    }
    try {
      Literals.units(type, text);
      return null;
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
  }
}
