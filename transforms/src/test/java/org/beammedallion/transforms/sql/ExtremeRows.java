package org.beammedallion.transforms.sql;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Rows of {@link SampleRows#SCHEMA} with the limits of every type. */
public final class ExtremeRows {

  private static final String[] TEXTS = {
    "👩‍👩‍👧x",
    "ﬃÅ",
    "ǅ",
    "\u0000a",
    "\uffff",
    "e\u0301e\u0301",
    "%_\\",
    " \t\n x \u00a0\u2003",
    "ΣΑΣ",
    "𝒜𝒷"
  };
  private static final String[] DIGITS = {
    "9223372036854775807",
    "-9223372036854775808",
    "00000000000000000000012",
    "\t42\n",
    "+0",
    "-0",
    "1",
    " 7",
    "8 ",
    "0"
  };
  private static final Integer[] INTS = {
    Integer.MAX_VALUE, Integer.MIN_VALUE, 0, 1, -1, 7, 10, -10, 1_000_000_007, 2
  };
  private static final Long[] LONGS = {
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    0L,
    9_007_199_254_740_993L,
    -1L,
    4_611_686_018_427_387_904L,
    1L,
    -9_007_199_254_740_993L,
    10L,
    3L
  };
  private static final String[] DECIMALS = {
    "9999999999.99",
    "-9999999999.99",
    "0.00",
    "0.01",
    "-0.01",
    "0.05",
    "-0.05",
    "5000000000.50",
    "1.00",
    "-2.50"
  };
  private static final String[] BIGS = {
    "99999999999999999999999999.9999",
    "-99999999999999999999999999.9999",
    "0.0000",
    "0.0001",
    "-0.0001",
    "0.5000",
    "-0.5000",
    "12345678901234567890.1234",
    "2.5000",
    "-2.5000"
  };
  private static final Double[] DOUBLES = {
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    -0.0,
    Double.MIN_VALUE,
    Double.MAX_VALUE,
    -Double.MAX_VALUE,
    9007199254740992.0,
    0.1 + 0.2,
    2.5
  };
  private static final Float[] FLOATS = {
    Float.NaN,
    Float.NEGATIVE_INFINITY,
    Float.POSITIVE_INFINITY,
    -0.0f,
    Float.MIN_VALUE,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    16777216f,
    0.3f,
    -2.5f
  };
  private static final String[] TIMES = {
    "0001-01-01T00:00:00.000001Z",
    "9999-12-31T23:59:59.999999Z",
    "1969-12-31T23:59:59.999999Z",
    "2262-04-11T23:47:16.854776Z",
    "1677-09-21T00:12:43.145224Z",
    "1582-10-14T12:00:00Z",
    "1883-11-18T17:00:00.1Z",
    "2024-02-29T23:59:59.999999Z",
    "2300-01-01T00:00:00Z",
    "1600-02-29T01:02:03.000004Z"
  };

  private ExtremeRows() {}

  public static List<Map<String, Object>> rows() {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int i = 0; i < TEXTS.length; i++) {
      Instant time = Instant.parse(TIMES[i]);
      Map<String, Object> row = new HashMap<>();
      row.put("id", (long) i);
      row.put("at", 1_700_000_000_000_000L + i);
      row.put("g", i % 3 == 0 ? "a" : "b");
      row.put("s", TEXTS[i]);
      row.put("digits", DIGITS[i]);
      row.put("i", INTS[i]);
      row.put("l", LONGS[i]);
      row.put("d", new BigDecimal(DECIMALS[i]));
      row.put("big", new BigDecimal(BIGS[i]));
      row.put("f", DOUBLES[i]);
      row.put("r", FLOATS[i]);
      row.put("b", i % 2 == 0);
      row.put("t", time.getEpochSecond() * 1_000_000 + time.getNano() / 1000);
      row.put("due", LocalDate.parse(TIMES[(i + 1) % TIMES.length].substring(0, 10)));
      rows.add(row);
    }
    // All of it NULL.
    rows.add(new HashMap<>(Map.of("id", 10L, "at", 1_700_000_000_000_010L)));
    return rows;
  }
}
