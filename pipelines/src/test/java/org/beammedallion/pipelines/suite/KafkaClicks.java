package org.beammedallion.pipelines.suite;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.beammedallion.fixtures.kafka.KafkaBroker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A topic of one broker without security. */
abstract class KafkaClicks extends TopicOfClicks {

  @TempDir static Path data;

  static KafkaBroker broker;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = KafkaBroker.start(data);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Override
  String host() {
    return broker.bootstrap();
  }

  @Override
  KafkaProducer<byte[], byte[]> producer(Map<String, Object> settings) {
    return broker.producer(settings);
  }

  /** Transactions: one that is aborted between two that are committed. */
  void sendTransactions(int from, int to, int version) throws Exception {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "t-" + topic);
    try (KafkaProducer<byte[], byte[]> producer = producer(settings)) {
      producer.initTransactions();
      int half = (from + to) / 2;
      producer.beginTransaction();
      send(producer, from, half, version);
      producer.commitTransaction();
      producer.beginTransaction();
      send(producer, from, to, version + 1);
      producer.abortTransaction();
      producer.beginTransaction();
      send(producer, half, to, version);
      producer.commitTransaction();
    }
    broker.awaitTransactions(topic);
  }
}
