package org.beammedallion.io.progress;

/**
 * Where cycles have ended in one partition of a topic of Kafka.
 *
 * @param topicId of the topic whose offset it is
 * @param offset the next one to read
 */
public record KafkaPosition(String topicId, long offset) {

  /**
   * @param text of {@link #toString}
   * @throws IllegalArgumentException where it is another
   */
  public static KafkaPosition of(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException(
          "'" + text + "' is no position of Kafka, such as 'Xq1zW0bWQ2u3gk0h8Y6m5A:1200'.");
    }
    return new KafkaPosition(text.substring(0, colon), Long.parseLong(text.substring(colon + 1)));
  }

  @Override
  public String toString() {
    return topicId + ":" + offset;
  }
}
