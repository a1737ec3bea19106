package org.beammedallion.quality.yaml;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A place in a text that YAML holds is a place in the file, however the text is written. */
class TextOriginTest {

  private static YamlNode node(String yaml) {
    return Objects.requireNonNull(YamlReader.parse("f.yaml", yaml).find("sql"));
  }

  /** The word FAULT stands once in the file and in the text. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "sql: SELECT FAULT FROM a",
        "a: 1\nsql:   SELECT a,\n         b,\n\n  FAULT FROM a\nb: 2\n",
        "sql: 'SELECT ''x'' || ''y'', FAULT FROM a'",
        "sql: 'SELECT ''x'',\n\n     FAULT FROM a'",
        "sql: \"SELECT \\\"x\\\", '\\u00e9\\x41\\\\', FAULT FROM a\"",
        "sql: \"SELECT\\ta,\\n\\\n    FAULT FROM a\"",
        "sql: |\n  SELECT a,\n    FAULT\n  FROM a\n",
        "sql: |\r\n  SELECT a,\r\n\r\n    FAULT\r\n  FROM a\r\n",
        "sql: |-  # a comment\n\n  SELECT a,\n    FAULT\n  FROM a",
        "x:\n  - sql: |2\n        SELECT a,\n      FAULT FROM a\n",
        "sql: >\n  SELECT a,\n  b,\n\n  FAULT\n  FROM a\n",
        "sql: >+\n  SELECT a,\n    b,\n  FAULT\n\n\n",
        "{a: 1, sql: SELECT FAULT FROM a}",
        "\uFEFFsql: |\n  SELECT '😀', FAULT FROM a\n"
      })
  void findsAWordInEveryStyle(String yaml) {
    String file = yaml.startsWith("\uFEFF") ? yaml.substring(1) : yaml;
    YamlNode root = YamlReader.parse("f.yaml", yaml);
    YamlNode sql = root.has("x") ? root.items("x").get(0).find("sql") : root.find("sql");
    String text = Objects.requireNonNull(sql).text();
    int inText = text.indexOf("FAULT");
    String[] before = text.substring(0, inText).split("\n", -1);
    String[] expected = file.substring(0, file.indexOf("FAULT")).split("\r?\n", -1);
    String last = expected[expected.length - 1];
    assertThat(
        sql.origin().find(before.length, before[before.length - 1].length() + 1),
        is(new Location("f.yaml", expected.length, last.codePointCount(0, last.length()) + 1)));
  }

  @Test
  void whiteSpaceAndTheEndLieBehindTheLastWord() {
    TextOrigin origin = node("sql: |\n  SELECT a\n  FROM b\n\n").origin();
    assertThat(origin.find(1, 7), is(new Location("f.yaml", 2, 9)));
    assertThat(origin.find(2, 7), is(new Location("f.yaml", 3, 9)));
    assertThat(origin.find(3, 1), is(new Location("f.yaml", 3, 9)));
  }

  @Test
  void tellsWhereTheTextStartsAndNothingOfPlacesOutsideIt() {
    TextOrigin origin = node("a: 1\nsql: |\n  SELECT a\n").origin();
    assertThat(origin.start(), is(new Location("f.yaml", 2, 6)));
    assertThat(origin.find(7, 1), is(nullValue()));
    assertThat(origin.find(1, 99), is(nullValue()));
    assertThat(TextOrigin.NONE.find(1, 1), is(nullValue()));
    assertThat(TextOrigin.NONE.isKnown(), is(false));
  }
}
