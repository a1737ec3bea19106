package org.beammedallion.io.source.kafka;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.beammedallion.io.progress.KafkaPosition;
import org.beammedallion.io.progress.KafkaShard;
import org.jspecify.annotations.Nullable;

/** Offsets of a consumer group, written so that tools which watch groups see how far cycles are. */
record GroupOffsets(KafkaCluster cluster, String group) {

  /**
   * Commits where cycles have ended.
   *
   * @param positions by partition, see {@link KafkaShard#uri}
   * @return a warning where they could not be committed, else null
   */
  @Nullable String commit(Map<String, String> positions) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    positions.forEach(
        (uri, position) ->
            offsets.put(
                new TopicPartition(KafkaShard.topicOf(uri), KafkaShard.partitionOf(uri)),
                new OffsetAndMetadata(KafkaPosition.of(position).offset())));
    try (KeptClients.Lent<Admin> admin = cluster.admin()) {
      cluster.await(admin.client().alterConsumerGroupOffsets(group, offsets).all());
      admin.keep();
      return null;
    } catch (ExecutionException e) {
      return e.getCause() instanceof KafkaException cause
          ? warning(cluster.failure(cause).getMessage())
          : warning(String.valueOf(e.getCause()));
    } catch (KafkaException e) {
      return warning(cluster.failure(e).getMessage());
    } catch (IOException e) {
      return warning(e.getMessage());
    }
  }

  private String warning(@Nullable String why) {
    return "The offsets of consumer group '"
        + group
        + "' could not be committed. Nothing is lost by that: the lake tells what was read, and the next cycle commits"
        + " them. "
        + why;
  }
}
