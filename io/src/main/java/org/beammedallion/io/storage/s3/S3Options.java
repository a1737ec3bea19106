package org.beammedallion.io.storage.s3;

import java.net.URI;
import java.util.List;
import org.beammedallion.io.storage.StorageOption;
import org.beammedallion.io.storage.StorageOptions;
import org.jspecify.annotations.Nullable;

/** The options of a bucket. */
final class S3Options {

  static final StorageOption<String> REGION = StorageOption.text("region");
  static final StorageOption<URI> ENDPOINT = StorageOption.url("endpoint");
  static final StorageOption<Boolean> PATH_STYLE = StorageOption.flag("pathStyle");

  static final StorageOption<String> ACCESS_KEY_ID = StorageOption.text("accessKeyId");
  static final StorageOption<String> SECRET_ACCESS_KEY = StorageOption.secret("secretAccessKey");
  static final StorageOption<String> SESSION_TOKEN = StorageOption.secret("sessionToken");
  static final StorageOption<String> PROFILE = StorageOption.text("profile");
  static final StorageOption<String> ROLE_ARN = StorageOption.text("roleArn");
  static final StorageOption<String> EXTERNAL_ID = StorageOption.text("externalId");
  static final StorageOption<Boolean> ANONYMOUS = StorageOption.flag("anonymous");

  static final StorageOption<String> ENCRYPTION =
      new StorageOption<>("encryption", "AES256 or aws:kms", S3Options::encryptionOf);
  static final StorageOption<String> KMS_KEY_ID = StorageOption.text("kmsKeyId");
  static final StorageOption<String> BUCKET_OWNER = StorageOption.text("bucketOwner");
  static final StorageOption<Boolean> REQUESTER_PAYS = StorageOption.flag("requesterPays");
  static final StorageOption<Long> PART_BYTES =
      // The least size of a part but the last, and the most that is sensible in memory.
      StorageOption.bytes("partBytes", 5L << 20, 1L << 30);

  static final List<StorageOption<?>> ALL =
      List.of(
          REGION,
          ENDPOINT,
          PATH_STYLE,
          ACCESS_KEY_ID,
          SECRET_ACCESS_KEY,
          SESSION_TOKEN,
          PROFILE,
          ROLE_ARN,
          EXTERNAL_ID,
          ANONYMOUS,
          ENCRYPTION,
          KMS_KEY_ID,
          BUCKET_OWNER,
          REQUESTER_PAYS,
          PART_BYTES);

  private static final long PART = 8L << 20;

  private S3Options() {}

  /**
   * What is sent with requests.
   *
   * @param encryption of new objects, as S3 names it; null for what the bucket says
   * @param kmsKeyId key of the encryption, or null
   * @param bucketOwner account that must own the bucket, or null
   * @param requesterPays whether we pay for requests
   * @param partBytes size of the parts of large objects
   */
  record Requests(
      @Nullable String encryption,
      @Nullable String kmsKeyId,
      @Nullable String bucketOwner,
      boolean requesterPays,
      int partBytes) {

    static Requests of(StorageOptions options) {
      Requests requests =
          new Requests(
              options.get(ENCRYPTION).orElse(null),
              options.get(KMS_KEY_ID).orElse(null),
              options.get(BUCKET_OWNER).orElse(null),
              options.get(REQUESTER_PAYS).orElse(false),
              Math.toIntExact(options.get(PART_BYTES).orElse(PART)));
      if (requests.kmsKeyId != null && !"aws:kms".equals(requests.encryption)) {
        throw new IllegalArgumentException(
            "The storage option 'kmsKeyId' needs 'encryption': say \"encryption\": \"aws:kms\" as well.");
      }
      return requests;
    }

    /** Value of the header that accepts the costs of a request; null where it is not sent. */
    @Nullable String payer() {
      return requesterPays ? "requester" : null;
    }
  }

  private static String encryptionOf(String text) {
    if (text.equals("AES256") || text.equals("aws:kms")) {
      return text;
    }
    throw new IllegalArgumentException(text);
  }
}
