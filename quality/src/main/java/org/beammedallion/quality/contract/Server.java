package org.beammedallion.quality.contract;

import java.util.Map;
import org.beammedallion.quality.yaml.Location;
import org.jspecify.annotations.Nullable;

/**
 * A place where the data is to be found.
 *
 * @param name the entry's {@code server}
 * @param type a server type of the standard, such as {@code local} or {@code kafka}
 * @param properties every key of the entry as plain data
 */
public record Server(
    String name, String type, Map<String, @Nullable Object> properties, Location location) {

  public static final String LOCAL = "local";
  public static final String S3 = "s3";
  public static final String AZURE = "azure";
  public static final String KAFKA = "kafka";

  /** The text under a key, or null. */
  public @Nullable String text(String key) {
    Object value = properties.get(key);
    return value == null ? null : value.toString();
  }
}
