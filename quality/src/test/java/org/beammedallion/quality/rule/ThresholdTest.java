package org.beammedallion.quality.rule;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.beammedallion.quality.rule.Expectation.Unit;
import org.beammedallion.quality.rule.Threshold.Operator;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThresholdTest {

  @ParameterizedTest
  @CsvSource({
    "MUST_BE,5,5,true",
    "MUST_BE,5,5.00,true",
    "MUST_BE,5,4,false",
    "MUST_NOT_BE,5,5,false",
    "MUST_NOT_BE,5,6,true",
    "MUST_BE_GREATER_THAN,5,5,false",
    "MUST_BE_GREATER_THAN,5,5.1,true",
    "MUST_BE_GREATER_OR_EQUAL_TO,5,5,true",
    "MUST_BE_LESS_THAN,5,5,false",
    "MUST_BE_LESS_THAN,5,4.9,true",
    "MUST_BE_LESS_OR_EQUAL_TO,5,5,true",
  })
  void compares(Operator operator, BigDecimal operand, BigDecimal value, boolean accepted) {
    assertThat(new Threshold(operator, List.of(operand)).accepts(value), is(accepted));
  }

  @Test
  void includesBothEndsOfARange() {
    Threshold between = Threshold.of(Operator.MUST_BE_BETWEEN, 2, 4);
    Threshold outside = Threshold.of(Operator.MUST_NOT_BE_BETWEEN, 2, 4);
    for (int value = 1; value <= 5; value++) {
      boolean inside = value >= 2 && value <= 4;
      assertThat(between.accepts(BigDecimal.valueOf(value)), is(inside));
      assertThat(outside.accepts(BigDecimal.valueOf(value)), is(!inside));
    }
    assertThrows(IllegalArgumentException.class, () -> Threshold.of(Operator.MUST_BE_BETWEEN, 2));
  }

  @Test
  void judgesPercentOfTheAcceptedRows() {
    RecordRule rule =
        new RecordRule(
            "r", FieldPath.of("a"), Dimension.VALIDITY, Severity.ERROR, new Check.NotNull(), null);
    Expectation expectation =
        new Expectation(
            "r",
            Dimension.VALIDITY,
            Severity.ERROR,
            new Measure.Violations(rule),
            Threshold.of(Operator.MUST_BE_LESS_THAN, 10),
            Unit.PERCENT,
            null);
    assertThat(
        expectation.judge(new Figures(1000, 1, Map.of("r", 99L), Map.of())).passed(), is(true));
    assertThat(
        expectation.judge(new Figures(1000, 1, Map.of("r", 100L), Map.of())).passed(), is(false));
    Verdict ofNothing = expectation.judge(new Figures(0, 0, Map.of("r", 0L), Map.of()));
    assertThat(ofNothing.measured(), is(BigDecimal.ZERO));
    assertThat(ofNothing.threshold(), is("less than 10 percent"));
  }

  @ParameterizedTest
  @CsvSource({
    "2020-01-01T00:00:00Z",
    "2020-01-01 00:00:00",
    "2020-01-01T02:00:00+02:00",
    "2020-01-01",
    "2020-01-01T00:00"
  })
  void readsPointsInTime(String text) {
    assertThat(
        Literals.units(FieldType.TIMESTAMP, text), is(BigDecimal.valueOf(1577836800000000L)));
  }

  @Test
  void readsLiteralsInTheFormatOfTheirField() {
    TimestampType sydney =
        new TimestampType("yyyy-MM-dd HH:mm:ssZ", java.time.ZoneId.of("Australia/Sydney"));
    BigDecimal expected = BigDecimal.valueOf(1577800800000000L);
    assertThat(Literals.units(sydney, "2020-01-01 00:00:00+1000"), is(expected));
    assertThat(Literals.units(sydney, "2020-01-01 00:00:00+10:00"), is(expected));
    assertThat(
        Literals.units(new FieldType.DateType("dd.MM.yyyy"), "02.01.1970"), is(BigDecimal.ONE));
    assertThat(
        Literals.units(new FieldType.TimeType("HH.mm"), "00.01"),
        is(BigDecimal.valueOf(60_000_000)));
    assertThat(Literals.units(FieldType.TIME, "00:00:01"), is(BigDecimal.valueOf(1_000_000)));
    assertThrows(
        IllegalArgumentException.class, () -> Literals.units(FieldType.DATE, "2023-02-30"));
    assertThrows(IllegalArgumentException.class, () -> Literals.units(FieldType.TIME, "25:00"));
    assertThrows(IllegalArgumentException.class, () -> Literals.units(FieldType.STRING, "a"));
  }
}
