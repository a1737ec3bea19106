package org.beammedallion.io.storage;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The storages on the classpath, by scheme. */
final class StorageRegistry {

  /**
   * Two letters at least, so that a Windows drive is none; and a slash, so that a file name may
   * hold a colon.
   */
  private static final Pattern SCHEME =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+):/.*", Pattern.DOTALL);

  private static final String LOCAL = "file";

  private static final Pattern AUTHORITY = Pattern.compile("[^:]+://([^/]*).*", Pattern.DOTALL);

  private static final Map<String, Storage> BY_SCHEME = load();

  /** Storages that have options, by scheme and authority. */
  private static final Map<String, Configured> CONFIGURED = new ConcurrentHashMap<>();

  private static volatile StorageSettings settings = StorageSettings.NONE;

  /** The storage of a bucket, and by what it was made. */
  private record Configured(Storage storage, StorageOptions options, StorageSettings settings) {}

  private StorageRegistry() {}

  /** The storage for a URI, configured as it was told. */
  static Storage find(String uri) {
    Storage storage = unconfigured(uri);
    return storage.options().isEmpty() ? storage : configured(storage, uri);
  }

  /** The same as it is before it is told anything. */
  static Storage unconfigured(String uri) {
    Storage storage = BY_SCHEME.get(scheme(uri));
    if (storage == null) {
      throw new IllegalArgumentException(
          "No storage for '"
              + uri
              + "': the scheme '"
              + scheme(uri)
              + "' is not among "
              + new TreeSet<>(BY_SCHEME.keySet())
              + ". Use one of them or a local path, or put a storage for it on the classpath.");
    }
    return storage;
  }

  private static Storage configured(Storage storage, String uri) {
    Matcher matcher = AUTHORITY.matcher(uri);
    String authority = matcher.matches() ? matcher.group(1) : "";
    String bucket = scheme(uri) + "://" + authority;
    StorageSettings now = settings;
    Configured known = CONFIGURED.get(bucket);
    if (known == null || !known.settings.equals(now)) {
      known = CONFIGURED.compute(bucket, (key, before) -> configured(storage, key, before, now));
    }
    return known.storage;
  }

  /** A storage that may be in use stays where nothing new is said of it. */
  private static Configured configured(
      Storage storage, String bucket, @Nullable Configured before, StorageSettings now) {
    StorageOptions options = now.of(bucket);
    return new Configured(
        before != null && before.options.equals(options)
            ? before.storage
            : storage.configured(bucket, options),
        options,
        now);
  }

  /** See {@link StorageSettings#install}. */
  static synchronized void install(StorageSettings further) {
    StorageSettings all = settings.plus(further);
    if (!all.equals(settings)) {
      settings = all;
    }
  }

  static boolean isUri(String text) {
    return SCHEME.matcher(text).matches();
  }

  private static String scheme(String uri) {
    Matcher matcher = SCHEME.matcher(uri);
    return matcher.matches() ? matcher.group(1).toLowerCase(Locale.ROOT) : LOCAL;
  }

  private static Map<String, Storage> load() {
    Map<String, Storage> storages = new HashMap<>();
    for (Storage storage : ServiceLoader.load(Storage.class, Storage.class.getClassLoader())) {
      for (String scheme : storage.schemes()) {
        storages.put(scheme, storage);
      }
    }
    return Map.copyOf(storages);
  }
}
