package org.beammedallion.io.source.kafka;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.beammedallion.fixtures.kafka.KafkaBroker;
import org.beammedallion.io.progress.KafkaShard;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.source.CycleLimits;
import org.beammedallion.io.source.DataLoss;
import org.beammedallion.io.source.Source;
import org.beammedallion.io.source.SourceContract;
import org.beammedallion.io.storage.StorageException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A topic of two partitions, on a broker. */
class KafkaSourceTest extends SourceContract {

  @TempDir static Path data;

  private static KafkaBroker broker;
  private static int topics;

  private String topic = "";
  private int added;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = KafkaBroker.start(data);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Override
  protected Source open(Path place) {
    topics++;
    topic = "topic-" + topics;
    broker.createTopic(topic, 2, Map.of());
    return new KafkaSource(
        KafkaCluster.of(broker.bootstrap()),
        KafkaTopics.of(topic),
        new KafkaStart.Earliest(),
        DataLoss.FAIL,
        1_000_000,
        1 << 20);
  }

  @Override
  protected List<String> add(Path place, int count)
      throws ExecutionException, InterruptedException {
    List<String> records = new ArrayList<>();
    List<Future<?>> sent = new ArrayList<>();
    try (KafkaProducer<byte[], byte[]> producer = broker.producer(Map.of())) {
      for (int i = 0; i < count; i++) {
        added++;
        records.add("{\"n\": " + added + "}");
        byte[] value = records.get(i).getBytes(StandardCharsets.UTF_8);
        sent.add(producer.send(new ProducerRecord<>(topic, added % 2, null, value)));
      }
      for (Future<?> each : sent) {
        each.get();
      }
    }
    return records;
  }

  @Override
  protected void remove(Shard shard) {
    KafkaShard range = (KafkaShard) shard;
    broker.deleteRecords(range.topic(), range.partition(), range.to());
  }

  @Override
  protected boolean removePlace(Path place) {
    broker.deleteTopic(topic);
    return true;
  }

  @Override
  protected CycleLimits few() {
    return new CycleLimits(10, 500);
  }

  @Override
  protected boolean isOfWholes() {
    return false;
  }

  @Override
  protected Class<? extends IOException> gone() {
    return StorageException.class;
  }
}
