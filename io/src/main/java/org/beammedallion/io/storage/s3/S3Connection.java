package org.beammedallion.io.storage.s3;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import org.beammedallion.io.storage.StorageOptions;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.s3.LegacyMd5Plugin;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** Makes the client of a bucket. */
final class S3Connection {

  /** Readers of a worker hold one connection each. */
  private static final int CONNECTIONS = 256;

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(60);

  /**
   * With the delays below, two to three minutes: a store that throttles slows a cycle, and does not
   * fail it.
   */
  private static final int ATTEMPTS = 15;

  private static final Duration FIRST_DELAY = Duration.ofMillis(100);
  private static final Duration FIRST_THROTTLED_DELAY = Duration.ofMillis(500);
  private static final Duration LONGEST_DELAY = Duration.ofSeconds(20);

  /** Where an endpoint is given, the region only takes part in the signature. */
  private static final Region ANY_REGION = Region.US_EAST_1;

  /** Of status 409. */
  private static final Set<String> CONFLICTS =
      Set.of("ConditionalRequestConflict", "OperationAborted");

  private S3Connection() {}

  /**
   * @throws IllegalArgumentException where the options contradict each other, or no region is known
   */
  static S3Client client(StorageOptions options) {
    URI endpoint = options.get(S3Options.ENDPOINT).orElse(null);
    Region region = region(options, endpoint);
    AwsCredentialsProvider credentials = S3Credentials.of(options, region);
    S3ClientBuilder builder =
        S3Client.builder()
            .region(region)
            .credentialsProvider(credentials)
            .httpClient(http())
            .overrideConfiguration(configuration -> configuration.retryStrategy(retries()));
    if (endpoint != null) {
      builder
          .endpointOverride(endpoint)
          .forcePathStyle(options.get(S3Options.PATH_STYLE).orElse(true))
          // Stores that are not Amazon's may know no other checksum.
          .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
          .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
          .addPlugin(LegacyMd5Plugin.create());
    } else {
      options.get(S3Options.PATH_STYLE).ifPresent(builder::forcePathStyle);
    }
    return builder.build();
  }

  /** The HTTP client, named because the class path of a cluster may have others. */
  static SdkHttpClient http() {
    return Apache5HttpClient.builder()
        .maxConnections(CONNECTIONS)
        .connectionTimeout(CONNECT_TIMEOUT)
        .socketTimeout(SOCKET_TIMEOUT)
        .connectionAcquisitionTimeout(SOCKET_TIMEOUT)
        .build();
  }

  /** The circuit breaker of the SDK would fail a cycle that a busy store only slows. */
  private static StandardRetryStrategy retries() {
    return StandardRetryStrategy.builder()
        .maxAttempts(ATTEMPTS)
        .backoffStrategy(BackoffStrategy.exponentialDelayHalfJitter(FIRST_DELAY, LONGEST_DELAY))
        .throttlingBackoffStrategy(
            BackoffStrategy.exponentialDelayHalfJitter(FIRST_THROTTLED_DELAY, LONGEST_DELAY))
        .circuitBreakerEnabled(false)
        .retryOnException(S3Connection::mayPass)
        .build();
  }

  /**
   * What the SDK itself does not repeat: an answer that ends early, and a write that conflicts with
   * another one at the moment.
   */
  private static boolean mayPass(Throwable failure) {
    if (failure instanceof SdkException e && CONFLICTS.contains(S3Errors.code(e))) {
      return true;
    }
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException) {
        return true;
      }
    }
    return false;
  }

  private static Region region(StorageOptions options, @Nullable URI endpoint) {
    String named = options.get(S3Options.REGION).orElse(null);
    if (named != null) {
      return Region.of(named);
    }
    try {
      return DefaultAwsRegionProviderChain.builder().build().getRegion();
    } catch (SdkClientException e) {
      if (endpoint != null) {
        return ANY_REGION;
      }
      throw new IllegalArgumentException(
          "The region of the bucket is not known. Say --storage={\"s3\":{\"region\":\"REGION\"}}, or set the"
              + " environment variable AWS_REGION.",
          e);
    }
  }
}
