package org.beammedallion.io.source.kafka;

import java.io.Serializable;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which topics of a cluster are read.
 *
 * @param names of topics; empty where a pattern tells
 * @param pattern that whole names match; null where names tell
 */
public record KafkaTopics(List<String> names, @Nullable Pattern pattern) implements Serializable {

  public KafkaTopics {
    names = List.copyOf(names);
  }

  public static KafkaTopics of(String... names) {
    return new KafkaTopics(List.of(names), null);
  }

  public static KafkaTopics matching(Pattern pattern) {
    return new KafkaTopics(List.of(), pattern);
  }

  /** Whether topics of this name are read. */
  boolean include(String name) {
    return pattern == null ? names.contains(name) : pattern.matcher(name).matches();
  }

  @Override
  public String toString() {
    return pattern == null ? String.join(", ", names) : "/" + pattern + "/";
  }
}
