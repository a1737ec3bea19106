package org.beammedallion.transforms.sql;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which word is at fault, and what is said of it, where SQL cannot be parsed. */
class SyntaxFaultTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT year, SUM(amount) AS s FROM orders GROUP BY year | 8 | year",
        "SELECT date FROM orders | 8 | date",
        "SELECT o.date FROM orders o | 10 | date",
        "SELECT count FROM orders | 8 | count",
        "SELECT amount AS count FROM orders | 18 | count",
        "SELECT amount AS value, a FROM orders | 18 | value",
        "SELECT a, close FROM orders | 11 | close",
        "SELECT SUM(close) AS c FROM orders | 12 | close",
        "SELECT SUM(amount) close FROM orders | 20 | close",
        "SELECT order FROM orders | 8 | order",
        "SELECT amount FROM order | 20 | order",
        "SELECT amount FROM orders WHERE order = 1 | 33 | order",
        "SELECT amount FROM orders GROUP BY order | 36 | order",
        "SELECT amount FROM orders WHERE timestamp > 1 | 33 | timestamp",
        "SELECT end, a FROM orders | 8 | end",
        "SELECT position, a FROM orders | 8 | position"
      })
  void pointsAtAReservedWordThatIsUsedAsAName(String sql, int column, String word) {
    assertFault(
        sql,
        column,
        String.format(
            "'%s' is a reserved word of SQL. To use it as a name, write it in backticks: `%s`.",
            word, word));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "SELECT a FROM orders GROUP BY a; | 32 | leave out the semicolon at the end.",
        "SELECT a FROM orders; SELECT b FROM orders | 21 | a gold table has one query. Leave out the semicolon and what follows it.",
        "SELECT a, FROM orders | 9 | leave out the comma before FROM.",
        "SELECT a FORM orders | 10 | 'FORM' is not expected here; did you mean FROM?",
        "SELECT a FROM orders WERE a = 1 | 22 | 'WERE' is not expected here; did you mean WHERE?",
        "SELECT a FROM orders GROP BY a | 22 | 'GROP' is not expected here; did you mean GROUP?",
        "SELECT a FROM orders GROUP a | 22 | write GROUP BY.",
        "SELCT a FROM orders | 1 | 'SELCT' is not expected here; did you mean SELECT?",
        "SELECT a FROM orders GROUP BY | 28 | the query ends too early: something is missing after 'BY'.",
        "SELECT a FROM orders WHERE a IN (1, 2 | 37 | the query ends too early: a closing parenthesis is missing.",
        "SELECT SUM(a FROM orders | 14 | a closing parenthesis is missing before 'FROM'.",
        "SELECT SUM(a)) FROM orders | 14 | this closing parenthesis has no opening one.",
        "SELECT a FROM orders WHERE s = \"x\" | 32 | double quotes are not used here. Write names in `backticks` and texts in 'single quotes'.",
        "SELECT a FROM orders WHERE s = 'x | 32 | the closing ' of this text or name is missing.",
        "SELECT a FROM orders WHERE s == 'x' | 30 | write = instead of ==.",
        "SELECT a FROM orders WHERE s != 'x' | 30 | write <> instead of !=.",
        "SELECT a FROM orders WHERE a # 1 | 30 | the character '#' means nothing in SQL.",
        "SELECT a b c FROM orders | 12 | 'c' is not expected here. Check the commas, parentheses and operators before it.",
        "SELECT CASE WHEN a = 1 THEN 2 FROM orders | 31 | 'FROM' is not expected here. Check what stands before and after it.",
        "SELECT a AS 'b' FROM orders | 13 | a name is needed after AS, not a text: leave out the quotes."
      })
  void saysWhatIsWrongAndHowToMendIt(String sql, int column, String message) {
    assertFault(sql, column, message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT CAST(a AS DATE) AS `date`, COUNT(*) AS `count` FROM `order` GROUP BY CAST(a AS DATE)",
        "SELECT a FROM orders -- don't;\n"
      })
  void acceptsWhatIsRight(String sql) {
    SqlDialect.parse(sql);
  }

  @Test
  void countsLinesAndPassesOverCommentsAndTexts() {
    InvalidQueryException fault =
        assertThrows(
            InvalidQueryException.class,
            () -> SqlDialect.parse("SELECT 'a\nb' AS s, -- \"it\nyear /* ;\n */ , a\nFROM o"));
    assertThat(fault.line(), is(3));
    assertThat(fault.column(), is(1));
  }

  @Test
  void namesAllReservedWordsAtOnce() {
    assertFault(
        "SELECT Running AS running, SUM(value) AS count, 'date' AS d, a -- year\n"
            + "FROM orders WHERE Running > 0 GROUP BY Running, position",
        8,
        "'Running' is a reserved word of SQL. To use it as a name, write it in backticks: `Running`. The query has"
            + " further such words: write `running`, `value`, `count`, `position`.");
  }

  @Test
  void namesNoWordThatIsNotAName() {
    assertFault(
        "SELECT date, SUM(amount) FROM orders GROP BY a",
        8,
        "'date' is a reserved word of SQL. To use it as a name, write it in backticks: `date`.");
  }

  private static void assertFault(String sql, int column, String message) {
    InvalidQueryException fault =
        assertThrows(InvalidQueryException.class, () -> SqlDialect.parse(sql));
    assertThat(fault.reason(), is(message));
    assertThat(fault.line(), is(1));
    assertThat(fault.column(), is(column));
  }
}
