package org.beammedallion.transforms.check;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import org.beammedallion.quality.rule.Check;
import org.beammedallion.quality.rule.Check.Comparison;
import org.beammedallion.quality.rule.Dimension;
import org.beammedallion.quality.rule.EcmaPattern;
import org.beammedallion.quality.rule.FieldPath;
import org.beammedallion.quality.rule.RecordRule;
import org.beammedallion.quality.rule.Severity;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/**
 * The compiled checks against an evaluator that takes values as they are and thinks of nothing but
 * the meaning.
 */
class RecordChecksProperties {

  private static final RowLayout LAYOUT =
      RowLayout.of(
          RecordSchema.of(
              Field.optional("text", FieldType.STRING),
              Field.optional("small", FieldType.decimal(9, 2)),
              Field.optional("huge", FieldType.decimal(38, 4)),
              Field.optional("whole", FieldType.LONG),
              Field.optional("int", FieldType.INT)));

  private static boolean isNaivelyBroken(Check check, @Nullable Object value) {
    if (check instanceof Check.NotNull) {
      return value == null;
    } else if (check instanceof Check.NotMissing missing) {
      return value == null ? missing.nullIsMissing() : isAmong(missing.values(), value);
    } else if (check instanceof Check.AllOf all) {
      return all.checks().stream().anyMatch(each -> isNaivelyBroken(each, value));
    } else if (value == null) {
      return false;
    } else if (check instanceof Check.OneOf oneOf) {
      return !isAmong(oneOf.values(), value);
    } else if (check instanceof Check.Bound bound) {
      int order = new BigDecimal(value.toString()).compareTo(new BigDecimal(bound.limit()));
      return switch (bound.comparison()) {
        case AT_LEAST -> order < 0;
        case GREATER_THAN -> order <= 0;
        case AT_MOST -> order > 0;
        case LESS_THAN -> order >= 0;
      };
    } else if (check instanceof Check.MultipleOf multiple) {
      return new BigDecimal(value.toString()).remainder(multiple.divisor()).signum() != 0;
    } else if (check instanceof Check.Length length) {
      int codePoints = (int) value.toString().codePoints().count();
      return codePoints < length.minimum() || codePoints > length.maximum();
    } else if (check instanceof Check.Matches matches) {
      return !EcmaPattern.compile(matches.regex()).matcher().find(value.toString());
    }
    throw new AssertionError(check);
  }

  private static boolean isAmong(List<String> values, Object value) {
    return values.stream()
        .anyMatch(
            each ->
                value instanceof String
                    ? each.equals(value)
                    : new BigDecimal(each).compareTo(new BigDecimal(value.toString())) == 0);
  }

  @Property(tries = 3000)
  void agreesWithTheNaiveEvaluator(
      @ForAll("rules") List<RecordRule> rules, @ForAll("rows") Map<String, Object> values) {
    String expected = "";
    for (int i = rules.size() - 1; i >= 0; i--) {
      String field = rules.get(i).path().steps().get(0);
      expected =
          isNaivelyBroken(rules.get(i).check(), values.get(field)) ? rules.get(i).id() : expected;
    }
    Statistics.collect(expected.isEmpty());
    Rows.Encoded row = Rows.encode(LAYOUT, values);
    RowCheck.Violation violation =
        RecordChecks.of(LAYOUT, rules, rules).check(row.bytes(), row.row(), new long[rules.size()]);
    assertThat(violation == null ? "" : violation.rule(), is(expected));
  }

  @Provide
  Arbitrary<List<RecordRule>> rules() {
    Arbitrary<RecordRule> texts =
        textChecks()
            .map(
                check ->
                    new RecordRule(
                        "", FieldPath.of("text"), Dimension.VALIDITY, Severity.ERROR, check, null));
    Arbitrary<RecordRule> numbers =
        Combinators.combine(Arbitraries.of("small", "huge", "whole", "int"), numberChecks())
            .as(
                (field, check) ->
                    new RecordRule(
                        "", FieldPath.of(field), Dimension.VALIDITY, Severity.ERROR, check, null));
    return Arbitraries.oneOf(texts, numbers)
        .list()
        .ofMinSize(1)
        .ofMaxSize(3)
        .map(RecordChecksProperties::numbered);
  }

  private static List<RecordRule> numbered(List<RecordRule> rules) {
    List<RecordRule> numbered = new java.util.ArrayList<>();
    for (RecordRule rule : rules) {
      numbered.add(
          new RecordRule(
              "r" + numbered.size(),
              rule.path(),
              rule.dimension(),
              rule.severity(),
              rule.check(),
              null));
    }
    return numbered;
  }

  private static Arbitrary<String> text() {
    return Arbitraries.strings().withChars("ab0é日").ofMaxLength(4);
  }

  private static Arbitrary<BigDecimal> number(int scale) {
    return Arbitraries.oneOf(
        Arbitraries.integers().between(-40, 40).map(n -> BigDecimal.valueOf(n, scale)),
        Arbitraries.bigDecimals()
            .between(BigDecimal.valueOf(-5_000_000), BigDecimal.valueOf(5_000_000))
            .ofScale(scale));
  }

  private static Arbitrary<Check> textChecks() {
    return Arbitraries.oneOf(
        Arbitraries.just(new Check.NotNull()),
        text().list().ofMaxSize(12).map(Check.OneOf::new),
        Combinators.combine(text().list().ofMaxSize(3), Arbitraries.of(true, false))
            .as(Check.NotMissing::new),
        Combinators.combine(
                Arbitraries.integers().between(0, 2), Arbitraries.integers().between(2, 4))
            .as(Check.Length::new),
        Arbitraries.of("^[ab]{1,3}$", "0", "(a|b)0?$", "é", "^.{2}$").map(Check.Matches::new));
  }

  private static Arbitrary<Check> numberChecks() {
    Arbitrary<String> limit =
        Arbitraries.oneOf(
                number(0),
                number(2),
                number(3),
                Arbitraries.of(new BigDecimal("1e25"), new BigDecimal("-1e25")))
            .map(BigDecimal::toPlainString);
    Arbitrary<Check> bounds =
        Combinators.combine(Arbitraries.of(Comparison.values()), limit).as(Check.Bound::new);
    return Arbitraries.oneOf(
        bounds,
        limit.list().ofMaxSize(5).map(Check.OneOf::new),
        Arbitraries.of("1", "2", "0.05", "0.3", "0.001", "7", "1e20")
            .map(d -> new Check.MultipleOf(new BigDecimal(d))),
        bounds.list().ofSize(2).map(Check.AllOf::new));
  }

  @Provide
  Arbitrary<Map<String, Object>> rows() {
    return Combinators.combine(
            text().injectNull(0.1),
            number(2).injectNull(0.1),
            number(4).injectNull(0.1),
            number(0).injectNull(0.1))
        .as(
            (text, small, huge, whole) -> {
              Map<String, Object> row = new HashMap<>();
              row.put("text", text);
              row.put("small", small);
              row.put("huge", huge);
              row.put("whole", whole == null ? null : whole.longValueExact());
              row.put("int", whole == null ? null : whole.intValueExact());
              return row;
            });
  }
}
