package org.beammedallion.transforms.check;

import static org.beammedallion.transforms.check.OrderRules.bound;
import static org.beammedallion.transforms.check.OrderRules.broken;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.math.BigDecimal;
import org.beammedallion.quality.rule.Check;
import org.beammedallion.quality.rule.Check.Comparison;
import org.junit.jupiter.api.Test;

/** Limits and multiples, compared with values of each type. */
class ComparisonChecksTest {

  @Test
  void comparesTimesFarFrom1970() {
    // 9999 is what contracts say for "no end"; it is more than 292 years away.
    Check before = bound(Comparison.AT_MOST, "9999-12-31T23:59:59.999999Z");
    assertThat(broken("at", before, 253402300799999999L), is(""));
    assertThat(broken("at", before, 253402300800000000L).isEmpty(), is(false));
    Check after = bound(Comparison.AT_LEAST, "0001-01-01T00:00:00Z");
    assertThat(broken("at", after, -62135596800000000L), is(""));
    assertThat(broken("at", after, -62135596800000001L).isEmpty(), is(false));
    assertThat(broken("at", bound(Comparison.AT_MOST, "+999999999-12-31"), 0L), is(""));
  }

  @Test
  void comparesDecimalsExactlyAtTheirScale() {
    assertThat(
        broken("amount", bound(Comparison.AT_LEAST, "0.005"), new BigDecimal("0.01")), is(""));
    assertThat(
        broken("amount", bound(Comparison.AT_LEAST, "0.015"), new BigDecimal("0.01")).isEmpty(),
        is(false));
    assertThat(
        broken("amount", bound(Comparison.LESS_THAN, "0.01"), new BigDecimal("0.01")).isEmpty(),
        is(false));
    assertThat(
        broken("amount", bound(Comparison.LESS_THAN, "0.011"), new BigDecimal("0.01")), is(""));
    assertThat(
        broken("amount", bound(Comparison.AT_MOST, "1e40"), new BigDecimal("9999999999.99")),
        is(""));
    assertThat(
        broken("amount", bound(Comparison.AT_LEAST, "1e40"), new BigDecimal("9.99")).isEmpty(),
        is(false));
    BigDecimal huge = new BigDecimal("123456789012345678901234567.891");
    assertThat(
        broken("huge", bound(Comparison.AT_MOST, "123456789012345678901234567.891"), huge), is(""));
    assertThat(
        broken("huge", bound(Comparison.LESS_THAN, "123456789012345678901234567.891"), huge)
            .isEmpty(),
        is(false));
  }

  @Test
  void comparesFloatingPointNumbersWithTheNumberThatTheLimitReadsAs() {
    assertThat(broken("ratio", bound(Comparison.AT_LEAST, "0.1"), 0.1), is(""));
    assertThat(broken("ratio", bound(Comparison.GREATER_THAN, "0.1"), 0.1).isEmpty(), is(false));
    assertThat(broken("single", bound(Comparison.AT_MOST, "0.1"), 0.1f), is(""));
  }

  @Test
  void comparesDatesAndTimestamps() {
    int day = (int) java.time.LocalDate.parse("2026-11-01").toEpochDay();
    assertThat(
        broken("day", bound(Comparison.GREATER_THAN, "2026-11-01"), day),
        is("day is 2026-11-01, but must be greater than 2026-11-01."));
    assertThat(broken("day", bound(Comparison.GREATER_THAN, "2026-10-31"), day), is(""));
    long at = java.time.Instant.parse("2026-11-01T08:00:00Z").toEpochMilli() * 1000;
    assertThat(broken("at", bound(Comparison.AT_MOST, "2026-11-01T10:00:00+02:00"), at), is(""));
    assertThat(
        broken("at", bound(Comparison.LESS_THAN, "2026-11-01 08:00:00"), at).isEmpty(), is(false));
  }

  @Test
  void judgesMultiplesExactly() {
    assertThat(
        broken("amount", new Check.MultipleOf(new BigDecimal("0.05")), new BigDecimal("0.35")),
        is(""));
    assertThat(
        broken("amount", new Check.MultipleOf(new BigDecimal("0.05")), new BigDecimal("0.36"))
            .isEmpty(),
        is(false));
    assertThat(
        broken("amount", new Check.MultipleOf(new BigDecimal("0.005")), new BigDecimal("0.36")),
        is(""));
    assertThat(
        broken("amount", new Check.MultipleOf(new BigDecimal("0.003")), new BigDecimal("0.04"))
            .isEmpty(),
        is(false));
    assertThat(
        broken("amount", new Check.MultipleOf(new BigDecimal("0.003")), new BigDecimal("-0.03")),
        is(""));
    assertThat(broken("count", new Check.MultipleOf(new BigDecimal("5")), -10), is(""));
    assertThat(
        broken("count", new Check.MultipleOf(new BigDecimal("1e30")), 7).isEmpty(), is(false));
    assertThat(broken("count", new Check.MultipleOf(new BigDecimal("1e30")), 0), is(""));
    assertThat(broken("ratio", new Check.MultipleOf(new BigDecimal("0.1")), 0.3), is(""));
    assertThat(
        broken("huge", new Check.MultipleOf(new BigDecimal("2")), new BigDecimal("4.000")), is(""));
    assertThat(
        broken("huge", new Check.MultipleOf(new BigDecimal("2")), new BigDecimal("5.000"))
            .isEmpty(),
        is(false));
  }
}
