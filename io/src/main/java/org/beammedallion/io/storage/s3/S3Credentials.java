package org.beammedallion.io.storage.s3;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.beammedallion.io.storage.StorageOption;
import org.beammedallion.io.storage.StorageOptions;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;

/** The credentials of a bucket: by options, or by the default chain of the SDK. */
final class S3Credentials {

  private static final String SESSION = "medallion";

  private S3Credentials() {}

  /**
   * @throws IllegalArgumentException where more than one is named, or a key without its secret
   */
  static AwsCredentialsProvider of(StorageOptions options, Region region) {
    AwsCredentialsProvider base = base(options);
    String role = options.get(S3Options.ROLE_ARN).orElse(null);
    if (role == null) {
      require(options, S3Options.EXTERNAL_ID, S3Options.ROLE_ARN);
      return base;
    }
    AssumeRoleRequest request =
        AssumeRoleRequest.builder()
            .roleArn(role)
            .roleSessionName(SESSION)
            .externalId(options.get(S3Options.EXTERNAL_ID).orElse(null))
            .build();
    return StsAssumeRoleCredentialsProvider.builder()
        .stsClient(
            StsClient.builder()
                .region(region)
                .credentialsProvider(base)
                .httpClient(S3Connection.http())
                .build())
        .refreshRequest(request)
        .build();
  }

  private static AwsCredentialsProvider base(StorageOptions options) {
    boolean anonymous = options.get(S3Options.ANONYMOUS).orElse(false);
    List<StorageOption<?>> named = new ArrayList<>();
    for (StorageOption<?> option : List.of(S3Options.ACCESS_KEY_ID, S3Options.PROFILE)) {
      if (options.has(option)) {
        named.add(option);
      }
    }
    if (anonymous) {
      named.add(S3Options.ANONYMOUS);
    }
    if (named.size() > 1) {
      throw new IllegalArgumentException(
          "The storage options "
              + named.stream().map(option -> "'" + option.name() + "'").toList()
              + " each give credentials. Leave all but one out.");
    }
    require(options, S3Options.SECRET_ACCESS_KEY, S3Options.ACCESS_KEY_ID);
    require(options, S3Options.ACCESS_KEY_ID, S3Options.SECRET_ACCESS_KEY);
    require(options, S3Options.SESSION_TOKEN, S3Options.ACCESS_KEY_ID);
    if (anonymous) {
      return AnonymousCredentialsProvider.create();
    }
    String profile = options.get(S3Options.PROFILE).orElse(null);
    if (profile != null) {
      return ProfileCredentialsProvider.create(profile);
    }
    return options.has(S3Options.ACCESS_KEY_ID)
        ? keys(options)
        : DefaultCredentialsProvider.builder().build();
  }

  private static void require(
      StorageOptions options, StorageOption<?> given, StorageOption<?> needed) {
    if (options.has(given) && !options.has(needed)) {
      throw new IllegalArgumentException(
          "The storage option '"
              + given.name()
              + "' needs '"
              + needed.name()
              + "'. Give both, or neither.");
    }
  }

  private static AwsCredentialsProvider keys(StorageOptions options) {
    Referenced keys =
        new Referenced(
            supplier(options, S3Options.ACCESS_KEY_ID),
            supplier(options, S3Options.SECRET_ACCESS_KEY),
            options.has(S3Options.SESSION_TOKEN)
                ? supplier(options, S3Options.SESSION_TOKEN)
                : null);
    try {
      keys.resolveCredentials();
    } catch (SdkClientException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    return keys;
  }

  private static Supplier<String> supplier(StorageOptions options, StorageOption<String> option) {
    return () ->
        options
            .get(option)
            .orElseThrow(() -> new IllegalStateException("There was one: " + option.name()));
  }

  /**
   * Keys that are looked up for each request, so that those of a file may be renewed while a
   * process runs.
   */
  private record Referenced(
      Supplier<String> id, Supplier<String> secret, @Nullable Supplier<String> token)
      implements AwsCredentialsProvider {

    @Override
    public AwsCredentials resolveCredentials() {
      try {
        return token == null
            ? AwsBasicCredentials.create(id.get(), secret.get())
            : AwsSessionCredentials.create(id.get(), secret.get(), token.get());
      } catch (IllegalArgumentException e) {
        throw SdkClientException.create(e.getMessage(), e);
      }
    }

    /** A record's own text would have all of its fields. */
    @Override
    public String toString() {
      return "Referenced";
    }
  }
}
