package org.beammedallion.quality.pipeline;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.beammedallion.quality.ProjectFiles;
import org.beammedallion.quality.yaml.Shape;
import org.junit.jupiter.api.Test;

class PipelineFilePageTest {

  private final String page =
      Files.readString(ProjectFiles.root().resolve("docs/pipeline-file.md"));

  PipelineFilePageTest() throws IOException {}

  private String example() {
    int start = page.indexOf("```yaml\n") + 8;
    return page.substring(start, page.indexOf("```", start));
  }

  @Test
  void showsAnExampleThatIsRight() {
    assertThat(PipelineFile.parse("example", example(), Path.of("/")).name(), is("orders"));
  }

  @Test
  void usesEveryKeyInItsExample() {
    Set<String> unused = new TreeSet<>(Shape.keysOf(PipelineFile.SHAPE));
    unused.removeIf(key -> Pattern.compile("\\b" + key + ":").matcher(example()).find());
    assertThat(unused, is(Set.of()));
  }
}
