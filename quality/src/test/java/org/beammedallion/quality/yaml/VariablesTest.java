package org.beammedallion.quality.yaml;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VariablesTest {

  private final Variables variables =
      new Variables(Map.of("YEAR", "2026", "EMPTY", "", "ODD", "a$1\\b")::get);

  private static YamlNode yaml(String text) {
    return YamlReader.parse("test.yaml", text);
  }

  @ParameterizedTest
  @CsvSource({
    "data/${YEAR}/*.csv,data/2026/*.csv",
    "${YEAR}${YEAR},20262026",
    "${MONTH:-11},11",
    "${YEAR:-2025},2026",
    "${EMPTY:-x},x",
    "a${EMPTY}b,ab",
    "${MONTH:-},''",
    "$${YEAR},${YEAR}",
    "${ODD},a$1\\b",
    "$YEAR,$YEAR",
    "${env:YEAR},${env:YEAR}",
    "${YEAR,${YEAR"
  })
  void standForTheirValues(String text, String expected) {
    Problems problems = new Problems();
    YamlNode node = yaml("a: ''");
    assertThat(variables.in(text, node.location(), problems), is(expected));
    assertThat(problems.list(), is(empty()));
  }

  @Test
  void areResolvedInEveryTextOfAFile() {
    Problems problems = new Problems();
    YamlNode node =
        variables.in(yaml("a: [x, '${YEAR}']\nb: {c: \"${YEAR}-01\", d: 1}\n${YEAR}: z"), problems);
    assertThat(node.texts("a").toString(), is("[x, 2026]"));
    assertThat(node.find("b").text("c"), is("2026-01"));
    assertThat(node.text("${YEAR}"), is("z"));
    assertThat(problems.list(), is(empty()));
  }

  @Test
  void whatIsNotSetIsReportedAtItsPlace() {
    Problems problems = new Problems();
    variables.in(yaml("a: x\nb: data/${MONTH}"), problems);
    assertThat(problems.list(), hasSize(1));
    assertThat(problems.list().get(0).location().toString(), is("test.yaml:2:4"));
    assertThat(
        problems.list().get(0).message(),
        is(
            "the environment has no variable MONTH: set it, or write ${MONTH:-value} with the value that it has"
                + " otherwise; $${MONTH} stands for the text itself."));
  }

  @Test
  void aTildeIsTheHomeFolder() {
    String home = System.getProperty("user.home");
    assertThat(Variables.home("~/lake"), is(home + "/lake"));
    assertThat(Variables.home("~"), is(home));
    assertThat(Variables.home("~x/lake"), is("~x/lake"));
    assertThat(Variables.home("/a/~/b"), is("/a/~/b"));
  }
}
