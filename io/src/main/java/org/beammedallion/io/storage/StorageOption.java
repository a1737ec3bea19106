package org.beammedallion.io.storage;

import java.net.URI;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.function.Function;

/**
 * An option that a storage knows.
 *
 * @param name as it stands in {@code --storage}
 * @param wanted what its value is, such as {@code a number}
 * @param isSecret whether its value must be a reference, because options are sent to workers and
 *     shown by engines
 * @param parser of its value; throws IllegalArgumentException where a text is none
 * @param <T> type of its value
 */
public record StorageOption<T>(
    String name, String wanted, boolean isSecret, Function<String, T> parser) {

  public StorageOption(String name, String wanted, Function<String, T> parser) {
    this(name, wanted, false, parser);
  }

  /** A text that must not be written down. */
  public static StorageOption<String> secret(String name) {
    return new StorageOption<>(name, "a reference to a secret", true, Function.identity());
  }

  public static StorageOption<String> text(String name) {
    return new StorageOption<>(name, "a text", Function.identity());
  }

  public static StorageOption<Long> number(String name) {
    return new StorageOption<>(name, "a whole number", Long::valueOf);
  }

  public static StorageOption<Boolean> flag(String name) {
    return new StorageOption<>(name, "true or false", StorageOption::flagOf);
  }

  /** As ISO 8601 writes it. */
  public static StorageOption<Duration> duration(String name) {
    return new StorageOption<>(name, "a duration such as PT30S", StorageOption::durationOf);
  }

  /** Of a server, such as {@code https://host:port}. */
  public static StorageOption<URI> url(String name) {
    return new StorageOption<>(name, "a URL such as https://host:port", StorageOption::urlOf);
  }

  /** A number of bytes. */
  public static StorageOption<Long> bytes(String name, long least, long most) {
    return new StorageOption<>(
        name,
        "a number of bytes from " + least + " to " + most,
        text -> {
          long bytes = Long.parseLong(text);
          if (bytes < least || bytes > most) {
            throw new IllegalArgumentException(text);
          }
          return bytes;
        });
  }

  private static URI urlOf(String text) {
    URI url = URI.create(text);
    if (url.getHost() == null
        || !("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
      throw new IllegalArgumentException(text);
    }
    return url;
  }

  private static boolean flagOf(String text) {
    if (text.equals("true") || text.equals("false")) {
      return text.equals("true");
    }
    throw new IllegalArgumentException(text);
  }

  private static Duration durationOf(String text) {
    try {
      return Duration.parse(text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
