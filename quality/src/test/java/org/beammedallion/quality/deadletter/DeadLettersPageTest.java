package org.beammedallion.quality.deadletter;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.beammedallion.quality.ProjectFiles;
import org.junit.jupiter.api.Test;

class DeadLettersPageTest {

  @Test
  void explainsEveryReasonAndNoOther() throws IOException {
    String page = Files.readString(ProjectFiles.root().resolve("docs/dead-letters.md"));
    String reasons = page.substring(page.indexOf("\n## Reasons\n"));
    List<String> headings =
        reasons
            .lines()
            .filter(line -> line.startsWith("### "))
            .map(line -> line.substring(4))
            .toList();
    assertThat(headings, is(Arrays.stream(Reason.values()).map(Reason::name).toList()));
    String words = reasons.replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
    for (Reason reason : Reason.values()) {
      assertThat(
          words,
          containsString(reason.name().toLowerCase(Locale.ROOT) + " " + reason.description()));
    }
  }
}
