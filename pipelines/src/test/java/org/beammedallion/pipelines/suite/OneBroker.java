package org.beammedallion.pipelines.suite;

import java.nio.file.Path;
import java.util.Map;
import org.beammedallion.fixtures.kafka.KafkaBroker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A broker for the topics of {@link StreamInput}. */
abstract class OneBroker {

  private static int topics;

  @TempDir static Path shared;
  static KafkaBroker broker;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = KafkaBroker.startBehindGate(shared);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  /** The name of a new topic. */
  static String createTopic() {
    topics++;
    String topic = "events-" + topics;
    broker.createTopic(topic, 3, Map.of());
    return topic;
  }
}
