package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.beammedallion.fixtures.cluster.ChildJvm;
import org.beammedallion.fixtures.spark.SparkTables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The two commands of docs/streaming.md, as they stand there, on another port. */
class StreamingPageTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern COMMAND = Pattern.compile("```sh\n(.*)\n```");
  private static final Duration LIMIT = Duration.ofMinutes(5);

  @TempDir Path folder;

  /** Those of the section "Try it". */
  private static List<String> commands() throws IOException {
    String page = Files.readString(ROOT.resolve("docs/streaming.md"));
    int section = page.indexOf("## Try it");
    Matcher command = COMMAND.matcher(page.substring(section, page.indexOf("\n## ", section)));
    List<String> commands = new ArrayList<>();
    while (command.find()) {
      commands.add(command.group(1));
    }
    return commands;
  }

  private static List<Path> paths(String classPath) {
    return Arrays.stream(classPath.split(":")).map(each -> ROOT.resolve(each)).toList();
  }

  /** Arguments: {@code java -cp 'A:B' CLASS}. */
  private ChildJvm clicks(String command, int port) throws IOException {
    List<String> words = List.of(command.split(" "));
    assertThat(words.subList(0, 2), is(List.of("java", "-cp")));
    return ChildJvm.start(
        new ChildJvm.Command(
            "clicks",
            paths(words.get(2).replace("'", "")),
            List.of(
                "-XX:TieredStopAtLevel=1",
                "-Dkafka.distribution=" + System.getProperty("kafka.distribution")),
            words.get(3),
            List.of(Integer.toString(port), "50"),
            Map.of()),
        folder.resolve("clicks"));
  }

  private ChildJvm driver(String command, int port) throws IOException {
    assertThat(command, startsWith("medallion run docs/"));
    List<String> arguments = new ArrayList<>();
    for (String word : command.substring("medallion ".length()).split(" ")) {
      arguments.add(
          word.startsWith("docs/")
              ? ROOT.resolve(word).toString()
              : word.replace("--lake=lake", "--lake=" + folder.resolve("lake")));
    }
    arguments.add("--maxCycles=2");
    return ChildJvm.start(
        new ChildJvm.Command(
            "driver",
            paths(System.getProperty("java.class.path")),
            ChildJvm.SHORT_LIVED,
            "org.beammedallion.pipelines.Main",
            arguments,
            Map.of("KAFKA_HOST", "localhost:" + port)),
        folder.resolve("driver"));
  }

  @Test
  void readsClicksInCyclesOfTenSeconds() throws Exception {
    List<String> commands = commands();
    assertThat(commands.size(), is(2));
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    try (ChildJvm clicks = clicks(commands.get(0), port)) {
      clicks.awaitLog(Pattern.compile("topic clicks, 50 clicks a second"), LIMIT);
      try (ChildJvm driver = driver(commands.get(1), port)) {
        assertThat(driver.log(), driver.awaitExit(LIMIT), is(0));
        assertThat(driver.log(), containsString("clicks: cycle 2 is complete"));
      }
    }
    Lake lake = new Lake(folder.resolve("lake"));
    List<String> silver =
        SparkTables.rows(
                "SELECT count(*), count(DISTINCT click_id), max(click_id) FROM "
                    + lake.table("silver", "clicks"))
            .get(0);
    long rows = Long.parseLong(silver.get(0));
    assertThat(rows, is(greaterThan(0L)));
    assertThat(silver.get(1), is(silver.get(0)));
    for (String gold : List.of("clicks_5m", "visits")) {
      assertThat(
          SparkTables.rows("SELECT sum(clicks) FROM " + lake.table("gold", gold)),
          equalTo(List.of(List.of(Long.toString(rows)))));
    }
  }
}
