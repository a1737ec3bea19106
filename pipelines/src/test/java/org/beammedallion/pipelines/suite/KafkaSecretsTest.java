package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.beammedallion.fixtures.cluster.ChildJvm;
import org.beammedallion.io.storage.StorageException;
import org.beammedallion.pipelines.wiring.Sources;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Secrets of a cluster's clients, each a random text, are found nowhere after runs. */
class KafkaSecretsTest extends SecuredClicks {

  private static final Duration LIMIT = Duration.ofMinutes(10);

  /** Of which each needs another token. */
  private static final int CYCLES = Integer.getInteger("tokens.cycles", 3);

  /** Of the client, with a broker that answers. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Looks for every secret and every token that was issued. */
  private static void assertNoSecretIn(String where, byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    List<String> secrets = new ArrayList<>(secured.values().values());
    secrets.addAll(secured.tokens().issued());
    for (String secret : secrets) {
      assertThat(where, text.contains(secret), is(false));
    }
  }

  private static void assertNoSecretIn(String where, String text) {
    assertNoSecretIn(where, text.getBytes(StandardCharsets.UTF_8));
  }

  private void assertNoSecretInTheLake() throws IOException {
    try (Stream<Path> files = Files.walk(lake.folder())) {
      List<Path> all = files.filter(Files::isRegularFile).toList();
      assertThat(all, hasSize(greaterThan(5)));
      for (Path file : all) {
        assertNoSecretIn(file.toString(), Files.readAllBytes(file));
      }
    }
  }

  private static byte[] serialized(Object object) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    return bytes.toByteArray();
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void theLakeWhatIsPrintedAndWhatIsSentToWorkersHaveReferencesAlone(Way way) throws Exception {
    secured.broker().createTopic(topic, 3, Map.of());
    send(0, 30, 1);
    pipeline = pipeline(way);
    Commands.Result result = command();
    assertThat(result.all(), result.code(), is(0));
    assertNoSecretIn("output", result.all());
    assertNoSecretInTheLake();
    byte[] sent = serialized(Sources.of(PipelineDefinition.load(pipeline, null), null));
    assertThat(new String(sent, StandardCharsets.ISO_8859_1), containsString("${file:"));
    assertNoSecretIn("source", sent);
  }

  @Test
  void anErrorHasNoneInAnyOfItsCauses() throws Exception {
    secured.broker().createTopic(topic, 3, Map.of());
    pipeline = pipeline(Way.SCRAM, "PASSWORD", "scram-jaas", "broken-jaas", PATIENCE);
    Exception broken =
        assertThrows(IllegalArgumentException.class, () -> lake.run(pipeline, Runner.DIRECT));
    pipeline = pipeline(Way.PLAIN, "PASSWORD", "plain-password", "key-password", PATIENCE);
    Exception wrong = assertThrows(StorageException.class, () -> lake.run(pipeline, Runner.DIRECT));
    for (Exception each : List.of(broken, wrong)) {
      StringWriter text = new StringWriter();
      each.printStackTrace(new PrintWriter(text));
      assertNoSecretIn("error", text.toString());
    }
  }

  /** A driver in a process of its own, which logs all that it can, with a secret from outside. */
  private ChildJvm driver() throws IOException {
    return ChildJvm.start(
        new ChildJvm.Command(
            "driver",
            Arrays.stream(System.getProperty("java.class.path").split(":")).map(Path::of).toList(),
            List.of(
                "-XX:TieredStopAtLevel=1",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=info",
                "-Dorg.slf4j.simpleLogger.log.org.beammedallion=debug"),
            "org.beammedallion.pipelines.Main",
            List.of(
                "run",
                pipeline.toString(),
                "--lake=" + lake.folder(),
                "--runner=DirectRunner",
                "--trigger=1s"),
            Map.of("CLIENT_SECRET", secured.values().get("client-secret"))),
        folder.resolve("driver"));
  }

  /** Waits until cycles have read as many records together. */
  private static void awaitRead(ChildJvm driver, int records) throws Exception {
    int read = 0;
    for (int cycle = 1; read < records; cycle++) {
      Matcher line =
          driver.awaitLog(Pattern.compile("cycle " + cycle + " is complete: (\\d+) read"), LIMIT);
      read += Integer.parseInt(line.group(1));
    }
  }

  @Tag("nightly")
  @Test
  void tokensThatExpireAreFetchedAgainAndAreNowhere() throws Exception {
    secured.broker().createTopic(topic, 3, Map.of());
    pipeline =
        pipeline(
            Way.OAUTH,
            "TOKEN",
            "${file:" + secured.secrets().resolve("client-secret") + "}",
            "${env:CLIENT_SECRET}",
            PATIENCE);
    try (ChildJvm driver = driver()) {
      for (int cycle = 1; cycle <= CYCLES; cycle++) {
        send(cycle * 30, cycle * 30 + 30, 1);
        awaitRead(driver, cycle * 30);
        // So that the next cycle needs a token that was not there in this one.
        secured.tokens().awaitExpiry();
      }
      secured.tokens().refuse(true);
      driver.awaitLog(Pattern.compile("FAILED \\(5\\): Kafka at .* cannot be read"), LIMIT);
      send(CYCLES * 30 + 30, CYCLES * 30 + 60, 1);
      secured.tokens().refuse(false);
      awaitRead(driver, CYCLES * 30 + 30);
      driver.terminate();
      assertThat(driver.log(), driver.awaitExit(LIMIT), is(0));
      assertThat(driver.log(), containsString("INFO ConsumerConfig"));
      assertNoSecretIn("log", driver.log());
    } finally {
      secured.tokens().refuse(false);
    }
    assertThat(secured.tokens().issued().size(), is(greaterThan(CYCLES)));
    assertThat(silver(), equalTo(expected(30, CYCLES * 30 + 60, 1)));
    assertNoSecretInTheLake();
    assertThat(Files.readString(pipeline), not(containsString("canary")));
  }
}
