package org.beammedallion.quality.yaml;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class YamlReaderTest {

  private static String refusal(String yaml) {
    return assertThrows(ConfigurationException.class, () -> YamlReader.parse("x.yaml", yaml))
        .getMessage();
  }

  @Test
  void knowsWhereEverythingStands() {
    YamlNode node = YamlReader.parse("x.yaml", "a: 1\nb:\n  - c: text\n");
    assertThat(node.locationOf("b"), is(new Location("x.yaml", 2, 1)));
    assertThat(node.items("b").get(0).find("c").location(), is(new Location("x.yaml", 3, 8)));
    assertThat(node.locationOf("absent"), is(node.location()));
  }

  @Test
  void keepsNumbersExactly() {
    YamlNode node =
        YamlReader.parse(
            "x.yaml",
            "a: 0.10\nb: 12345678901234567890123\nc: 1e3\nd: 0x1F\ne: '5'\nf: .inf\ng: 1.0.0\n");
    assertThat(node.number("a"), is(new BigDecimal("0.10")));
    assertThat(node.number("b"), is(new BigDecimal("12345678901234567890123")));
    assertThat(node.number("c"), is(new BigDecimal("1e3")));
    assertThat(node.number("d"), is(new BigDecimal(31)));
    assertThat(node.number("e"), is(nullValue()));
    assertThat(node.number("f"), is(nullValue()));
    assertThat(node.text("g"), is("1.0.0"));
  }

  @Test
  void saysWhereTheSyntaxIsWrong() {
    assertThat(
        refusal("a: 1\nb: [1, 2\nc: 3\n"),
        startsWith("x.yaml:3:2: not valid YAML: a comma or the closing bracket"));
  }

  @Test
  void readsACharacterOfTwoSurrogatesAtEveryPosition() {
    for (int at = 0; at <= 5000; at++) {
      String before = "x".repeat(at);
      assertThat(
          YamlReader.parse("x.yaml", "#" + before + "\uD83D\uDE00\na: 1\n").text("a"), is("1"));
      assertThat(
          YamlReader.parse("x.yaml", "a: " + before + "\uD83D\uDE00").text("a"),
          is(before + "\uD83D\uDE00"));
    }
  }

  @Test
  void refusesHalfACharacterAtEveryPosition() {
    for (int at = 0; at <= 5000; at++) {
      assertThat(refusal("a: " + "x".repeat(at) + "\uD83D"), startsWith("x.yaml:1:"));
      assertThat(refusal("a: " + "x".repeat(at) + "\uD83D\n"), startsWith("x.yaml:1:"));
    }
  }

  @Test
  void refusesAKeyThatIsThereTwice() {
    assertThat(
        refusal("a: 1\nb: 2\na: 3\n"),
        is("x.yaml:3:1: key 'a' is there twice; remove one of them."));
  }

  @Test
  void refusesASecondDocumentAndAnEmptyOne() {
    assertThat(refusal("a: 1\n---\nb: 2\n"), containsString("a second YAML document"));
    assertThat(refusal("# nothing\n"), is("x.yaml:1:1: the file is empty."));
  }

  @Test
  void survivesAnAliasBomb() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x]\n");
    for (int i = 1; i < 12; i++) {
      bomb.append(
          "a%d: &a%d [*a%d, *a%d, *a%d, *a%d]\n".formatted(i, i, i - 1, i - 1, i - 1, i - 1));
    }
    assertThat(refusal(bomb.toString()), containsString("x.yaml:"));
  }

  @Test
  void survivesADocumentThatHoldsItself() {
    assertThat(refusal("a: &a\n  b: *a\n"), containsString("x.yaml:"));
  }

  @Test
  void survivesDeepNesting() {
    assertThat(refusal("[".repeat(100_000)), containsString("nested deeper than 100"));
  }

  @Test
  void expandsAliases() {
    YamlNode node = YamlReader.parse("x.yaml", "a: &a {b: 1}\nc: *a\n");
    assertThat(node.find("c").number("b"), is(BigDecimal.ONE));
  }

  @Test
  void saysWhatIsWrongWithTheFile(@TempDir Path folder) throws IOException {
    Path absent = folder.resolve("absent.yaml");
    assertThat(
        assertThrows(ConfigurationException.class, () -> YamlReader.read(Document.of(absent)))
            .getMessage(),
        is("absent.yaml:1:1: there is no file '" + absent + "'; check the path."));
    assertThat(
        assertThrows(ConfigurationException.class, () -> YamlReader.read(Document.of(folder)))
            .getMessage(),
        containsString("is a folder"));
    Path latin = folder.resolve("latin.yaml");
    Files.write(latin, "a: \u00e9".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(
        assertThrows(ConfigurationException.class, () -> YamlReader.read(Document.of(latin)))
            .getMessage(),
        containsString("UTF-8"));
    Path marked = Files.writeString(folder.resolve("bom.yaml"), "\uFEFFa: 1\n");
    assertThat(YamlReader.read(Document.of(marked)).text("a"), is("1"));
  }

  @Test
  void givesPlainData() {
    YamlNode node = YamlReader.parse("x.yaml", "a: [1, yes, true, null, {b: c}]\n");
    assertThat(node.plainMap().toString(), is("{a=[1, yes, true, null, {b=c}]}"));
  }

  @Test
  void findsTheNearestWord() {
    assertThat(
        DidYouMean.ending("requred", java.util.List.of("unique", "required")),
        is("; did you mean 'required'?"));
    assertThat(
        DidYouMean.ending("REQUIRED", java.util.List.of("required")),
        is("; did you mean 'required'?"));
    assertThat(DidYouMean.ending("zzz", java.util.List.of("required")), is("."));
    assertThat(
        DidYouMean.ending("mertic", java.util.List.of("method", "metric")),
        is("; did you mean 'metric'?"));
  }

  @Property(tries = 2000)
  void readsAnyTextOrSaysWhatIsWrongWithIt(@ForAll String text) {
    try {
      YamlReader.parse("x.yaml", text);
    } catch (ConfigurationException e) {
      assertThat(e.problems().isEmpty(), is(false));
    }
  }

  @Test
  void collectsProblemsInTheOrderOfTheFile() {
    Problems problems = new Problems();
    problems.add(new Location("x.yaml", 3, 1), "later");
    problems.add(new Location("x.yaml", 1, 2), "earlier");
    problems.add(new Location("x.yaml", 1, 2), "earlier");
    assertThat(
        problems.list().stream().map(Problem::message).toList(), contains("earlier", "later"));
  }
}
