package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.beammedallion.io.progress.RunSchedule;
import org.beammedallion.io.storage.StorageException;
import org.beammedallion.pipelines.cycle.CycleListener;
import org.beammedallion.pipelines.cycle.CycleListener.Step;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.junit.jupiter.api.Test;

/** {@code status} of a pipeline over a topic: what waits in each partition, and for how long. */
class KafkaStatusTest extends KafkaClicks {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long FIRST = 1_700_000_000_000L;
  private static final Pattern EXAMPLE =
      Pattern.compile("## Status\n.*?```json\n(.*?)```", Pattern.DOTALL);

  private Commands.Result text() {
    return Commands.run("status", pipeline.toString(), "--lake=" + lake.folder());
  }

  private JsonNode status(int code) throws IOException {
    Commands.Result result =
        Commands.run("status", pipeline.toString(), "--lake=" + lake.folder(), "--output=json");
    assertThat(result.all(), result.code(), is(code));
    return JSON.readTree(result.out());
  }

  /** A figure of each partition of the topic. */
  private static List<Long> each(JsonNode status, String figure) {
    List<Long> values = new ArrayList<>();
    status.at("/source/partitions").forEach(part -> values.add(part.get(figure).asLong()));
    return values;
  }

  private static List<String> oldest(JsonNode status) {
    List<String> values = new ArrayList<>();
    status.at("/source/partitions").forEach(part -> values.add(part.get("oldest").asText()));
    return values;
  }

  private Map<String, Instant> files() throws IOException {
    Map<String, Instant> files = new TreeMap<>();
    if (Files.exists(lake.folder())) {
      try (Stream<Path> all = Files.walk(lake.folder())) {
        for (Path file : all.toList()) {
          files.put(file.toString(), Files.getLastModifiedTime(file).toInstant());
        }
      }
    }
    return files;
  }

  @Test
  void tellsPositionEndAndAgeOfEachPartitionAndWritesNothing() throws Exception {
    broker.createTopic(topic, 3, Map.of());
    send(0, 30, 1);
    JsonNode before = status(0);
    assertThat(each(before, "lag"), is(List.of(10L, 10L, 10L)));
    assertThat(Files.exists(lake.folder()), is(false));

    assertThat(read(Runner.DIRECT), is(30L));
    send(31, 33, 2);
    send(34, 35, 2);
    Map<String, Instant> files = files();
    JsonNode status = status(0);
    assertThat(files(), equalTo(files));
    assertThat(each(status, "position"), is(List.of(10L, 10L, 10L)));
    assertThat(each(status, "end"), is(List.of(10L, 12L, 11L)));
    assertThat(each(status, "lag"), is(List.of(0L, 2L, 1L)));
    String second = Instant.ofEpochMilli(FIRST + 31).toString();
    assertThat(
        oldest(status), is(List.of("null", second, Instant.ofEpochMilli(FIRST + 32).toString())));
    JsonNode source = status.get("source");
    assertThat(source.get("waiting").asLong(), is(3L));
    assertThat(source.get("oldest").asText(), is(second));
    double age =
        Duration.between(
                    Instant.ofEpochMilli(FIRST + 31), Instant.parse(status.get("time").asText()))
                .toMillis()
            / 1e3;
    assertThat(source.get("lagSeconds").asDouble(), is(closeTo(age, 0.002)));
    assertThat(status.at("/cycles/0/read").asLong(), is(30L));
    assertThat(status.at("/tables/0/table").asText(), is("silver.clicks"));
    assertThat(status.at("/tables/0/cycle").asLong(), is(1L));
    assertThat(status.at("/tables/0/rows").asLong(), is(30L));

    assertThat(read(Runner.DIRECT), is(3L));
    JsonNode after = status(0);
    assertThat(each(after, "lag"), is(List.of(0L, 0L, 0L)));
    assertThat(after.at("/source/oldest").isNull(), is(true));
    assertThat(
        text().out(),
        matchesPattern(
            "(?s).*  kafka:"
                + topic
                + "/1 +12 +12 +0\n.*silver\\.clicks +\\d+  \\S+Z +[0-9.]+ +33 .*"));
  }

