package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.beammedallion.quality.ledger.Ledger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pipelines over a topic that another pipeline reads. */
class LandedByTest extends LandedClicks {

  @ParameterizedTest
  @CsvSource({"DIRECT", "FLINK", "SPARK"})
  void theTablesAreThoseOfAPipelineThatReadsTheTopicItself(Runner runner) throws Exception {
    sendTransactions(0, 100, 1);
    try (KafkaProducer<byte[], byte[]> producer = broker.producer(Map.of())) {
      producer
          .send(new ProducerRecord<>(topic, 0, null, "{no json".getBytes(StandardCharsets.UTF_8)))
          .get();
      producer.send(new ProducerRecord<>(topic, 1, null, null)).get();
    }
    assertThat(read(Runner.DIRECT), is(102L));
    assertThat(readSecond(runner), is(102L));
    assertThat(readSecond(runner), is(0L));
    send(100, 150, 2);
    assertThat(read(Runner.DIRECT), is(50L));
    send(150, 200, 1);
    assertThat(read(Runner.DIRECT), is(50L));
    assertThat("two cycles of the first", readSecond(runner), is(100L));
    assertThat(secondRows(), equalTo(direct()));
    assertThat(secondRows().size(), is(200));
    assertThat(lake.quarantine("second"), is(lake.quarantine("clicks")));
    assertThat(lake.quarantine("second"), is(Map.of("MALFORMED", 2L)));
    assertThat(Files.exists(lake.folder().resolve("bronze/second")), is(false));
  }

  @Test
  void eachPipelineTakesTheMessagesOfItsTable() throws Exception {
    Path odd = appending("odd", ", kafka: {landedBy: clicks, where: {header.tenant: t1}}");
    Path page = appending("page", ", kafka: {landedBy: clicks, where: {$.page: [p1, p2]}}");
    send(0, 70, 1);
    read(Runner.DIRECT);
    assertThat(lake.cycle(odd, Runner.DIRECT).published(), is(35L));
    Ledger ledger = lake.cycle(page, Runner.DIRECT);
    assertThat(ledger.published(), is(20L));
    assertThat(ledger.ignored(), is(50L));
  }

  @Test
  void manyCyclesAreTakenInPartsThatTheLimitsAllow() throws Exception {
    for (int i = 0; i < 6; i++) {
      send(i * 10, i * 10 + 10, 1);
      assertThat(read(Runner.DIRECT), is(10L));
    }
    String[] command = command(second, "--maxFilesPerCycle=6");
    Commands.Result result = Commands.run(command);
    assertThat(result.all(), result.code(), is(0));
    assertThat(result.all(), containsString("cycle 3 is complete"));
    assertThat(secondRows(), equalTo(direct()));
    assertThat(Commands.run(command).all(), containsString("nothing new"));
  }

  /** Neither a message is lost by the change, nor one read twice. */
  @Test
  void aPipelineChangesBetweenTheTopicAndWhatAnotherHasLanded() throws Exception {
    send(0, 30, 1);
    landed(false);
    assertThat(lake.cycle(second, Runner.DIRECT).read(), is(30L));
    send(30, 60, 1);
    assertThat("all in one cycle", read(Runner.DIRECT), is(60L));
    landed(true);
    assertThat(readSecond(Runner.DIRECT), is(30L));
    send(60, 90, 1);
    landed(false);
    assertThat(lake.cycle(second, Runner.DIRECT).read(), is(30L));
    send(90, 120, 1);
    assertThat(read(Runner.DIRECT), is(60L));
    landed(true);
    assertThat(readSecond(Runner.DIRECT), is(30L));
    assertThat(secondRows(), equalTo(direct()));
  }

  @Test
  void aCompactedTopicGivesWhatTheOtherPipelineHasFound() throws Exception {
    broker.deleteTopic(topic);
    broker.createTopic(topic, 3, Map.of("cleanup.policy", "compact"));
    send(0, 60, 1);
    assertThat(read(Runner.DIRECT), is(60L));
    assertThat(readSecond(Runner.DIRECT), is(60L));
    send(0, 30, 2);
    assertThat(read(Runner.DIRECT), is(30L));
    assertThat(readSecond(Runner.DIRECT), is(30L));
    List<String> expected = new ArrayList<>(expected(0, 60, 1));
    expected.addAll(expected(0, 30, 2));
    assertThat(
        lake.rows("silver", "second", List.of("id", "version", "page")),
        equalTo(expected.stream().sorted().toList()));
    landed(false);
    assertThat(lake.run(second, Runner.DIRECT).ledger() == null, is(true));
    send(60, 70, 1);
    assertThat(lake.cycle(second, Runner.DIRECT).read(), is(10L));
  }

  @Test
  void inOneCommandThePipelineThatLandsRunsFirst() throws Exception {
    send(0, 30, 1);
    Commands.Result result =
        Commands.run(
            "run",
            second.toString(),
            pipeline.toString(),
            "--lake=" + lake.folder(),
            "--runner=DirectRunner",
            "--output=text");
    assertThat(result.all(), result.code(), is(0));
    assertThat(secondRows(), equalTo(direct()));
    Commands.Result status =
        Commands.run("status", second.toString(), "--lake=" + lake.folder(), "--output=text");
    assertThat(status.all(), status.code(), is(0));
    assertThat(status.all(), containsString("landed by pipeline clicks"));
    Commands.Result bronze =
        Commands.run("read", second.toString(), "bronze", "--lake=" + lake.folder());
    assertThat(bronze.all(), bronze.code(), is(2));
    assertThat(bronze.all(), containsString("pipeline 'clicks' does"));
    Commands.Result validate = Commands.run("validate", second.toString());
    assertThat(validate.all(), containsString("say which with --lake"));
    Commands.Result sample =
        Commands.run("validate", second.toString(), "--lake=" + lake.folder(), "--sample=10");
    assertThat(sample.all(), sample.code(), is(0));
  }
}
