package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.pipelines.cli.CommandLines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of {@code docs/change-data.md} does what the page says. */
class ChangeDataPageTest {

  private static final Path DOCS = Path.of("..", "docs");
  private static final Path PIPELINE = DOCS.resolve("examples/accounts/accounts.pipeline.yaml");

  private final String page = Files.readString(DOCS.resolve("change-data.md"));

  @TempDir Path folder;

  ChangeDataPageTest() throws IOException {}

  @Test
  void showsThePipelineFile() throws IOException {
    assertThat(page, containsString("```yaml\n" + Files.readString(PIPELINE) + "```"));
  }

  @Test
  void showsWhatTheExampleDoes() {
    StringWriter out = new StringWriter();
    int exit =
        CommandLines.execute(
            new PrintWriter(out),
            new PrintWriter(new StringWriter()),
            "run",
            PIPELINE.toString(),
            "--lake=" + folder);

    assertThat(exit, is(0));
    String shown = page.substring(page.indexOf("```\naccounts:") + 4);
    for (String line : shown.substring(0, shown.indexOf("```")).lines().toList()) {
      assertThat(out.toString(), containsString(line));
    }
    for (List<String> row :
        SparkTables.rows(
            "SELECT id, owner, CAST(balance AS STRING), _sequence FROM "
                + new Lake(folder).table("silver", "accounts"))) {
      assertThat(page, containsString("| " + String.join(" | ", row) + " |"));
    }
  }
}
