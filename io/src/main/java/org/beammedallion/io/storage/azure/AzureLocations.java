package org.beammedallion.io.storage.azure;

import org.beammedallion.io.storage.object.ObjectLocation;

/**
 * URIs of blobs: {@code abfss://CONTAINER@ACCOUNT.dfs.core.windows.net/KEY} as Hadoop and Spark
 * write them, {@code abfss://ACCOUNT.dfs.core.windows.net/CONTAINER/KEY} as data contracts do, and
 * {@code az://CONTAINER/KEY} where the account is an option.
 */
final class AzureLocations {

  private static final String FORM =
      "abfss://CONTAINER@ACCOUNT.dfs.core.windows.net/FOLDER or az://CONTAINER/FOLDER";

  private AzureLocations() {}

  /**
   * The place of a URI, with the container before the account.
   *
   * @throws IllegalArgumentException where it names no container
   */
  static ObjectLocation of(String uri) {
    ObjectLocation written = ObjectLocation.of(uri, FORM);
    // Names of containers have no point, and those of hosts have.
    if (written.name().contains("@") || !written.name().contains(".")) {
      return written;
    }
    int slash = written.key().indexOf('/');
    String container = slash < 0 ? written.key() : written.key().substring(0, slash);
    if (container.isEmpty()) {
      throw new IllegalArgumentException("'" + uri + "' names no container: write " + FORM + ".");
    }
    return new ObjectLocation(
        written.scheme() + "://" + container + "@" + written.name(),
        slash < 0 ? "" : written.key().substring(slash + 1));
  }

  /** The container's name. */
  static String container(ObjectLocation location) {
    int at = location.name().indexOf('@');
    return at < 0 ? location.name() : location.name().substring(0, at);
  }

  /** The account's host as the URI has it; empty where it has none. */
  static String host(ObjectLocation location) {
    int at = location.name().indexOf('@');
    return at < 0 ? "" : location.name().substring(at + 1);
  }
}
