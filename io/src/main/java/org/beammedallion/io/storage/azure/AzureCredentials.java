package org.beammedallion.io.storage.azure;

import com.azure.core.credential.AzureNamedKeyCredential;
import com.azure.core.credential.AzureSasCredential;
import com.azure.core.credential.TokenCredential;
import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpPipelineCallContext;
import com.azure.core.http.HttpPipelineNextPolicy;
import com.azure.core.http.HttpPipelineNextSyncPolicy;
import com.azure.core.http.HttpPipelinePosition;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.policy.HttpPipelinePolicy;
import com.azure.identity.ClientSecretCredentialBuilder;
import com.azure.identity.DefaultAzureCredentialBuilder;
import com.azure.identity.ManagedIdentityCredentialBuilder;
import com.azure.storage.blob.BlobServiceClientBuilder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.beammedallion.io.storage.StorageOption;
import org.beammedallion.io.storage.StorageOptions;
import org.beammedallion.io.storage.object.ObjectLocation;
import reactor.core.publisher.Mono;

/** The credentials of an account: by options, or by the default chain of the SDK. */
final class AzureCredentials {

  /** Each gives credentials of its own. */
  private static final List<StorageOption<?>> WAYS =
      List.of(
          AzureOptions.ACCOUNT_KEY,
          AzureOptions.SAS_TOKEN,
          AzureOptions.CONNECTION_STRING,
          AzureOptions.CLIENT_SECRET);

  /** What a query of a URI may have. */
  private static final Pattern QUERY = Pattern.compile("[A-Za-z0-9%&=._~:/+*!$'(),;@?-]+");

  private AzureCredentials() {}

  /**
   * @throws IllegalArgumentException where more than one is named, or a secret without what it
   *     belongs to
   */
  static void requireNoOther(StorageOptions options) {
    List<String> given = new ArrayList<>();
    for (StorageOption<?> way : WAYS) {
      if (options.has(way)) {
        given.add("'" + way.name() + "'");
      }
    }
    for (StorageOption<Boolean> way :
        List.of(AzureOptions.MANAGED_IDENTITY, AzureOptions.ANONYMOUS)) {
      if (options.get(way).orElse(false)) {
        given.add("'" + way.name() + "'");
      }
    }
    if (given.size() > 1) {
      throw new IllegalArgumentException(
          "The storage options " + given + " each give credentials. Leave all but one out.");
    }
  }

  static void setConnectionString(BlobServiceClientBuilder builder, StorageOptions options) {
    requireNoOther(options);
    for (StorageOption<?> other : List.of(AzureOptions.ENDPOINT, AzureOptions.ACCOUNT)) {
      if (options.has(other)) {
        throw new IllegalArgumentException(
            "The storage option 'connectionString' says what '"
                + other.name()
                + "' says. Leave one of them out.");
      }
    }
    String text = secret(options, AzureOptions.CONNECTION_STRING);
    try {
      builder.connectionString(text);
    } catch (IllegalArgumentException e) {
      // The cause is left out: it may have a part of the secret.
      throw new IllegalArgumentException(
          "The storage option 'connectionString' is no connection string of Azure Storage. Take it from the account's access keys.");
    }
  }

  /**
   * Sets them where no connection string has them.
   *
   * @param http client of requests for tokens
   */
  static void set(
      BlobServiceClientBuilder builder,
      ObjectLocation container,
      StorageOptions options,
      HttpClient http) {
    requireNoOther(options);
    if (options.has(AzureOptions.ACCOUNT_KEY)) {
      String account = AzureConnection.account(container, options);
      if (account.isEmpty()) {
        throw new IllegalArgumentException(
            "The storage option 'accountKey' needs the account's name: give 'account' as well.");
      }
      AzureNamedKeyCredential key =
          new AzureNamedKeyCredential(account, base64(options, AzureOptions.ACCOUNT_KEY));
      builder.credential(key);
      builder.addPolicy(
          new Renewal(() -> key.update(account, base64(options, AzureOptions.ACCOUNT_KEY))));
    } else if (options.has(AzureOptions.SAS_TOKEN)) {
      AzureSasCredential token = new AzureSasCredential(sas(options));
      builder.credential(token);
      builder.addPolicy(new Renewal(() -> token.update(sas(options))));
    } else if (!options.get(AzureOptions.ANONYMOUS).orElse(false)) {
      builder.credential(token(options, http));
    }
  }

  private static TokenCredential token(StorageOptions options, HttpClient http) {
    String client = options.get(AzureOptions.CLIENT_ID).orElse(null);
    if (options.has(AzureOptions.CLIENT_SECRET)) {
      return new ClientSecretCredentialBuilder()
          .tenantId(required(options, AzureOptions.TENANT_ID, AzureOptions.CLIENT_SECRET))
          .clientId(required(options, AzureOptions.CLIENT_ID, AzureOptions.CLIENT_SECRET))
          .clientSecret(secret(options, AzureOptions.CLIENT_SECRET))
          .httpClient(http)
          .build();
    } else if (options.get(AzureOptions.MANAGED_IDENTITY).orElse(false)) {
      return new ManagedIdentityCredentialBuilder().clientId(client).httpClient(http).build();
    }
    DefaultAzureCredentialBuilder chain = new DefaultAzureCredentialBuilder().httpClient(http);
    options.get(AzureOptions.TENANT_ID).ifPresent(chain::tenantId);
    if (client != null) {
      chain.managedIdentityClientId(client).workloadIdentityClientId(client);
    }
    return chain.build();
  }

  private static String required(
      StorageOptions options, StorageOption<String> needed, StorageOption<?> given) {
    return options
        .get(needed)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "The storage option '"
                        + given.name()
                        + "' needs '"
                        + needed.name()
                        + "'. Give both, or neither."));
  }

  private static String secret(StorageOptions options, StorageOption<String> option) {
    return required(options, option, option).strip();
  }

  /** A token that is none would be told in the error about its URI. */
  private static String sas(StorageOptions options) {
    String text = secret(options, AzureOptions.SAS_TOKEN);
    // As the portal shows it.
    String token = text.startsWith("?") ? text.substring(1) : text;
    if (!QUERY.matcher(token).matches()) {
      throw new IllegalArgumentException(
          "The storage option 'sasToken' is no SAS token, which is a part of a URL such as sv=…&sig=….");
    }
    return token;
  }

  /** A key in base64. */
  static String base64(StorageOptions options, StorageOption<String> option) {
    String key = secret(options, option);
    try {
      Base64.getDecoder().decode(key);
    } catch (IllegalArgumentException e) {
      // The cause is left out: it has a part of the secret.
      throw new IllegalArgumentException(
          "The storage option '" + option.name() + "' is no key: a key is in base64.");
    }
    return key;
  }

  /** Looks secrets up before each request, so that those of a file may be renewed in a process. */
  private record Renewal(Runnable update) implements HttpPipelinePolicy {

    @Override
    public HttpPipelinePosition getPipelinePosition() {
      return HttpPipelinePosition.PER_CALL;
    }

    @Override
    public Mono<HttpResponse> process(
        HttpPipelineCallContext context, HttpPipelineNextPolicy next) {
      return Mono.defer(
          () -> {
            update.run();
            return next.process();
          });
    }

    @Override
    public HttpResponse processSync(
        HttpPipelineCallContext context, HttpPipelineNextSyncPolicy next) {
      update.run();
      return next.processSync();
    }
  }
}
