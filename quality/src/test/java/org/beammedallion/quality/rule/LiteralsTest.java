package org.beammedallion.quality.rule;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.math.BigDecimal;
import org.beammedallion.quality.schema.FieldType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LiteralsTest {

  /** Values of {@code date -d … +%s}. */
  @ParameterizedTest
  @CsvSource({
    "0001-01-01T00:00:00Z, -62135596800000000",
    "1600-01-01T00:00:00.000001Z, -11676095999999999",
    "1970-01-01T00:00:00Z, 0",
    "9999-12-31T23:59:59.999999Z, 253402300799999999"
  })
  void timestampsOfAnyYearAreMicroseconds(String text, String micros) {
    assertThat(Literals.units(FieldType.TIMESTAMP, text), is(new BigDecimal(micros)));
  }
}
