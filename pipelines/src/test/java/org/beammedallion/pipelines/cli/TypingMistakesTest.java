package org.beammedallion.pipelines.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a person is told of a typing mistake, word for word: {@code typing/mistakes.txt} has the
 * mistakes and the messages.
 */
class TypingMistakesTest {

  private static final String PIPELINE = "orders.pipeline.yaml";
  private static final List<String> FILES = List.of(PIPELINE, "orders.odcs.yaml");

  @TempDir Path folder;

  /**
   * A mistake and what is said of it.
   *
   * @param file that is edited, or empty
   * @param command words of the command line
   */
  record Mistake(
      String title, String file, String from, String to, List<String> command, String message) {

    static Mistake parse(String block) {
      String file = lines(block, "@ ");
      String command = lines(block, "$ ");
      return new Mistake(
          lines(block, "# "),
          file,
          lines(block, "- "),
          lines(block, "+ ").replace("\\t", "\t"),
          List.of((file.isEmpty() ? command : "validate " + PIPELINE).split(" ")),
          lines(block, "> "));
    }

    private static String lines(String block, String mark) {
      return block
          .lines()
          .filter(line -> line.startsWith(mark))
          .map(line -> line.substring(mark.length()))
          .collect(Collectors.joining("\n"));
    }

    @Override
    public String toString() {
      return title;
    }
  }

  static Stream<Mistake> mistakes() throws IOException {
    return Arrays.stream(resource("mistakes.txt").split("\n\n")).map(Mistake::parse);
  }

  private static String resource(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(TypingMistakesTest.class.getResourceAsStream("/typing/" + name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @BeforeEach
  void writeFiles() throws IOException {
    for (String file : FILES) {
      Files.writeString(folder.resolve(file), resource(file));
    }
    Files.createDirectory(folder.resolve("data"));
    Files.writeString(folder.resolve("data/1.jsonl"), "{\"order_id\": \"o-000001\"}\n");
  }

  /** With the folder taken out of the arguments and of what is said. */
  private String execute(List<String> command) {
    StringWriter said = new StringWriter();
    int code =
        CommandLines.execute(
            new PrintWriter(new StringWriter()),
            new PrintWriter(said),
            command.stream().map(this::inFolder).toArray(String[]::new));
    String plain = said.toString().replace(folder + "/", "").replace(folder.toString(), ".");
    return plain.strip() + "\nexit code " + code;
  }

  private String inFolder(String word) {
    if (word.startsWith("--lake=")) {
      return "--lake=" + folder.resolve(word.substring("--lake=".length()));
    }
    boolean isFile = word.endsWith(".yaml") || word.endsWith(".jsonl") || word.equals(".");
    return isFile ? folder.resolve(word).normalize().toString() : word;
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void saysWhatIsWrongWhereAndHowToMendIt(Mistake mistake) throws IOException {
    if (!mistake.file().isEmpty()) {
      Path file = folder.resolve(mistake.file());
      String text = Files.readString(file);
      assertThat("the text to edit is there", text, containsString(mistake.from()));
      int at = text.indexOf(mistake.from());
      Files.writeString(
          file,
          text.substring(0, at) + mistake.to() + text.substring(at + mistake.from().length()));
    }
    String message = execute(mistake.command());
    assertThat(message, is(mistake.message()));
    assertThat(message, not(containsString("Exception")));
    assertThat("nothing was made", Files.exists(folder.resolve("lake")), is(false));
  }

  @Test
  void thereAreManyAndWithoutThemAllIsWell() throws IOException {
    assertThat(mistakes().count(), greaterThanOrEqualTo(30L));
    assertThat(execute(List.of("validate", PIPELINE)), is("\nexit code 0"));
  }
}
