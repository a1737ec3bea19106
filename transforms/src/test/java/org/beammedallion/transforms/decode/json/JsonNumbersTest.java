package org.beammedallion.transforms.decode.json;

import static org.beammedallion.quality.deadletter.Reason.TYPE_MISMATCH;
import static org.beammedallion.transforms.decode.json.JsonRecords.reject;
import static org.beammedallion.transforms.decode.json.JsonRecords.value;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import java.math.BigDecimal;
import java.util.List;
import org.beammedallion.quality.schema.FieldType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers of JSON, exact to the last digit, or rejected. */
class JsonNumbersTest {

  @ParameterizedTest
  @CsvSource({
    "12.50,12.50",
    "0,0.00",
    "-0.0,0.00",
    "1e3,1000.00",
    "1.5E-1,0.15",
    "123.4500000000000000000000000,123.45",
    "9999999999.99,9999999999.99",
    "-9999999999.99,-9999999999.99",
    "0e999999999,0.00",
    "0.00e-999999999999,0.00",
    "100000000000000000000000e-20,1000.00",
    "0.1,0.10",
    "12300e-2,123.00",
    "0.000,0.00"
  })
  void keepsDecimalsExact(String json, BigDecimal expected) {
    assertThat(value(FieldType.decimal(12, 2), json), is(expected));
  }

  @ParameterizedTest
  @CsvSource({
    "12345678901234567890123456789012345678,12345678901234567890123456789012345678.0",
    "-0.1,-0.1",
    "1e36,1e36",
    "99999999999999999999.9,99999999999999999999.9",
    "0,0",
    "-1,-1",
    "127.0,127",
    "128,128"
  })
  void keepsLargeDecimalsExact(String json, String expected) {
    FieldType type = FieldType.decimal(38, json.length() == 38 ? 0 : 1);
    BigDecimal value = (BigDecimal) value(type, json);
    assertThat(value.compareTo(new BigDecimal(expected)), is(0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "12.345",
        "0.001",
        "1e-3",
        "10000000000",
        "1e10",
        "1e999999999",
        "1e-999999999",
        "-10000000000.00",
        "12345678901234567890.12",
        "0.123456789012345678901234567890",
        "1e99999999999999999999",
        "\"12.5\"",
        "true",
        "[1]",
        "{}"
      })
  void rejectsWhatADecimalCannotHold(String json) {
    assertThat(reject(FieldType.decimal(12, 2), json).reason(), is(TYPE_MISMATCH));
    assertThat(
        reject(
                FieldType.decimal(20, 2),
                json.equals("10000000000") || json.equals("1e10") || json.startsWith("-100000")
                    ? "1e18"
                    : json)
            .reason(),
        is(TYPE_MISMATCH));
  }

  @Test
  void judgesAMillionDigitsQuickly() {
    String digits = "1".repeat(1_000_000);

    assertThat(reject(FieldType.decimal(38, 2), digits).reason(), is(TYPE_MISMATCH));
    assertThat(reject(FieldType.LONG, digits).reason(), is(TYPE_MISMATCH));
    assertThat(reject(FieldType.DOUBLE, digits).reason(), is(TYPE_MISMATCH));
    assertThat(
        value(FieldType.decimal(38, 2), "1." + "0".repeat(1_000_000)), is(new BigDecimal("1.00")));
  }

  @ParameterizedTest
  @CsvSource({
    "9223372036854775807,9223372036854775807",
    "-9223372036854775808,-9223372036854775808",
    "1.0,1",
    "1e3,1000",
    "1.20e1,12",
    "-0,0",
    "1000000000000000000e-18,1",
    "10000000000000000000000e-20,100",
    "9.223372036854775807e18,9223372036854775807"
  })
  void readsWholeNumbers(String json, long expected) {
    assertThat(value(FieldType.LONG, json), is(expected));
  }

  @Test
  void rejectsIntegersOutOfRangeOrWithAFraction() {
    for (String json :
        List.of(
            "9223372036854775808",
            "-9223372036854775809",
            "18446744073709551616",
            "1e19",
            "1e400",
            "9999999999999999999")) {
      assertThat(
          reject(FieldType.LONG, json).detail(),
          containsString("beyond the range of an integer of 64 bits"));
    }
    for (String json : List.of("2147483648", "-2147483649", "1e10")) {
      assertThat(
          reject(FieldType.INT, json).detail(),
          containsString("beyond the range of an integer of 32 bits"));
    }
    for (String json :
        List.of("1.5", "1e-1", "0.00000000000000000000000000001", "12345678901234567890.5")) {
      assertThat(reject(FieldType.LONG, json).detail(), containsString("is not a whole number"));
    }
    assertThat(value(FieldType.INT, "-2147483648"), is(Integer.MIN_VALUE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.1",
        "1",
        "-0.0",
        "1e22",
        "1e23",
        "1e-22",
        "123456789012345678",
        "9007199254740993",
        "4.9e-324",
        "1e-400",
        "1.7976931348623157e308",
        "0.30000000000000004",
        "3.141592653589793238462643383279",
        "2.2250738585072012e-308",
        "16777217",
        "1.00000017881393421514957253748434595763683319091796875001"
      })
  void roundsFloatingPointCorrectly(String json) {
    assertThat(value(FieldType.DOUBLE, json), is(Double.parseDouble(json)));
    float nearest = Float.parseFloat(json);
    if (!Float.isInfinite(nearest)) {
      assertThat(value(FieldType.FLOAT, json), is(nearest));
    }
  }

  @Test
  void rejectsFloatingPointThatOverflows() {
    assertThat(reject(FieldType.DOUBLE, "1e309").reason(), is(TYPE_MISMATCH));
    assertThat(reject(FieldType.DOUBLE, "-1e999999999999").reason(), is(TYPE_MISMATCH));
    assertThat(reject(FieldType.FLOAT, "1e39").reason(), is(TYPE_MISMATCH));
    assertThat(reject(FieldType.DOUBLE, "\"NaN\"").reason(), is(TYPE_MISMATCH));
  }
}
