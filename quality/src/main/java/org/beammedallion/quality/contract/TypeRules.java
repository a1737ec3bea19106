package org.beammedallion.quality.contract;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.PatternSyntaxException;
import org.beammedallion.quality.rule.Check;
import org.beammedallion.quality.rule.Check.Comparison;
import org.beammedallion.quality.rule.Dimension;
import org.beammedallion.quality.rule.EcmaPattern;
import org.beammedallion.quality.rule.FieldPath;
import org.beammedallion.quality.rule.Literals;
import org.beammedallion.quality.rule.RecordRule;
import org.beammedallion.quality.rule.Severity;
import org.beammedallion.quality.rule.TextFormat;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.yaml.Problems;
import org.beammedallion.quality.yaml.YamlNode;
import org.jspecify.annotations.Nullable;

/** The rules in a property's {@code logicalTypeOptions}: each must hold for every record. */
final class TypeRules {

  /** Formats that describe a text and demand nothing of it. */
  private static final List<String> ANNOTATIONS = List.of("password", "byte", "binary");

  private final Problems problems;
  private final List<Notice> notices;
  private final List<RecordRule> rules = new ArrayList<>();
  private final SchemaProperty property;
  private final String prefix;
  private final FieldPath path;
  private final FieldType type;

  private TypeRules(
      SchemaProperty property,
      String prefix,
      FieldPath path,
      FieldType type,
      Problems problems,
      List<Notice> notices) {
    this.property = property;
    this.prefix = prefix;
    this.path = path;
    this.type = type;
    this.problems = problems;
    this.notices = notices;
  }

  /**
   * The rules in the options of a property.
   *
   * @param prefix what the rules' ids begin with
   */
  static List<RecordRule> of(
      SchemaProperty property,
      String prefix,
      FieldPath path,
      FieldType type,
      Problems problems,
      List<Notice> notices) {
    TypeRules typeRules = new TypeRules(property, prefix, path, type, problems, notices);
    typeRules.derive();
    return typeRules.rules;
  }

  private void derive() {
    if (!property.type().allowedValues().isEmpty()) {
      add("enum", new Check.OneOf(property.type().allowedValues()));
    }
    if (property.type().options() == null) {
      return;
    }
    if (type instanceof FieldType.StringType text && text.isJson()) {
      noteOptions();
    } else if (type instanceof FieldType.StringType) {
      count("minLength", "maxLength", Check.Length::new);
      pattern();
      textFormat();
    } else if (type instanceof FieldType.ArrayType) {
      count("minItems", "maxItems", Check.ItemCount::new);
      YamlNode unique = property.option("uniqueItems");
      if (unique != null && unique.flag()) {
        add("uniqueItems", new Check.UniqueItems());
      }
    } else if (type instanceof FieldType.ObjectType) {
      count("minProperties", "maxProperties", Check.PropertyCount::new);
    } else if (Literals.isOrdered(type)) {
      integerFormat();
      bound("minimum", "exclusiveMinimum", Comparison.AT_LEAST, Comparison.GREATER_THAN);
      bound("maximum", "exclusiveMaximum", Comparison.AT_MOST, Comparison.LESS_THAN);
      multipleOf();
    }
  }

  /** What a text of JSON holds is not looked at. */
  private void noteOptions() {
    YamlNode options = property.type().options();
    if (options != null && !options.keys().isEmpty()) {
      notices.add(
          new Notice(
              options.location(),
              String.join(", ", options.keys())
                  + " of '"
                  + property.name()
                  + "' is not acted on: it says nothing of its content, so it is kept as a text of"
                  + " JSON."));
    }
  }

  private void add(String option, Check check) {
    rules.add(
        new RecordRule(
            prefix + "." + option, path, Dimension.VALIDITY, Severity.ERROR, check, null));
  }

  private void problem(String option, String message) {
    problems.add(
        property.optionLocation(option), option + " of '" + property.name() + "' " + message);
  }

  private interface Range {
    Check of(int minimum, int maximum);
  }

  private void count(String minimumKey, String maximumKey, Range range) {
    Integer minimum = count(minimumKey);
    Integer maximum = count(maximumKey);
    if (minimum != null && maximum != null && minimum > maximum) {
      problem(minimumKey, "is greater than " + maximumKey + ": no value can satisfy both.");
    }
    if (minimum != null && minimum > 0) {
      add(minimumKey, range.of(minimum, Integer.MAX_VALUE));
    }
    if (maximum != null) {
      add(maximumKey, range.of(0, maximum));
    }
  }

  private @Nullable Integer count(String key) {
    YamlNode options = property.type().options();
    Integer count = options == null ? null : options.integer(key);
    if (count != null && count < 0) {
      problem(key, "must not be negative.");
      return null;
    }
    return count;
  }

  private void pattern() {
    YamlNode pattern = property.option("pattern");
    if (pattern == null) {
      return;
    }
    try {
      EcmaPattern.compile(pattern.text());
      add("pattern", new Check.Matches(pattern.text()));
    } catch (PatternSyntaxException e) {
      problem(
          "pattern",
          "is not a regular expression: " + e.getDescription() + " in '" + pattern.text() + "'.");
    }
  }

  private void textFormat() {
    YamlNode format = property.option("format");
    if (format == null || ANNOTATIONS.contains(format.text())) {
      return;
    }
    TextFormat known = TextFormat.of(format.text());
    if (known == null) {
      notices.add(
          new Notice(
              format.location(),
              "format " + format.shown() + " of '" + property.name() + "' is not acted on."));
    } else {
      add("format", new Check.HasFormat(known));
    }
  }

  private void integerFormat() {
    YamlNode format = property.option("format");
    IntegerFormat range = format == null ? null : IntegerFormat.of(format.text());
    if (range == null) {
      return;
    }
    add("format.minimum", new Check.Bound(Comparison.AT_LEAST, range.minimum().toString()));
    add("format.maximum", new Check.Bound(Comparison.AT_MOST, range.maximum().toString()));
  }

  private void bound(String key, String exclusiveKey, Comparison inclusive, Comparison exclusive) {
    YamlNode limit = property.option(key);
    YamlNode exclusiveLimit = property.option(exclusiveKey);
    // Version 3.0: "exclusiveMinimum: true" makes a statement about "minimum".
    boolean flagged = exclusiveLimit != null && exclusiveLimit.kind() == YamlNode.Kind.BOOLEAN;
    if (limit != null) {
      boolean excludes = flagged && exclusiveLimit != null && exclusiveLimit.flag();
      bound(excludes ? exclusiveKey : key, excludes ? exclusive : inclusive, limit);
    } else if (flagged) {
      problem(
          exclusiveKey,
          "is true or false, which only means something beside '"
              + key
              + "'; give the limit itself.");
    }
    if (exclusiveLimit != null && !flagged) {
      bound(exclusiveKey, exclusive, exclusiveLimit);
    }
  }

  private void bound(String key, Comparison comparison, YamlNode limit) {
    try {
      Literals.units(type, limit.text());
      add(key, new Check.Bound(comparison, limit.text()));
    } catch (IllegalArgumentException e) {
      problems.add(
          limit.location(), key + " of '" + property.name() + "': " + e.getMessage() + ".");
    }
  }

  private void multipleOf() {
    YamlNode option = property.option("multipleOf");
    BigDecimal divisor = option == null ? null : option.number();
    if (divisor == null) {
      return;
    } else if (divisor.signum() <= 0) {
      problem("multipleOf", "must be greater than zero.");
    } else {
      add("multipleOf", new Check.MultipleOf(divisor));
    }
  }
}
