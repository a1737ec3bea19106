package org.beammedallion.transforms.sql;

import java.util.List;
import java.util.Map;
import org.beammedallion.quality.yaml.DidYouMean;

/** What to say of functions that gold does not have. */
final class Unavailable {

  private static final Map<String, String> INSTEAD =
      Map.ofEntries(
          Map.entry("CONCAT", "engines differ in what it makes of NULL; write a || b"),
          Map.entry("SIMILAR TO", "write LIKE"),
          Map.entry("TRY_CAST", "write CAST, and CASE guards against values that do not fit"),
          Map.entry("SAFE_CAST", "write CAST, and CASE guards against values that do not fit"),
          Map.entry("IFNULL", "write COALESCE(a, b)"),
          Map.entry("NVL", "write COALESCE(a, b)"),
          Map.entry("IF", "write CASE WHEN … THEN … ELSE … END"),
          Map.entry("IIF", "write CASE WHEN … THEN … ELSE … END"),
          Map.entry("DECODE", "write CASE"),
          Map.entry("GREATEST", "engines differ in what it makes of NULL; write CASE"),
          Map.entry("LEAST", "engines differ in what it makes of NULL; write CASE"),
          Map.entry("SIGN", "write CASE WHEN x > 0 THEN 1 WHEN x < 0 THEN -1 ELSE 0 END"),
          Map.entry("INSTR", "write POSITION(part IN text)"),
          Map.entry("STRPOS", "write POSITION(part IN text)"),
          Map.entry("LOCATE", "write POSITION(part IN text)"),
          Map.entry("CHARINDEX", "write POSITION(part IN text)"),
          Map.entry("LEN", "write CHAR_LENGTH(text)"),
          Map.entry("LOG", "engines differ in its base; write LN or LOG10"),
          Map.entry("TRUNC", "write TRUNCATE(number, digits) or DATE_TRUNC('unit', time)"),
          Map.entry("DATEDIFF", "write TIMESTAMPDIFF(DAY, from, to)"),
          Map.entry("DATE_DIFF", "write TIMESTAMPDIFF(DAY, from, to)"),
          Map.entry("DATEADD", "write time + INTERVAL '1' DAY or TIMESTAMPADD(DAY, n, time)"),
          Map.entry("DATE_ADD", "write time + INTERVAL '1' DAY or TIMESTAMPADD(DAY, n, time)"),
          Map.entry("DATE", "write CAST(… AS DATE)"),
          Map.entry("TIMESTAMP", "write CAST(… AS TIMESTAMP)"),
          Map.entry("TO_DATE", "write CAST(… AS DATE)"),
          Map.entry("TO_TIMESTAMP", "write CAST(… AS TIMESTAMP)"));

  /** Names of the functions and aggregates that are there, as docs/gold.md lists them. */
  private static final List<String> AVAILABLE =
      List.of(
          "COUNT",
          "SUM",
          "MIN",
          "MAX",
          "AVG",
          "VAR_POP",
          "VAR_SAMP",
          "VARIANCE",
          "STDDEV_POP",
          "STDDEV_SAMP",
          "STDDEV",
          "COALESCE",
          "NULLIF",
          "CAST",
          "MOD",
          "ABS",
          "ROUND",
          "TRUNCATE",
          "FLOOR",
          "CEIL",
          "SQRT",
          "POWER",
          "EXP",
          "LN",
          "LOG10",
          "CHAR_LENGTH",
          "CHARACTER_LENGTH",
          "LENGTH",
          "OCTET_LENGTH",
          "SUBSTRING",
          "SUBSTR",
          "LEFT",
          "RIGHT",
          "POSITION",
          "OVERLAY",
          "REPLACE",
          "REVERSE",
          "TRIM",
          "LTRIM",
          "RTRIM",
          "UPPER",
          "LOWER",
          "EXTRACT",
          "YEAR",
          "QUARTER",
          "MONTH",
          "WEEK",
          "DAYOFMONTH",
          "DAYOFWEEK",
          "DAYOFYEAR",
          "HOUR",
          "MINUTE",
          "SECOND",
          "DATE_TRUNC",
          "TIMESTAMPADD",
          "TIMESTAMPDIFF");

  private Unavailable() {}

  static String reason(String function) {
    String instead = INSTEAD.get(function);
    String missing = function + " is not available in gold";
    if (instead != null) {
      return missing + ": " + instead + ".";
    }
    return DidYouMean.nearest(function, AVAILABLE) == null
        ? missing + "; docs/gold.md lists the functions and aggregates that are."
        : missing + DidYouMean.ending(function, AVAILABLE);
  }
}
