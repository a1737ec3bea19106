package org.beammedallion.io.storage;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.beammedallion.quality.yaml.DidYouMean;
import org.jspecify.annotations.Nullable;

/**
 * Options of storages. Values that are secrets are references, which each process looks up for
 * itself, so that the settings can be sent to workers.
 *
 * @param byScope options by name, by what they are of: a scheme, such as {@code s3}; or a scheme
 *     and what follows it up to the next slash, such as {@code s3://bucket} or {@code
 *     abfss://container@account}, or without the part before the {@code @}. The narrower scope
 *     counts
 */
public record StorageSettings(Map<String, Map<String, String>> byScope) implements Serializable {

  public static final StorageSettings NONE = new StorageSettings(Map.of());

  private static final Pattern SCOPE = Pattern.compile("[a-z][a-z0-9+.-]+(://[^/]+)?");

  public StorageSettings {
    Map<String, Map<String, String>> copy = new TreeMap<>();
    byScope.forEach((scope, options) -> copy.put(scope, known(scope, options)));
    byScope = copy;
  }

  private static Map<String, String> known(String scope, @Nullable Map<String, String> options) {
    if (options == null || options.values().stream().anyMatch(Objects::isNull)) {
      throw new IllegalArgumentException(
          "Storage options of '"
              + scope
              + "' have no value. Give each option a text, or leave it out.");
    }
    return Map.copyOf(options);
  }

  /**
   * Makes them known to the storages of this process. What other settings say of other scopes
   * stays: several pipelines may run in one process.
   */
  public void install() {
    StorageRegistry.install(this);
  }

  /**
   * Checks that each is an option of a storage, and has a value of its type.
   *
   * @throws IllegalArgumentException where it is not; says what was probably meant
   */
  public void check() {
    byScope.forEach(
        (scope, options) -> {
          if (!SCOPE.matcher(scope).matches()) {
            throw new IllegalArgumentException(
                "Storage options are for a scheme, such as \"s3\", or for one bucket or account of it, such as"
                    + " \"s3://bucket\"; '"
                    + scope
                    + "' is neither.");
          }
          Storage storage =
              StorageRegistry.unconfigured(scope.contains("://") ? scope + "/" : scope + ":/");
          options.keySet().forEach(name -> check(scope, storage.options(), name, options));
        });
  }

  private static void check(
      String scope, List<StorageOption<?>> known, String name, Map<String, String> options) {
    for (StorageOption<?> option : known) {
      if (option.name().equals(name)) {
        new StorageOptions(options).get(option);
        return;
      }
    }
    List<String> names = known.stream().map(StorageOption::name).sorted().toList();
    throw new IllegalArgumentException(
        "The storage of '"
            + scope
            + "' has no option '"
            + name
            + "'"
            + DidYouMean.ending(name, names)
            + (names.isEmpty() ? " It has none." : " It has " + String.join(", ", names) + "."));
  }

  StorageSettings plus(StorageSettings other) {
    Map<String, Map<String, String>> all = new TreeMap<>(byScope);
    other.byScope.forEach(
        (scope, options) -> {
          Map<String, String> both = new TreeMap<>(all.getOrDefault(scope, Map.of()));
          both.putAll(options);
          all.put(scope, both);
        });
    return new StorageSettings(all);
  }

  /**
   * What is said of a bucket or account.
   *
   * @param bucket with its scheme, such as {@code s3://bucket}
   */
  StorageOptions of(String bucket) {
    int colon = bucket.indexOf("://");
    String scheme = bucket.substring(0, colon);
    String authority = bucket.substring(colon + 3);
    List<String> scopes = new ArrayList<>(List.of(scheme));
    int at = authority.lastIndexOf('@');
    if (at >= 0) {
      scopes.add(scheme + "://" + authority.substring(at + 1));
    }
    scopes.add(bucket);
    Map<String, String> options = new TreeMap<>();
    scopes.forEach(scope -> options.putAll(byScope.getOrDefault(scope, Map.of())));
    return new StorageOptions(options);
  }

  /** Names only: a value may be a secret that somebody has written down. */
  @Override
  public String toString() {
    Map<String, Object> names = new TreeMap<>();
    byScope.forEach((scope, options) -> names.put(scope, options.keySet()));
    return "StorageSettings" + names;
  }
}
