package org.beammedallion.transforms.sql;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlFunction;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlOperator;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.fun.SqlLibrary;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.fun.SqlLibraryOperatorTableFactory;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is not in the dialect is refused before anything runs. */
class ClosedDialectTest {

  private static final Pattern NAME = Pattern.compile("[A-Z][A-Z0-9_]*");

  private static final List<String> OPERANDS =
      List.of(
          "s",
          "l",
          "d",
          "f",
          "b",
          "due",
          "t",
          "s, s",
          "l, l",
          "d, l",
          "f, f",
          "s, l",
          "'day', t",
          "s, s, s",
          "s, l, l",
          "b, l, l",
          "t, t");

  private static Lowered lower(String expression) {
    return new ExpressionLowering(
            name -> Lowered.of("`" + name + "`", SampleRows.SCHEMA.field(name.getSimple()).type()))
        .lower(ExpressionsAgainstSparkTest.parse(expression));
  }

  private static boolean isAllowed(String expression) {
    try {
      lower(expression);
      return true;
    } catch (InvalidQueryException refused) {
      return false;
    }
  }

  @Test
  void ofAllFunctionsThatCalciteKnowsOnlyTheDocumentedAreAllowed() {
    Set<String> allowed = new TreeSet<>();
    List<SqlOperator> operators =
        Stream.concat(
                SqlStdOperatorTable.instance().getOperatorList().stream(),
                SqlLibraryOperatorTableFactory.INSTANCE
                    .getOperatorTable(List.of(SqlLibrary.values()))
                    .getOperatorList()
                    .stream())
            .toList();
    for (SqlOperator operator : operators) {
      String name = operator.getName();
      if (operator instanceof SqlFunction && NAME.matcher(name).matches()) {
        for (String operands : OPERANDS) {
          if (isAllowed(name + "(" + operands + ")")) {
            allowed.add(name);
          }
        }
      }
    }
    assertThat(
        allowed,
        is(
            new TreeSet<>(
                Set.of(
                    "ABS",
                    "AVG",
                    "CEIL",
                    "CHARACTER_LENGTH",
                    "CHAR_LENGTH",
                    "COALESCE",
                    "COUNT",
                    "DATE_TRUNC",
                    "DAYOFMONTH",
                    "DAYOFWEEK",
                    "DAYOFYEAR",
                    "EXP",
                    "FLOOR",
                    "HOUR",
                    "LEFT",
                    "LENGTH",
                    "LN",
                    "LOG10",
                    "LOWER",
                    "LTRIM",
                    "MAX",
                    "MIN",
                    "MINUTE",
                    "MOD",
                    "MONTH",
                    "NULLIF",
                    "OCTET_LENGTH",
                    "POWER",
                    "QUARTER",
                    "REPLACE",
                    "REVERSE",
                    "RIGHT",
                    "ROUND",
                    "RTRIM",
                    "SECOND",
                    "SQRT",
                    "STDDEV",
                    "STDDEV_POP",
                    "STDDEV_SAMP",
                    "SUBSTR",
                    "SUBSTRING",
                    "SUM",
                    "TRIM",
                    "TRUNCATE",
                    "UPPER",
                    "VARIANCE",
                    "VAR_POP",
                    "VAR_SAMP",
                    "WEEK",
                    "YEAR"))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY l) | WITHIN GROUP is not available",
        "ANY_VALUE(s) | ANY_VALUE is not available",
        "LISTAGG(s) | LISTAGG is not available",
        "CONCAT(s, s) | write a || b",
        "GREATEST(l, l) | write CASE",
        "DATEDIFF(due, due) | TIMESTAMPDIFF(DAY, from, to)",
        "TRY_CAST(s AS BIGINT) | CASE guards",
        "CAST(s AS VARCHAR(3)) | write LEFT(",
        "CAST(s AS CHAR) | CAST to VARCHAR",
        "CAST(l AS DECIMAL) | CAST to DECIMAL(p, s)",
        "CAST(l AS REAL) | CAST to DOUBLE",
        "CAST(l AS TIMESTAMP) | does not cast a whole number to TIMESTAMP",
        "CAST(b AS DATE) | does not cast a boolean to DATE",
        "s + 1 | CAST it to one",
        "t - t | TIMESTAMPDIFF",
        "due + 1 | INTERVAL",
        "due + INTERVAL '1' HOUR | CAST it to TIMESTAMP",
        "CHAR_LENGTH(l) | Text is needed here",
        "s = 1 | do not go together",
        "s > t | do not go together",
        "t > 'yesterday' | 'yesterday' is not a timestamp",
        "b < TRUE | Booleans have no order",
        "CASE WHEN l THEN 1 END | A condition is true or false",
        "CASE WHEN b THEN 1 ELSE 'x' END | do not go together",
        "FLOOR(t TO WEEK) | DATE_TRUNC('week', …)",
        "EXTRACT(EPOCH FROM t) | EXTRACT takes one of",
        "EXTRACT(DECADE FROM t) | EXTRACT takes one of",
        "ROUND(d, l) | must be written as a number",
        "TIMESTAMP '2024-01-01 00:00:00.1234567' | finer than a microsecond",
        "SUM(s) | SUM needs numbers",
        "STDDEV_SAMP(t) | STDDEV_SAMP needs numbers",
        "COUNT(s, l) | takes one expression",
        "l BETWEEN SYMMETRIC 1 AND 2 | BETWEEN SYMMETRIC",
        "s SIMILAR TO 'a' | SIMILAR TO is not available",
        "ARRAY[l] | not available",
        "(l, l) = (1, 2) | not available",
        "{fn UCASE(s)} | not available",
        "12345678901234567890123456789012345678901 | at most 38 digits",
        "1E309 | greater than any DOUBLE",
        "ROUND(d, 4294967296) | of at most 38",
        "ROUND(d, 1.5) | must be written as a number",
        "s LIKE 'a%' ESCAPE 'ab' | takes one character",
        "s LIKE 'a%' ESCAPE g | takes one character",
        "s LIKE 'a!b' ESCAPE '!' | has its escape before no wildcard",
        "s ILIKE 'aX%' ESCAPE 'X' | ignores the case",
        "CAST('abc' AS BIGINT) | is not a whole number",
        "CAST('1.5' AS INTEGER) | is not a whole number",
        "CAST(300 AS TINYINT) | does not fit a whole number of 8 bits",
        "CAST('40000' AS SMALLINT) | does not fit a whole number of 16 bits",
        "CAST(123.45 AS DECIMAL(4, 2)) | does not fit DECIMAL(4, 2)",
        "CAST('2024-02-30' AS DATE) | is not a date",
        "CAST('maybe' AS BOOLEAN) | is not true or false",
        "CAST('\u20037' AS BIGINT) | is not a whole number",
      })
  void refusesAndSaysWhatToWrite(String expression, String reason) {
    InvalidQueryException refused =
        assertThrows(InvalidQueryException.class, () -> lower(expression));
    assertThat(refused.getMessage(), containsString(reason));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "_UTF8'ä😀' | CAST('ä😀' AS VARCHAR)",
        "U&'\\00e4' | CAST('ä' AS VARCHAR)",
        "'it''s' | CAST('it''s' AS VARCHAR)",
      },
      quoteCharacter = '\u0001')
  void readsTextLiteralsOfEveryForm(String literal, String sql) {
    assertThat(lower(literal).sql(), is(sql));
  }
}
