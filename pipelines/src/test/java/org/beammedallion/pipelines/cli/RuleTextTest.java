package org.beammedallion.pipelines.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.math.BigDecimal;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.BigRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Scale;
import org.beammedallion.quality.ledger.Ledger.VerdictEntry;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A rule in words never looks as if it held where it failed. */
class RuleTextTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "orders.duplicateValues | 99.10714285714286 | less than 1 percent | FAILED | Rule failed: duplicates 99.1 % (limit 1 %)",
        "orders.duplicateValues | 5.511811023622047 | less than 10 percent | PASSED | Rule holds: duplicates 5.5 % (limit 10 %)",
        "orders.duplicateValues | 1.004 | at most 1 percent | FAILED | Rule failed: duplicates 1.004 % (limit 1 %)",
        "orders.duplicateValues | 1.04 | at most 1 percent | FAILED | Rule failed: duplicates 1.04 % (limit 1 %)",
        "orders.duplicateValues | 0.9999 | less than 1 percent | PASSED | Rule holds: duplicates 0.9999 % (limit 1 %)",
        "orders.duplicateValues | 1 | less than 1 percent | FAILED | Rule failed: duplicates 1 % (must be less than 1 %)",
        "orders.duplicateValues | 0.00012 | less than 1 percent | PASSED | Rule holds: duplicates 0.0001 % (limit 1 %)",
        "orders.rowCount | 1800 | greater than 0 rows | PASSED | Rule holds: rows 1,800 (must be more than 0)",
        "orders.rowCount.2 | 5 | between 10 and 20 rows | FAILED | Rule failed: rows 5 (must be 10 to 20)",
        "orders.address.zip.nullValues | 3 | at most 2 rows | FAILED | Rule failed: nulls of address.zip 3 rows (limit 2 rows)",
        "people.email.unique | 2 | exactly 0 rows | FAILED | Rule failed: duplicates of email 2 rows (must be exactly 0 rows)",
        "oneName | 2 | less than 3 rows | PASSED | Rule holds: oneName 2 rows (limit 3 rows)",
        "a.b.invalidValues | not measured | less than 0.5 percent | NOT_MEASURED | Rule not measured: invalid values of b (limit 0.5 %)",
        "odd | 7 | of a later version | FAILED | Rule failed: odd 7 (must be of a later version)"
      })
  void saysWhatWasMeasuredAndWhatIsAllowed(
      String rule, String measured, String threshold, String outcome, String words) {
    assertThat(
        RuleText.of(new VerdictEntry(rule, "UNIQUENESS", measured, threshold, outcome)), is(words));
  }

  @Property
  void aRoundedFigureStandsToItsLimitAsTheFigureDoes(
      @ForAll @BigRange(min = "0", max = "100") @Scale(12) BigDecimal value,
      @ForAll @BigRange(min = "0", max = "100") @Scale(2) BigDecimal limit) {
    for (BigDecimal near : List.of(value, limit.add(value.movePointLeft(6)), limit)) {
      BigDecimal shown = new BigDecimal(Percent.figure(near, List.of(limit)));
      assertThat(shown.compareTo(limit), is(near.compareTo(limit)));
      assertThat(shown.signum(), is(near.signum()));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 10, 0 %",
    "0, 0, 0 %",
    "14, 1972, 0.7 %",
    "1, 1000000, < 0.1 %",
    "999999, 1000000, > 99.9 %",
    "10, 10, 100 %",
    "1, 2, 50.0 %"
  })
  void aShareIsNeitherNoneNorAllWhereItIsNot(long part, long whole, String words) {
    assertThat(Percent.ofWhole(part, whole), is(words));
  }

  @Property
  void allSharesHaveOneDecimalPlace(
      @ForAll @LongRange(min = 1, max = 1_000_000_000) long whole,
      @ForAll @LongRange(min = 0, max = 1_000_000_000) long part) {
    String words = Percent.ofWhole(Math.min(part, whole), whole);
    assertThat(words, words.matches("([<>] )?(\\d\\d?\\.\\d|0|100) %"), is(true));
  }
}
