package org.beammedallion.io.storage;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The storages on the classpath, by scheme. */
final class StorageRegistry {

  /**
   * Two letters at least, so that a Windows drive is none; and a slash, so that a file name may
   * hold a colon.
   */
  private static final Pattern SCHEME =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+):/.*", Pattern.DOTALL);

  private static final String LOCAL = "file";

  private static final Map<String, Storage> BY_SCHEME = load();

  private StorageRegistry() {}

  static Storage find(String uri) {
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
