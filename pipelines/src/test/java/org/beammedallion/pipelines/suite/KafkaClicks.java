package org.beammedallion.pipelines.suite;

import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
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
}
