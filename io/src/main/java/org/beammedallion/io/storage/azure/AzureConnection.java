package org.beammedallion.io.storage.azure;

import com.azure.core.http.HttpClient;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.util.Configuration;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.blob.models.CustomerProvidedKey;
import com.azure.storage.common.policy.RequestRetryOptions;
import com.azure.storage.common.policy.RetryPolicyType;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import org.beammedallion.io.storage.StorageOptions;
import org.beammedallion.io.storage.object.ObjectLocation;
import org.jspecify.annotations.Nullable;

/** Makes the client of a container. */
final class AzureConnection {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration TRY_TIMEOUT = Duration.ofMinutes(5);

  private AzureConnection() {}

  /**
   * @throws IllegalArgumentException where the options contradict each other, or no account is
   *     known
   */
  static AzureContainer container(ObjectLocation container, StorageOptions options) {
    HttpClient http = http();
    BlobServiceClientBuilder builder =
        new BlobServiceClientBuilder()
            .httpClient(http)
            .retryOptions(
                // Repeats are ours, see AzureRequests.
                new RequestRetryOptions(RetryPolicyType.FIXED, 1, TRY_TIMEOUT, null, null, null));
    if (options.has(AzureOptions.CONNECTION_STRING)) {
      AzureCredentials.setConnectionString(builder, options);
    } else {
      builder.endpoint(endpoint(container, options));
      AzureCredentials.set(builder, container, options, http);
    }
    if (options.has(AzureOptions.CUSTOMER_KEY)) {
      builder.customerProvidedKey(
          new CustomerProvidedKey(AzureCredentials.base64(options, AzureOptions.CUSTOMER_KEY)));
    }
    options.get(AzureOptions.ENCRYPTION_SCOPE).ifPresent(builder::encryptionScope);
    String name = AzureLocations.container(container);
    BlobContainerClient client = builder.buildClient().getBlobContainerClient(name);
    if (options.has(AzureOptions.CONNECTION_STRING)) {
      requireAccount(container, client.getAccountName());
    }
    return new AzureContainer(
        client,
        builder.buildAsyncClient().getBlobContainerAsyncClient(name),
        Math.toIntExact(options.get(AzureOptions.BLOCK_BYTES).orElse(AzureOptions.BLOCK)));
  }

  /** A connection string names an account, and so may the URI. */
  private static void requireAccount(ObjectLocation container, @Nullable String account) {
    String host = AzureLocations.host(container);
    if (!host.isEmpty() && account != null && !(host + ".").startsWith(account + ".")) {
      throw new IllegalArgumentException(
          "The account of '"
              + container.bucket()
              + "' is not '"
              + account
              + "', to which its storage options lead. Give them for the other account alone, such as"
              + " {\"abfss://ACCOUNT.dfs.core.windows.net\":{…}}.");
    }
  }

  /** Without Netty, of which the engines have their own versions. */
  private static HttpClient http() {
    return new JdkHttpClientBuilder(
            java.net.http.HttpClient.newBuilder()
                .version(java.net.http.HttpClient.Version.HTTP_1_1))
        .connectionTimeout(CONNECT_TIMEOUT)
        .responseTimeout(SOCKET_TIMEOUT)
        .readTimeout(SOCKET_TIMEOUT)
        .writeTimeout(SOCKET_TIMEOUT)
        .configuration(Configuration.getGlobalConfiguration())
        .build();
  }

  private static String endpoint(ObjectLocation container, StorageOptions options) {
    URI endpoint = options.get(AzureOptions.ENDPOINT).orElse(null);
    if (endpoint != null) {
      return endpoint.toString();
    }
    String host = AzureLocations.host(container);
    if (!host.isEmpty()) {
      // All is asked for by the interface of blobs, also where a hierarchy of folders is switched
      // on.
      return "https://" + host.toLowerCase(Locale.ROOT).replace(".dfs.", ".blob.");
    }
    String account = options.get(AzureOptions.ACCOUNT).orElse(null);
    if (account == null) {
      throw new IllegalArgumentException(
          "The account of '"
              + container.bucket()
              + "' is not known. Write "
              + container.scheme()
              + "://CONTAINER@ACCOUNT.dfs.core.windows.net/FOLDER, or give the storage option 'account' or"
              + " 'connectionString'.");
    }
    return "https://" + account + ".blob.core.windows.net";
  }

  /** The account's name: the first word of its host, unless it is told. */
  static String account(ObjectLocation container, StorageOptions options) {
    String host = AzureLocations.host(container);
    return options
        .get(AzureOptions.ACCOUNT)
        .orElseGet(() -> host.isEmpty() ? "" : host.substring(0, (host + ".").indexOf('.')));
  }
}
