package org.beammedallion.transforms.check;

import static org.beammedallion.transforms.check.OrderRules.LAYOUT;
import static org.beammedallion.transforms.check.OrderRules.bound;
import static org.beammedallion.transforms.check.OrderRules.broken;
import static org.beammedallion.transforms.check.OrderRules.rule;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.beammedallion.quality.rule.Check;
import org.beammedallion.quality.rule.Check.Comparison;
import org.beammedallion.quality.rule.Dimension;
import org.beammedallion.quality.rule.FieldPath;
import org.beammedallion.quality.rule.RecordRule;
import org.beammedallion.quality.rule.Severity;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class RecordChecksTest {

  @Test
  void saysWhichFieldAndValueBreakARule() {
    assertThat(
        broken("amount", bound(Comparison.AT_LEAST, "0"), new BigDecimal("-5.00")),
        is("amount is -5.00, but must be at least 0."));
    assertThat(
        broken("id", new Check.Matches("^o-[0-9]{6}$"), "o-12"),
        is("id is 'o-12', but must match the pattern ^o-[0-9]{6}$."));
    assertThat(
        broken("id", new Check.OneOf(List.of("EUR", "USD")), "XXX"),
        is("id is 'XXX', but must be one of EUR, USD."));
  }

  @Test
  void findsNanWithinNoLimitAndTheMultipleOfNothing() {
    for (Comparison comparison : Comparison.values()) {
      assertThat(
          broken("ratio", bound(comparison, "0"), Double.NaN).startsWith("ratio is NaN"), is(true));
      assertThat(broken("single", bound(comparison, "0"), Float.NaN).isEmpty(), is(false));
    }
    Check tenths = new Check.MultipleOf(new BigDecimal("0.1"));
    for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThat(broken("ratio", tenths, value).isEmpty(), is(false));
      assertThat(broken("single", tenths, (float) value).isEmpty(), is(false));
    }
    assertThat(broken("ratio", bound(Comparison.AT_LEAST, "0"), Double.POSITIVE_INFINITY), is(""));
    assertThat(broken("ratio", new Check.OneOf(List.of("1")), Double.NaN).isEmpty(), is(false));
  }

  @Test
  void countsCodePointsNotBytes() {
    assertThat(broken("id", new Check.Length(0, 2), "日本"), is(""));
    assertThat(broken("id", new Check.Length(0, 2), "日本語").isEmpty(), is(false));
    assertThat(broken("id", new Check.Length(2, Integer.MAX_VALUE), "😀").isEmpty(), is(false));
    assertThat(broken("id", new Check.Length(2, Integer.MAX_VALUE), "😀é"), is(""));
  }

  @Test
  void looksUpValuesOfEveryType() {
    assertThat(broken("count", new Check.OneOf(List.of("1", "2.0")), 2), is(""));
    assertThat(broken("count", new Check.OneOf(List.of("1", "2.5")), 2).isEmpty(), is(false));
    assertThat(broken("amount", new Check.OneOf(List.of("1.5")), new BigDecimal("1.50")), is(""));
    assertThat(broken("huge", new Check.OneOf(List.of("1.5")), new BigDecimal("1.500")), is(""));
    assertThat(broken("flag", new Check.OneOf(List.of("true")), false).isEmpty(), is(false));
    assertThat(broken("ratio", new Check.OneOf(List.of("0")), -0.0), is(""));
    assertThat(broken("day", new Check.OneOf(List.of("1970-01-02")), 1), is(""));
  }

  @Test
  void letsNullPassAllButTheRulesAgainstIt() {
    Map<String, ?> empty = Map.of();
    assertThat(broken(FieldPath.of("id"), new Check.Matches("x"), empty), is(""));
    assertThat(broken(FieldPath.of("id"), new Check.OneOf(List.of("x")), empty), is(""));
    assertThat(
        broken(FieldPath.of("id"), new Check.NotMissing(List.of("N/A"), false), empty), is(""));
    assertThat(
        broken(FieldPath.of("id"), new Check.NotNull(), empty),
        is("id is null, but must not be missing."));
    assertThat(
        broken(FieldPath.of("id"), new Check.NotMissing(List.of("N/A"), true), empty).isEmpty(),
        is(false));
    assertThat(
        broken("id", new Check.NotMissing(List.of("", "N/A"), true), "").isEmpty(), is(false));
    assertThat(broken("id", new Check.NotMissing(List.of("", "N/A"), true), "here"), is(""));
  }

  @Test
  void followsPathsIntoObjectsAndArrays() {
    FieldPath quantity = FieldPath.of("lines", FieldPath.EACH, "quantity");
    Check positive = bound(Comparison.GREATER_THAN, "0");
    Map<String, ?> good =
        Map.of("lines", Arrays.asList(Map.of("quantity", 1L), null, Map.of("sku", "a")));
    assertThat(broken(quantity, positive, good), is(""));
    Map<String, ?> bad = Map.of("lines", List.of(Map.of("quantity", 1L), Map.of("quantity", 0L)));
    assertThat(
        broken(quantity, positive, bad), is("lines[1].quantity is 0, but must be greater than 0."));
    FieldPath sku = FieldPath.of("lines", FieldPath.EACH, "sku");
    assertThat(
        broken(sku, new Check.NotNull(), good),
        is("lines[0].sku is null, but must not be missing."));
    FieldPath name = FieldPath.of("customer", "name");
    assertThat(broken(name, new Check.NotNull(), Map.of()), is(""));
    assertThat(
        broken(name, new Check.NotNull(), Map.of("customer", Map.of())),
        is("customer.name is null, but must not be missing."));
    FieldPath tag = FieldPath.of("tags", FieldPath.EACH);
    assertThat(
        broken(tag, new Check.Length(2, Integer.MAX_VALUE), Map.of("tags", List.of("ab", "c"))),
        is("tags[1] is 'c', but must have at least 2 characters."));
    assertThat(
        broken(tag, new Check.NotNull(), Map.of("tags", Arrays.asList("ab", null))),
        is("tags[1] is null, but must not be missing."));
  }

  @Test
  void judgesArraysAndObjectsAsWholes() {
    assertThat(
        broken("tags", new Check.ItemCount(2, Integer.MAX_VALUE), List.of("a")),
        is("tags is an array of 1, but must have at least 2 elements."));
    assertThat(broken("tags", new Check.ItemCount(0, 1), List.of("a")), is(""));
    assertThat(broken("tags", new Check.UniqueItems(), List.of("a", "b", "c")), is(""));
    assertThat(
        broken("tags", new Check.UniqueItems(), List.of("b", "a", "b")).isEmpty(), is(false));
    assertThat(
        broken("tags", new Check.UniqueItems(), Arrays.asList(null, "a", null)).isEmpty(),
        is(false));
    assertThat(
        broken(
                "lines",
                new Check.UniqueItems(),
                List.of(Map.of("quantity", 1L), Map.of("quantity", 1L)))
            .isEmpty(),
        is(false));
    assertThat(
        broken(
            "lines", new Check.UniqueItems(), List.of(Map.of("quantity", 1L), Map.of("sku", "1"))),
        is(""));
    assertThat(broken("customer", new Check.PropertyCount(1, 9), Map.of()).isEmpty(), is(false));
    assertThat(broken("customer", new Check.PropertyCount(1, 9), Map.of("name", "x")), is(""));
  }

  @Test
  void findsTwoEqualElementsAmongThousands() {
    List<String> many = new java.util.ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      many.add("t" + i * 7919 % 5000);
    }
    assertThat(broken("tags", new Check.UniqueItems(), many), is(""));
    many.set(4999, many.get(17));
    assertThat(broken("tags", new Check.UniqueItems(), many).isEmpty(), is(false));
  }

  @Test
  void reportsTheFirstRuleInOrderThatIsBroken() {
    RecordRule first = rule(FieldPath.of("id"), new Check.Length(3, Integer.MAX_VALUE));
    RecordRule second =
        new RecordRule(
            "second",
            FieldPath.of("id"),
            Dimension.VALIDITY,
            Severity.ERROR,
            new Check.Matches("z"),
            null);
    Rows.Encoded row = Rows.encode(LAYOUT, Map.of("id", "a"));
    RecordChecks checks = RecordChecks.of(LAYOUT, List.of(first, second), List.of());
    assertThat(checks.check(row.bytes(), row.row(), new long[0]), is(notNullValue()));
    assertThat(checks.check(row.bytes(), row.row(), new long[0]).rule(), is("t.id"));
  }

  @Test
  void countsMeasuredRulesForAcceptedRowsOnly() {
    RecordRule demanded = rule(FieldPath.of("id"), new Check.NotNull());
    RecordRule measured = rule(FieldPath.of("amount"), new Check.NotNull());
    RecordChecks checks = RecordChecks.of(LAYOUT, List.of(demanded), List.of(measured));
    long[] measures = new long[checks.measureCount()];
    for (Map<String, ?> values :
        List.of(
            Map.of("id", "a"),
            Map.of("id", "b", "amount", BigDecimal.ONE),
            Map.<String, Object>of())) {
      Rows.Encoded row = Rows.encode(LAYOUT, values);
      checks.check(row.bytes(), row.row(), measures);
    }
    assertThat(measures, equalTo(new long[] {1}));
  }

  @Test
  void judgesTheSameAfterTravelling() throws IOException, ClassNotFoundException {
    RecordChecks checks =
        RecordChecks.of(
            LAYOUT, List.of(rule(FieldPath.of("id"), new Check.Matches("^(a|b)+$"))), List.of());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(checks);
    }
    RecordChecks copy;
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      copy = (RecordChecks) in.readObject();
    }
    Rows.Encoded good = Rows.encode(LAYOUT, Map.of("id", "abba"));
    Rows.Encoded bad = Rows.encode(LAYOUT, Map.of("id", "abc"));
    assertThat(copy.check(good.bytes(), good.row(), new long[0]), is(nullValue()));
    assertThat(copy.check(bad.bytes(), bad.row(), new long[0]), is(notNullValue()));
  }

  @Test
  void rejectsATextTooLongForItsPatternInsteadOfFailing() {
    String text = "ab".repeat(200_000) + "c";
    assertThat(broken("id", new Check.Matches("^(a|b)*$"), text).isEmpty(), is(false));
  }

  @Test
  void acceptsALongTextThatItsPatternMatches() {
    String text = "ab".repeat(200_000);
    assertThat(broken("id", new Check.Matches("^(a|b)*$"), text), is(""));
    assertThat(broken("id", new Check.Matches("^(a|b)*$"), text + "é").isEmpty(), is(false));
  }

  @Test
  void judgesInSeveralThreadsAtOnce() {
    RecordChecks checks =
        RecordChecks.of(
            LAYOUT, List.of(rule(FieldPath.of("id"), new Check.Matches("^(a|b)+c?$"))), List.of());
    List<Boolean> wrong =
        IntStream.range(0, 20_000)
            .parallel()
            .mapToObj(
                i -> {
                  boolean good = i % 2 == 0;
                  String text = "ab".repeat(1 + i % 50) + (good ? "c" : "d");
                  Rows.Encoded row = Rows.encode(LAYOUT, Map.of("id", text));
                  return (checks.check(row.bytes(), row.row(), new long[0]) == null) != good;
                })
            .filter(each -> each)
            .toList();
    assertThat(wrong, is(List.of()));
  }

  @Test
  void refusesRulesThatDoNotFitTheLayout() {
    Assertions.assertThrows(
        IllegalArgumentException.class, () -> broken("count", new Check.Length(1, 2), 1));
    Assertions.assertThrows(
        IllegalArgumentException.class,
        () -> broken(FieldPath.of("nothing"), new Check.NotNull(), Map.of()));
    Assertions.assertThrows(
        IllegalArgumentException.class,
        () -> broken(FieldPath.of("id", "deeper"), new Check.NotNull(), Map.of()));
  }
}
