package org.beammedallion.io.storage.s3;

import java.util.Locale;

/**
 * A place in a bucket.
 *
 * @param bucket scheme and bucket, such as {@code s3://data}
 * @param key of an object, or of what stands for a folder; empty for the whole bucket
 */
record S3Location(String bucket, String key) {

  /**
   * Reads a URI as it is: nothing in it is percent-encoded.
   *
   * @throws IllegalArgumentException where it names no bucket
   */
  static S3Location of(String uri) {
    int colon = uri.indexOf(':');
    int slash = uri.indexOf('/', colon + 3);
    String bucket = slash < 0 ? uri : uri.substring(0, slash);
    if (!uri.startsWith("://", colon) || bucket.length() == colon + 3) {
      throw new IllegalArgumentException(
          "'" + uri + "' names no bucket: write s3://BUCKET/FOLDER, with two slashes.");
    }
    String key = slash < 0 ? "" : uri.substring(slash + 1);
    while (key.endsWith("/")) {
      key = key.substring(0, key.length() - 1);
    }
    return new S3Location(
        uri.substring(0, colon).toLowerCase(Locale.ROOT) + bucket.substring(colon), key);
  }

  /** The bucket's name. */
  String name() {
    return bucket.substring(bucket.indexOf("://") + 3);
  }

  /** What the keys of all objects below it begin with. */
  String prefix() {
    return key.isEmpty() ? "" : key + "/";
  }

  String uri() {
    return key.isEmpty() ? bucket : bucket + "/" + key;
  }

  /** The URI of an object of the same bucket. */
  String uriOf(String other) {
    return bucket + "/" + other;
  }
}
