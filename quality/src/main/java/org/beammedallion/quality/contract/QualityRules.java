package org.beammedallion.quality.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.quality.yaml.DidYouMean;
import org.beammedallion.quality.yaml.Location;
import org.beammedallion.quality.yaml.Problems;
import org.beammedallion.quality.yaml.YamlNode;
import org.jspecify.annotations.Nullable;

/**
 * The rules in the {@code quality} of a contract. A count of bad values that must be zero, and is
 * an error, becomes a rule for each record; every other becomes a figure that is measured over the
 * cycle.
 */
final class QualityRules {

  private final String table;
  private final RecordSchema schema;
  private final Problems problems;
  private final List<Notice> notices;
  private final LibraryChecks checks;
  private final List<RecordRule> rules = new ArrayList<>();
  private final List<Expectation> expectations = new ArrayList<>();

  /**
   * @param givenIds that checks of the contract state
   */
  QualityRules(
      String table,
      RecordSchema schema,
      Problems problems,
      List<Notice> notices,
      Set<String> givenIds) {
    this.table = table;
    this.schema = schema;
    this.problems = problems;
    this.notices = notices;
    checks = new LibraryChecks(problems, notices, givenIds);
  }

  List<RecordRule> rules() {
    return rules;
  }

  List<Expectation> expectations() {
    return expectations;
  }

  /** Takes in a check of the whole object. */
  void add(QualityCheck check) {
    LibraryCheck library = checks.read(check, table);
    if (library == null) {
      return;
    }
    switch (library.metric()) {
      case "rowCount" -> rowCount(library);
      case "duplicateValues" -> {
        YamlNode columns = library.argument("properties");
        if (columns == null || columns.items().isEmpty()) {
          problems.add(
              check.location(),
              library.label()
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
        duplicates(library, paths);
      }
      default ->
          problems.add(
              check.location(),
              library.label()
                  + " is for the values of a property; move it to the 'quality' of that property.");
    }
  }

  /** Takes in a check of a property. */
  void add(QualityCheck check, String prefix, FieldPath path, FieldType type) {
    LibraryCheck library = checks.read(check, prefix);
    if (library == null) {
      return;
    }
    switch (library.metric()) {
      case "rowCount" -> rowCount(library);
      case "duplicateValues" -> duplicates(library, List.of(path));
      case "nullValues" -> perRecord(library, path, new Check.NotNull());
      case "missingValues" -> perRecord(library, path, missing(library, type));
      default -> {
        Check valid = valid(library, type);
        if (valid != null) {
          perRecord(library, path, valid);
        }
      }
    }
  }

  private void rowCount(LibraryCheck library) {
    if (library.unit() == Unit.PERCENT) {
      problems.add(
          library.stated().node().locationOf("unit"),
          library.label() + " is counted in rows, not in percent.");
      return;
    }
    expect(library, new Measure.RowCount(), Dimension.COMPLETENESS);
  }

  private void duplicates(LibraryCheck library, List<FieldPath> columns) {
    for (FieldPath column : columns) {
      noteIfNotMeasured(library.label(), column, library.stated().location());
    }
    if (!columns.isEmpty()) {
      expect(library, new Measure.Duplicates(columns), Dimension.UNIQUENESS);
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
                  + " is not measured, because '"
                  + column
                  + "' cannot be compared: "
                  + obstacle
                  + "."));
    }
  }

  private void expect(LibraryCheck library, Measure measure, Dimension usual) {
    expectations.add(
        new Expectation(
            library.id(),
            library.dimension() == null ? usual : library.dimension(),
            library.severity(),
            measure,
            library.threshold(),
            library.unit(),
            library.stated().description()));
  }

  private void perRecord(LibraryCheck library, FieldPath path, Check check) {
    boolean completeness = check instanceof Check.NotNull || check instanceof Check.NotMissing;
    Dimension usual = completeness ? Dimension.COMPLETENESS : Dimension.VALIDITY;
    Dimension dimension = library.dimension() == null ? usual : library.dimension();
    RecordRule rule =
        new RecordRule(
            library.id(),
            path,
            dimension,
            library.severity(),
            check,
            library.stated().description());
    if (library.threshold().demandsZero() && library.severity() == Severity.ERROR) {
      rules.add(rule);
    } else {
      expect(library, new Measure.Violations(rule), usual);
    }
  }

  private Check missing(LibraryCheck library, FieldType type) {
    YamlNode values = library.argument("missingValues");
    if (values == null) {
      return new Check.NotMissing(
          type instanceof FieldType.StringType ? List.of("") : List.of(), true);
    }
    boolean nullIsMissing = values.items().stream().anyMatch(QualityRules::isNull);
    return new Check.NotMissing(literals(values, type, false), nullIsMissing);
  }

  private @Nullable Check valid(LibraryCheck library, FieldType type) {
    List<Check> checks = new ArrayList<>();
    YamlNode values = library.argument("validValues");
    if (values == null) {
      values = library.stated().node().find("validValues");
    }
    if (values != null) {
      checks.add(new Check.OneOf(literals(values, type, true)));
    }
    YamlNode pattern = library.argument("pattern");
    if (pattern != null) {
      if (!(type instanceof FieldType.StringType)) {
        problems.add(pattern.location(), library.label() + ": a pattern is for texts only.");
      } else if (isRegex(pattern)) {
        checks.add(new Check.Matches(pattern.text()));
      }
    }
    if (values == null && pattern == null) {
      Location location = library.stated().location();
      problems.add(
          location, library.label() + " needs 'arguments' with 'validValues' or 'pattern'.");
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
