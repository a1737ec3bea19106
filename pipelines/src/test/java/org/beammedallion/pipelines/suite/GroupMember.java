package org.beammedallion.pipelines.suite;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A consumer that is a member of a group, as other programs have them. */
record GroupMember(KafkaConsumer<byte[], byte[]> consumer) implements AutoCloseable {

  /** Returns when the group has given it partitions. */
  static GroupMember join(String bootstrap, String group, String topic) {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap,
                ConsumerConfig.GROUP_ID_CONFIG,
                group,
                // It is not polled again while a cycle runs.
                ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                300_000),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    consumer.subscribe(List.of(topic));
    while (consumer.assignment().isEmpty()) {
      consumer.poll(Duration.ofMillis(100));
    }
    return new GroupMember(consumer);
  }

  boolean isAssigned() {
    return !consumer.assignment().isEmpty();
  }

  @Override
  public void close() {
    consumer.close(Duration.ZERO);
  }
}
