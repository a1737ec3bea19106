package org.beammedallion.quality.rule;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ecma262.jsonl} has what V8 says of each pattern, with the flag u, about each text. */
class EcmaPatternTest {

  private record Case(String pattern, List<String> matches) {}

  private static final List<String> TEXTS = new ArrayList<>();
  private static final List<Case> CASES = cases();

  private static List<Case> cases() {
    ObjectMapper json = new ObjectMapper();
    List<Case> cases = new ArrayList<>();
    try (InputStream file =
        Objects.requireNonNull(
            EcmaPatternTest.class.getResourceAsStream("/patterns/ecma262.jsonl"))) {
      for (String line : new String(file.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        JsonNode node = json.readTree(line);
        if (node.has("texts")) {
          node.get("texts").forEach(text -> TEXTS.add(text.textValue()));
        } else {
          List<String> matches = new ArrayList<>();
          node.get("matches").forEach(text -> matches.add(text.textValue()));
          cases.add(new Case(node.get("pattern").textValue(), matches));
        }
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return cases;
  }

  @Test
  void saysWhatTheStandardSays() {
    List<String> differences = new ArrayList<>();
    for (Case each : CASES) {
      EcmaMatcher matcher = EcmaPattern.compile(each.pattern()).matcher();
      for (String text : TEXTS) {
        if (matcher.find(text) != each.matches().contains(text)) {
          differences.add(each.pattern() + " on '" + text + "'");
        }
      }
    }
    assertThat(differences, is(empty()));
  }

  @Test
  void saysTheSameToBothLibraries() {
    List<String> differences = new ArrayList<>();
    for (Case each : CASES) {
      EcmaTranslation translation = new EcmaTranslator(each.pattern()).translate();
      if (translation.needsBacktracking()) {
        continue;
      }
      Pattern backtracking = Pattern.compile(translation.backtracking());
      com.google.re2j.Pattern linear = com.google.re2j.Pattern.compile(translation.linear());
      for (String text : TEXTS) {
        boolean found = linear.matcher(text).find();
        if (found != each.matches().contains(text)
            || (translation.letterCase() == EcmaTranslation.Case.MATTERS
                && found != backtracking.matcher(text).find())) {
          differences.add(each.pattern() + " on '" + text + "'");
        }
      }
    }
    assertThat(differences, is(empty()));
  }

  @Test
  void knowsTheCharactersOfEveryCategoryAsTheJdkDoes() {
    for (String name :
        List.of(
            "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P",
            "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "S", "Sm", "Sc", "Sk", "So", "Z", "Zs", "Zl",
            "Zp", "C", "Cc", "Cf", "Co", "Cn")) {
      EcmaTranslation translation = new EcmaTranslator("^\\p{" + name + "}$").translate();
      com.google.re2j.Pattern linear = com.google.re2j.Pattern.compile(translation.linear());
      Pattern jdk = Pattern.compile("\\p{" + name + "}");
      for (int point = 0; point <= Character.MAX_CODE_POINT; point += point < 0x600 ? 1 : 61) {
        if (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE) {
          String text = Character.toString(point);
          assertThat(name + " " + point, linear.matches(text), is(jdk.matcher(text).matches()));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "^([a-z]|,)*$",
        "^(a+)+$",
        "^(a*)*$",
        "^((a|b)+,?)*$",
        "^(([a-z])+.)+[A-Z]([a-z])+$",
        "^a*a*a*a*a*c$",
        "(?i)^([a-z]|,)*$"
      })
  void endsOnLongTextsInAThreadWithLittleStack(String regex) throws Exception {
    String text = "a".repeat(100_000);
    assertThat(inSmallThread(regex, text), is(regex.contains(")*$") || regex.contains("(a+)+")));
    assertThat(inSmallThread(regex, text + "!"), is(false));
    assertThat(inSmallThread(regex, "a".repeat(250) + "!"), is(false));
  }

  private static boolean inSmallThread(String regex, String text) throws Exception {
    FutureTask<Boolean> match =
        new FutureTask<>(() -> EcmaPattern.compile(regex).matcher().find(text));
    new Thread(null, match, "small", 512 << 10).start();
    return match.get();
  }

  @Test
  void doesNotOverflowInTheDeepestGroups() throws Exception {
    String regex = "^" + "(".repeat(50) + "[a-z]|," + ")+".repeat(50) + "$";
    assertThat(inSmallThread(regex, "a".repeat(256)), is(true));
    assertThat(inSmallThread(regex, "a".repeat(256) + "!"), is(false));
  }

  @Test
  void givesUpOnAPatternThatLooksAroundAndTakesTooManySteps() {
    EcmaMatcher matcher = EcmaPattern.compile("^(?!b)a*a*a*a*a*c$").matcher();
    assertThat(matcher.find("a".repeat(20) + "c"), is(true));
    assertThat(matcher.find("a".repeat(5000)), is(false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '\u0001',
      value = {
        "\\Aa\\z ¦ write ^",
        "a\\Z ¦ write $",
        "\\h ¦ write [ \\t]",
        "\\Qa.b\\E ¦ write a backslash",
        "\\R ¦ [\\n\\r]",
        "a++ ¦ ECMA-262 does not have",
        "(?>a) ¦ is not of ECMA-262",
        "(?P<x>a) ¦ is not of ECMA-262",
        "(?s). ¦ is not of ECMA-262",
        "a(?i)b ¦ at the beginning",
        "\\p{Alnum} ¦ is not known",
        "\\p{IsGreek} ¦ \\p{Script=Greek}",
        "\\pL ¦ in braces",
        "^* ¦ nothing stands before",
        "a{2}{3} ¦ nothing stands before",
        "*a ¦ nothing stands before",
        "a{,3} ¦ write \\{",
        "a{3,2} ¦ wrong order",
        "a{ ¦ write \\{",
        "[b-a] ¦ wrong order",
        "[a ¦ is not closed",
        "(a ¦ unclosed group",
        "a) ¦ write \\)",
        "a\\ ¦ after the last backslash",
        "\\01 ¦ octal",
        "\\u12 ¦ hexadecimal",
        "[\\d-z] ¦ write \\-",
        "(a)|\\1 ¦ always takes part",
        "(a)?\\1 ¦ always takes part",
        "(a\\1) ¦ always takes part",
        "\\1(a) ¦ no group before",
        "(?=a)(ab|c)* ¦ a group that is repeated",
        "^(.)(ab)*\\1 ¦ a group that is repeated",
        "(ab){2000} ¦ at most 1000",
        "(?i)(?=a) ¦ write classes",
        "(?<=(a|b)+)c ¦ obvious maximum length",
      })
  void refusesWhatLibrariesSeeDifferently(String regex, String reason) {
    PatternSyntaxException refused =
        assertThrows(PatternSyntaxException.class, () -> EcmaPattern.compile(regex));
    assertThat(
        refused.getDescription().toLowerCase(Locale.ROOT),
        containsString(reason.toLowerCase(Locale.ROOT)));
  }

  @Test
  void takesManyRepetitionsOfOneCharacter() {
    EcmaMatcher matcher = EcmaPattern.compile("^[a-z]{1,2000}$").matcher();
    assertThat(matcher.find("a".repeat(2000)), is(true));
    assertThat(matcher.find("a".repeat(2001)), is(false));
  }

  @Test
  void servesManyThreadsEachWithItsMatcher() throws Exception {
    EcmaPattern pattern = EcmaPattern.compile("^([a-z]+,)*[0-9]{3}$");
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Boolean>> tasks = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        String text = "abc,".repeat(i * 40) + "123";
        tasks.add(
            () -> {
              EcmaMatcher matcher = pattern.matcher();
              boolean right = true;
              for (int round = 0; round < 2000; round++) {
                right &= matcher.find(text) && !matcher.find(text + "x");
              }
              return right;
            });
      }
      for (Future<Boolean> each : threads.invokeAll(tasks)) {
        assertThat(each.get(), is(true));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /**
   * What V8 says of the same with its flags {@code iu}; RE2/J's own folding does not end on these.
   */
  @ParameterizedTest
  @CsvSource({
    "'^\\p{L}+$',    true,  true,  true,  true,  false",
    "'^[^\\p{L}]+$', false, false, false, false, true",
    "'^\\p{Lu}+$',   true,  true,  true,  true,  false",
    "'^\\p{Ll}+$',   true,  true,  true,  true,  false",
    "'^\\S+$',       true,  true,  true,  true,  true",
    "'^[^\\d]+$',    true,  true,  true,  true,  false",
    "'^ž+$',         false, false, true,  false, false",
    "'^[a-ž]+$',     true,  true,  true,  false, false",
    "'^.+$',         true,  true,  true,  true,  true",
    "'^\u1c80$',     false, false, false, true,  false"
  })
  void ignoresTheCaseOfLettersOfEveryUnicode(
      String regex, boolean first, boolean second, boolean third, boolean fourth, boolean fifth) {
    List<String> texts = List.of("Žofia", "žofia", "ŽŽ", "\u0412", "12");
    List<Boolean> expected = List.of(first, second, third, fourth, fifth);
    EcmaPattern pattern = EcmaPattern.compile("(?i)" + regex);
    // Long texts take the linear way.
    for (int i = 0; i < texts.size(); i++) {
      String text = texts.get(i);
      assertThat(regex + " " + text, pattern.matcher().find(text), is(expected.get(i)));
    }
  }
}
