package org.beammedallion.io.source;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.Instant;
import java.util.List;
import org.beammedallion.io.storage.StoredFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a glob means, by the JDK's own globs. */
class FilePatternTest {

  private static final List<String> NAMES =
      List.of(
          "/d/a1.json",
          "/d/b1.json",
          "/d/x1.json",
          "/d/!1.json",
          "/d/^1.json",
          "/d/-1.json",
          "/d/a-1.json",
          "/d/a.json",
          "/d/ab.json",
          "/d/a,b.json",
          "/d/{a}.json",
          "/d/[a].json",
          "/d/a]1.json",
          "/d/*.json",
          "/d/a+1.json",
          "/d/a$1.json",
          "/d/a (1).json",
          "/d/e/a1.json",
          "/d/e/f/a1.json",
          "/d/a1.csv",
          "/d/a1json",
          "/d/2026-11-26.json");

  private static boolean matches(String glob, String name) {
    return FilePattern.of(glob).matches(new StoredFile(name, 1, Instant.EPOCH));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/d/*.json",
        "/d/?1.json",
        "/d/[ab]1.json",
        "/d/[a-b]1.json",
        "/d/[!x]*.json",
        "/d/[!a-w]1.json",
        "/d/[-a]1.json",
        "/d/[a-]1.json",
        "/d/{a,b}1.json",
        "/d/{a,x}*.{json,csv}",
        "/d/a,b.json",
        "/d/\\{a\\}.json",
        "/d/\\[a\\].json",
        "/d/\\*.json",
        "/d/a+1.json",
        "/d/a$1.json",
        "/d/a (1).json",
        "/d/**.json",
        "/d/*/a1.json",
        "/d/**",
        "/d/a.json",
        "/d/[+a-c]*",
        "/d/2026-1[0-2]-*.json"
      })
  void meansWhatTheJdkMeans(String glob) {
    PathMatcher jdk = FileSystems.getDefault().getPathMatcher("glob:" + glob);
    for (String name : NAMES) {
      assertThat(glob + " " + name, matches(glob, name), is(jdk.matches(Path.of(name))));
    }
  }

  @Test
  void knowsWhatShellsAndSparkKnowBeside() {
    assertThat(matches("/d/[^x]1.json", "/d/x1.json"), is(false));
    assertThat(matches("/d/[^x]1.json", "/d/a1.json"), is(true));
    assertThat(matches("/d/**/a1.json", "/d/a1.json"), is(true));
    assertThat(matches("/d/**/a1.json", "/d/e/f/a1.json"), is(true));
    assertThat(matches("/d/{a,{b,x}1}.json", "/d/x1.json"), is(true));
    assertThat(matches("/d/[]a]1.json", "/d/a1.json"), is(true));
    assertThat(matches("/d", "/d/e/a1.json"), is(true));
    assertThat(matches("/d😀/?[😀x].json", "/d😀/a😀.json"), is(true));
    assertThat(matches("/d😀/?[!😀x].json", "/d😀/a😀.json"), is(false));
    assertThat(matches("/ä/[ä-ü]?.json", "/ä/ö1.json"), is(true));
    assertThat(matches("/d \\[1]/data", "/d [1]/data/e/a.json"), is(true));
    assertThat(FilePattern.of("/d \\[1]/data").folder(), is("/d [1]/data"));
    assertThat(matches("/d \\[1]/*.json", "/d [1]/a.json"), is(true));
    assertThat(FilePattern.of("/d \\[1]/*.json").folder(), is("/d [1]"));
    assertThat(matches("/d/*", "/d/_a.json"), is(false));
    assertThat(matches("/d/**", "/d/.e/a.json"), is(false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/d/[a.json", "/d/{a,b.json", "/d/*\\", "/d/[]", "/d/[!]"})
  void refusesWhatIsNotClosed(String glob) {
    assertThat(
        assertThrows(IllegalArgumentException.class, () -> FilePattern.of(glob)).getMessage(),
        containsString("is not a glob"));
  }
}
