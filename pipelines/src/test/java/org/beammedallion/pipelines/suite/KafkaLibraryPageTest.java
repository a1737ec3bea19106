package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.beammedallion.fixtures.spark.SparkTables;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The pipeline of {@code docs/library.md} that reads a topic does what the page says. */
class KafkaLibraryPageTest extends KafkaClicks {

  private static final int RECORDS = 60;

  /** Each of the first 30 clicks twice, the later version first, and a record that is no click. */
  private void send() throws Exception {
    broker.createTopic(topic, 3, Map.of());
    send(0, 30, 2);
    send(0, 29, 1);
    try (KafkaProducer<byte[], byte[]> producer = broker.producer(Map.of())) {
      byte[] broken = "{\"id\": 7, \"version\": 9}".getBytes(StandardCharsets.UTF_8);
      producer.send(new ProducerRecord<>(topic, 1, null, broken)).get();
    }
  }

  @ParameterizedTest
  @EnumSource(Runner.class)
  void takesRecordsOfATopicIntoATable(Runner runner) throws Exception {
    send();
    Class<?> example = LibraryPage.program("LatestClicks", folder);
    String contract = folder.resolve("clicks.odcs.yaml").toString();
    String table = folder.resolve("lake/clicks").toString();
    for (int repeat = 0; repeat < 2; repeat++) {
      LibraryPage.run(
          example,
          runner.options(),
          broker.bootstrap(),
          topic,
          (long) RECORDS,
          contract,
          table,
          1L);
    }
    List<String> rows = new ArrayList<>();
    SparkTables.rows("SELECT to_json(struct(id, version, page)) FROM " + SparkTables.delta(table))
        .forEach(row -> rows.add(row.get(0)));
    rows.sort(String::compareTo);
    assertThat(rows, equalTo(expected(0, 30, 2)));
    assertThat(
        "once, though it ran twice",
        SparkTables.sql("DESCRIBE HISTORY " + SparkTables.delta(table)).count(),
        is(2L));
    String rejected = LibraryPage.deadLetters(folder.resolve("lake/clicks-quarantine"));
    assertThat(rejected, containsString("REQUIRED"));
    assertThat(rejected.lines().count(), is(1L));
  }
}
