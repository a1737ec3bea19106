package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Does what {@code docs/bring-your-own-file.md} says, block by block, and sees what it shows. */
class OwnFilePageTest {

  private static final Path DOCS = Path.of("..", "docs");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\n(.*?)^```");
  private static final Pattern WORD = Pattern.compile("((?:[^\\s\"']|\"[^\"]*\"|'[^']*')+)");

  @TempDir Path folder;
  private String said = "";
  private int commands;

  @Test
  void everyCommandDoesWhatIsShown() throws IOException {
    Matcher block = BLOCK.matcher(Files.readString(DOCS.resolve("bring-your-own-file.md")));
    int shown = 0;
    while (block.find()) {
      switch (block.group(1)) {
        case "sh" -> {
          for (String line : block.group(2).lines().toList()) {
            execute(line);
          }
        }
        case "text" -> {
          shown++;
          for (String line : block.group(2).lines().toList()) {
            assertThat(said, containsString(line + "\n"));
          }
        }
        case "yaml" -> edit(block.group(2));
        case "csv" -> Files.writeString(folder.resolve("sales/day-3.csv"), block.group(2));
        default -> throw new AssertionError("a block of '" + block.group(1) + "'");
      }
    }
    assertThat(commands, is(10));
    assertThat(shown, greaterThan(8));
    assertThat(new Lake(folder.resolve("lake")).quarantine("sales").isEmpty(), is(true));
  }

  private void execute(String line) throws IOException {
    if (line.equals("cp -r docs/examples/sales sales")) {
      Path copy = Files.createDirectory(folder.resolve("sales"));
      for (Path file : files(DOCS.resolve("examples/sales"))) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
      return;
    }
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(line);
    while (word.find()) {
      words.addAll(inFolder(word.group(1)));
    }
    assertThat(words.remove(0), is("medallion"));
    if (words.get(0).equals("init")) {
      words.add("--to=" + folder);
    }
    Commands.Result result = Commands.run(words.toArray(String[]::new));
    assertThat(line + "\n" + result.all(), result.code(), is(0));
    // A table is filled with blanks up to its last column.
    said = result.out().replace(folder + "/", "").replaceAll(" +\n", "\n");
    commands++;
  }

  /** A word of a shell, without its quotes, with files of the folder. */
  private List<String> inFolder(String quoted) throws IOException {
    String word = quoted.replaceAll("[\"](.*?)[\"]", "$1");
    if (word.equals("sales/*.csv")) {
      return files(folder.resolve("sales")).stream().map(Path::toString).toList();
    } else if (word.equals("--lake=lake")) {
      return List.of("--lake=" + folder.resolve("lake"));
    }
    return List.of(word.endsWith(".yaml") ? folder.resolve(word).toString() : word);
  }

  private static List<Path> files(Path of) throws IOException {
    try (Stream<Path> files = Files.list(of)) {
      return files.sorted().toList();
    }
  }

  /** Changes the line of a key that is there, or adds one to the end. */
  private void edit(String yaml) throws IOException {
    Path pipeline = folder.resolve("sales.pipeline.yaml");
    String text = Files.readString(pipeline);
    String key = yaml.substring(0, yaml.indexOf(':') + 1);
    String changed =
        text.replaceFirst("(?m)^" + Pattern.quote(key) + ".*\n", Matcher.quoteReplacement(yaml));
    Files.writeString(pipeline, changed.equals(text) ? text + yaml : changed);
  }
}
