package org.beammedallion.io.storage.object;

import java.util.Locale;

/**
 * A place in a bucket or container.
 *
 * @param bucket scheme and authority, such as {@code s3://data} or {@code
 *     abfss://data@account.dfs.core.windows.net}
 * @param key of an object, or of what stands for a folder; empty for all of the bucket
 */
public record ObjectLocation(String bucket, String key) {

  /**
   * Reads a URI as it is: nothing in it is percent-encoded.
   *
   * @param form how it should look, for the message
   * @throws IllegalArgumentException where it names no bucket
   */
  public static ObjectLocation of(String uri, String form) {
    int colon = uri.indexOf(':');
    int slash = uri.indexOf('/', colon + 3);
    String bucket = slash < 0 ? uri : uri.substring(0, slash);
    if (!uri.startsWith("://", colon) || bucket.length() == colon + 3) {
      throw new IllegalArgumentException(
          "'" + uri + "' names no bucket: write " + form + ", with two slashes.");
    }
    String key = slash < 0 ? "" : uri.substring(slash + 1);
    while (key.endsWith("/")) {
      key = key.substring(0, key.length() - 1);
    }
    return new ObjectLocation(
        uri.substring(0, colon).toLowerCase(Locale.ROOT) + bucket.substring(colon), key);
  }

  /** The scheme, in lower case. */
  public String scheme() {
    return bucket.substring(0, bucket.indexOf("://"));
  }

  /** The bucket without the scheme. */
  public String name() {
    return bucket.substring(bucket.indexOf("://") + 3);
  }

  /** What the keys of all objects below it begin with. */
  public String prefix() {
    return key.isEmpty() ? "" : key + "/";
  }

  public String uri() {
    return key.isEmpty() ? bucket : bucket + "/" + key;
  }

  /** The URI of an object of the same bucket. */
  public String uriOf(String other) {
    return bucket + "/" + other;
  }
}
