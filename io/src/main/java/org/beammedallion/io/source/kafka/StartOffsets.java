package org.beammedallion.io.source.kafka;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.beammedallion.io.storage.StorageException;

/** Where partitions begin of which a pipeline says at which offset. */
final class StartOffsets {

  private StartOffsets() {}

  /**
   * @param first offsets that are still there
   * @param end offsets behind the last that may be read
   * @throws StorageException where a partition is not read, or does not have the offset
   */
  static Map<TopicPartition, Long> of(
      KafkaStart.Offsets start, Map<TopicPartition, Long> first, Map<TopicPartition, Long> end)
      throws StorageException {
    Map<TopicPartition, Long> offsets = new HashMap<>(first);
    for (Map.Entry<String, Long> entry : new TreeMap<>(start.byPartition()).entrySet()) {
      String name = entry.getKey();
      int slash = name.lastIndexOf('/');
      TopicPartition partition =
          new TopicPartition(name.substring(0, slash), Integer.parseInt(name.substring(slash + 1)));
      Long least = first.get(partition);
      long most = end.getOrDefault(partition, 0L);
      if (least == null) {
        throw new StorageException(
            "'source.kafka.start' names the partition '"
                + name
                + "', which is not among those that are read. Look at the topic's name and its number of partitions.",
            null);
      } else if (entry.getValue() < least || entry.getValue() > most) {
        throw new StorageException(
            "'source.kafka.start' names the offset "
                + entry.getValue()
                + " of '"
                + name
                + "', which has the offsets "
                + least
                + " to "
                + (most - 1)
                + ". Name one of these, or "
                + most
                + " to begin behind them.",
            null);
      }
      offsets.put(partition, entry.getValue());
    }
    return offsets;
  }
}