  @Test
  void aTransactionThatIsOpenIsWhatThePartitionWaitsFor() throws Exception {
    broker.createTopic(topic, 3, Map.of());
    Map<String, Object> settings = new HashMap<>();
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "open-" + topic);
    try (KafkaProducer<byte[], byte[]> producer = broker.producer(settings)) {
      producer.initTransactions();
      producer.beginTransaction();
      send(producer, 0, 4, 1);
      JsonNode open = status(0);
      assertThat(each(open, "lag"), is(List.of(0L, 0L, 0L)));
      assertThat(each(open, "held"), is(List.of(2L, 1L, 1L)));
      assertThat(
          open.at("/source/partitions/0/waitsFor").asText(),
          startsWith("an open transaction of producer "));
      assertThat(
          open.at("/source/partitions/0/waitsFor").asText(),
          containsString(Instant.ofEpochMilli(FIRST + 3).toString()));
      assertThat(text().out(), containsString("waits for an open transaction of producer "));
      producer.abortTransaction();
      broker.awaitTransactions(topic);
      JsonNode aborted = status(0);
      assertThat(
          "aborted messages and their marker", each(aborted, "lag"), is(List.of(3L, 2L, 2L)));
      assertThat(oldest(aborted), is(List.of("null", "null", "null")));
      assertThat(aborted.at("/source/partitions/0/waitsFor").isNull(), is(true));
    }
  }

  @Test
  void aBrokerThatIsAwayAndATopicThatIsNotThereAreLines() throws Exception {
    broker.createTopic(topic, 3, Map.of());
    send(0, 30, 1);
    assertThat(read(Runner.DIRECT), is(30L));
    broker.deleteTopic(topic);
    JsonNode gone = status(5);
    assertThat(gone.at("/source/error").asText(), containsString("has no topic '" + topic + "'"));
    assertThat(gone.at("/tables/0/rows").asLong(), is(30L));

    Files.writeString(
        folder.resolve("clicks.odcs.yaml"),
        Files.readString(folder.resolve("clicks.odcs.yaml"))
            .replace(broker.bootstrap(), "localhost:1"));
    Files.writeString(
        pipeline,
        PIPELINE.replace(
            "OPTIONS",
            ", kafka: {properties: {default.api.timeout.ms: '2000', request.timeout.ms: '1000'}}"));
    JsonNode away = status(5);
    assertThat(away.at("/source/error").asText(), containsString("cannot be read"));
    assertThat(away.at("/cycles/0/read").asLong(), is(30L));
    Commands.Result text = text();
    assertThat(text.code(), is(5));
    assertThat(text.out(), containsString("  does not answer: Kafka at 'localhost:1'"));
  }

  @Test
  void messagesThatWereDeletedAreAWarning() throws Exception {
    broker.createTopic(topic, 3, Map.of());
    send(0, 30, 1);
    assertThat(read(Runner.DIRECT), is(30L));
    send(30, 60, 1);
    broker.deleteRecords(topic, 1, 15);
    JsonNode status = status(0);
    assertThat(each(status, "lag"), is(List.of(10L, 5L, 10L)));
    assertThat(
        status.at("/source/warnings/0").asText(),
        startsWith("kafka:" + topic + "/1 has lost the offsets 10 to 14"));
  }

  @Test
  void aCycleThatFailedIsShownWithItsReason() throws Exception {
    broker.createTopic(topic, 3, Map.of());
    send(0, 30, 1);
    CycleListener removing =
        (plan, step, detail) -> {
          if (step == Step.PLANNED) {
            broker.deleteTopic(topic);
          }
        };
    assertThrows(StorageException.class, () -> lake.run(pipeline, Runner.DIRECT, removing));
    broker.createTopic(topic, 3, Map.of());
    JsonNode open = status(0).get("open");
    assertThat(open.get("cycle").asLong(), is(1L));
    assertThat(open.get("state").asText(), is("FAILED"));
    assertThat(open.get("process").asLong(), is(ProcessHandle.current().pid()));
    assertThat(
        open.get("why").asText(), containsString("was deleted since this cycle was planned"));
    assertThat(text().out(), containsString("Cycle 1, planned 2026-11-05T12:00:00Z, is failed"));
  }

  @Test
  void theExampleOfThePageHasTheFieldsThatThereAre() throws Exception {
    broker.createTopic(topic, 1, Map.of());
    pipeline = pipeline("");
    String page = Files.readString(Path.of("..").resolve("docs/command-line.md"));
    Matcher example = EXAMPLE.matcher(page);
    assertThat("the page has an example", example.find(), is(true));
    JsonNode shown = JSON.readTree(example.group(1));
    try (KafkaProducer<byte[], byte[]> producer = broker.producer(Map.of())) {
      sendToFirst(producer, 0, 10);
      assertThat(read(Runner.DIRECT), is(10L));
      sendToFirst(producer, 10, 12);
    }
    CycleListener dying =
        (plan, step, detail) -> {
          if (step == Step.STAGING) {
            throw new IllegalStateException("died");
          }
        };
    assertThrows(IllegalStateException.class, () -> lake.run(pipeline, Runner.DIRECT, dying));
    new RunSchedule("elsewhere", 1, "", Lake.NOW, Lake.NOW, 10_000)
        .put(LakeLayout.of(lake.folder().toString()).progress("clicks"));
    assertThat(fields(shown), equalTo(fields(status(0))));
  }

  private void sendToFirst(KafkaProducer<byte[], byte[]> producer, int from, int to)
      throws Exception {
    for (int id = from; id < to; id++) {
      send(producer, id * 3, id * 3 + 1, 1);
    }
  }

  /** Names of fields with those inside them; of a list those of its first element. */
  private static List<String> fields(JsonNode node) {
    List<String> names = new ArrayList<>();
    if (node.isArray() && !node.isEmpty()) {
      names.addAll(fields(node.get(0)));
    }
    Iterator<Map.Entry<String, JsonNode>> fields = node.fields();
    while (fields.hasNext()) {
      Map.Entry<String, JsonNode> field = fields.next();
      names.add(field.getKey());
      fields(field.getValue()).forEach(inner -> names.add(field.getKey() + "." + inner));
    }
    return names;
  }

  private Map<Integer, Long> committed(String group) {
    Map<Integer, Long> offsets = new TreeMap<>();
    broker.administer(
        admin -> {
          try {
            admin
                .listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get()
                .forEach(
                    (partition, offset) -> offsets.put(partition.partition(), offset.offset()));
          } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
          }
        });
    return offsets;
  }

  @Test
  void offsetsAreCommittedForOthersAndNeverBelieved() throws Exception {
    broker.createTopic(topic, 3, Map.of());
    send(0, 30, 1);
    assertThat(read(Runner.DIRECT), is(30L));
    String group = "watched-" + topic;
    assertThat(committed(group), is(Map.of()));
    pipeline = pipeline(", kafka: {commitOffsets: " + group + "}");
    send(30, 61, 1);
    assertThat(read(Runner.DIRECT), is(31L));
    assertThat(committed(group), is(Map.of(0, 21L, 1, 20L, 2, 20L)));
    broker.administer(
        admin -> {
          try {
            admin
                .alterConsumerGroupOffsets(
                    group, Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(3)))
                .all()
                .get();
          } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
          }
        });
    assertThat(read(Runner.DIRECT), is(0L));
    send(61, 62, 1);
    assertThat(read(Runner.DIRECT), is(1L));
    assertThat(committed(group), is(Map.of(0, 21L, 1, 21L, 2, 20L)));
    assertThat(silver(), equalTo(expected(0, 62, 1)));
  }

  @Test
  void offsetsThatCannotBeCommittedAreAWarningOfTheCycle() throws Exception {
    broker.createTopic(topic, 3, Map.of());
    String group = "taken-" + topic;
    pipeline = pipeline(", kafka: {commitOffsets: " + group + "}");
    send(0, 30, 1);
    try (GroupMember member = GroupMember.join(broker.bootstrap(), group, topic)) {
      assertThat(member.isAssigned(), is(true));
      List<String> warnings = run(Runner.DIRECT).warnings();
      assertThat(
          warnings.toString(),
          containsString("The offsets of consumer group '" + group + "' could not be committed."));
    }
    assertThat(silver(), equalTo(expected(0, 30, 1)));
  }
}
