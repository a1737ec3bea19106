package org.beammedallion.io.storage;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.beammedallion.io.secret.SecretReferences;
import org.jspecify.annotations.Nullable;

/** What the storage of one bucket or account is told. Its text has no values. */
public final class StorageOptions {

  /** Where nothing is said. */
  public static final StorageOptions NONE = new StorageOptions(Map.of());

  private final Map<String, String> values;

  /**
   * @param values by name; they may refer to secrets, see {@link SecretReferences}
   */
  StorageOptions(Map<String, String> values) {
    this.values = new TreeMap<>(values);
  }

  /**
   * The value of an option, or empty where it is not given. A reference to a secret is looked up
   * now, in this process.
   *
   * @throws IllegalArgumentException where the value is of another type, there is no such secret,
   *     or a secret is written down
   */
  public <T> Optional<T> get(StorageOption<T> option) {
    String value = values.get(option.name());
    if (value != null && option.isSecret() && !SecretReferences.isOne(value)) {
      throw new IllegalArgumentException(
          "The storage option '"
              + option.name()
              + "' is a secret, and is not to be written down: options are sent to workers and shown by engines. Write"
              + " ${env:NAME} or ${file:PATH}.");
    }
    return value == null
        ? Optional.empty()
        : Optional.of(parse(option, SecretReferences.resolve(value)));
  }

  /** Whether an option is given. */
  public boolean has(StorageOption<?> option) {
    return values.containsKey(option.name());
  }

  private static <T> T parse(StorageOption<T> option, String value) {
    try {
      return option.parser().apply(value);
    } catch (IllegalArgumentException e) {
      // The value is not told: it may be a secret.
      throw new IllegalArgumentException(
          "The storage option '" + option.name() + "' takes " + option.wanted() + ".");
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof StorageOptions options && options.values.equals(values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return "StorageOptions" + values.keySet();
  }
}
