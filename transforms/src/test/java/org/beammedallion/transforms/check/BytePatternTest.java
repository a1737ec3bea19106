package org.beammedallion.transforms.check;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import java.nio.charset.StandardCharsets;
import java.util.regex.PatternSyntaxException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import org.beammedallion.quality.rule.EcmaPattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BytePatternTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "^o-[0-9]{6}$",
        "ACC[0-9]{8}",
        "^[A-Z]{2}$",
        "^\\d{3}-\\d{4}$",
        "[A-Za-z]+[0-9]*$",
        "",
        "^$",
        "^a?b{2,3}c{2,}",
        "^[&[x]$",
        "a\\$$"
      })
  void takesWhatContractsMostlyHold(String regex) {
    assertThat(BytePattern.compile(regex), is(notNullValue()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a|b", "(a)", ".", "[^a]", "a*a", "[a-z]+b", "\\bx", "é", "a{2}{3}", "a+?", "a++", "^a$b$",
        "[a", "a{,3}", "a{3,2}", "\\s"
      })
  void leavesTheRestToTheLibrary(String regex) {
    assertThat(BytePattern.compile(regex), is(nullValue()));
  }

  @Property(tries = 5000)
  void saysWhatTheLibrarySays(@ForAll("regexes") String regex, @ForAll("texts") String text) {
    BytePattern simple = BytePattern.compile(regex);
    Statistics.collect(simple != null);
    if (simple == null) {
      return;
    }
    EcmaPattern library;
    try {
      library = EcmaPattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw new AssertionError("The library does not know " + regex, e);
    }
    byte[] bytes = ("<" + text + ">").getBytes(StandardCharsets.UTF_8);
    assertThat(
        regex + " on " + text,
        simple.matches(bytes, 1, bytes.length - 1),
        is(library.matcher().find(text)));
  }

  @Provide
  Arbitrary<String> regexes() {
    Arbitrary<String> atom =
        Arbitraries.of(
            "a",
            "b",
            "-",
            "\\.",
            "\\d",
            "\\w",
            "[ab]",
            "[a-c0-3]",
            "[-a]",
            "[a-]",
            "[\\d_]",
            "[.+]",
            "[&&a]",
            "[[a]",
            "\\\\",
            "/",
            "]",
            ".",
            "$",
            "é");
    Arbitrary<String> quantifier =
        Arbitraries.of("", "", "", "?", "*", "+", "{2}", "{1,2}", "{0,1}", "{2,}", "{0}", "+?");
    Arbitrary<String> body =
        Combinators.combine(atom, quantifier)
            .as((a, q) -> a + q)
            .list()
            .ofMaxSize(4)
            .map(items -> String.join("", items));
    return Combinators.combine(Arbitraries.of("", "^"), body, Arbitraries.of("", "$"))
        .as((start, middle, end) -> start + middle + end);
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.strings().withChars("ab-.0a1c_&[]/\\$é\n").ofMaxLength(7);
  }

  @Test
  void takesTheEndForTheVeryEnd() {
    byte[] bytes = "o-123456\n".getBytes(StandardCharsets.UTF_8);
    assertThat(BytePattern.compile("^o-[0-9]{6}$").matches(bytes, 0, bytes.length), is(false));
    assertThat(EcmaPattern.compile("^o-[0-9]{6}$").matcher().find("o-123456\n"), is(false));
  }
}
