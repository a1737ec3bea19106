package org.beammedallion.io.source.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;
import org.beammedallion.io.storage.StorageException;
import org.jspecify.annotations.Nullable;

/**
 * Asks a registry for schemas by their numbers, with the REST API of Confluent's, which others have
 * too. A registry that is away, or cannot answer now, is asked again after growing pauses.
 */
final class RegistryClient {

  private static final int ATTEMPTS = 6;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final int OK = 200;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int TIMEOUT = 408;
  private static final int TOO_MANY = 429;
  private static final int FIRST_SERVER_ERROR = 500;

  /** The registry's own code for a schema that it does not have. */
  private static final int NO_SCHEMA = 40403;

  private static final JsonMapper JSON = new JsonMapper();

  private final RegistryAddress address;
  private final HttpClient http;
  private final @Nullable String authorization;

  private RegistryClient(RegistryAddress address, HttpClient http, @Nullable String authorization) {
    this.address = address;
    this.http = http;
    this.authorization = authorization;
  }

  /**
   * Connects to nothing yet.
   *
   * @throws IllegalArgumentException where there is nothing that a reference to a secret refers to
   * @throws StorageException where its certificates cannot be read
   */
  static RegistryClient of(RegistryAddress address) throws StorageException {
    HttpClient.Builder http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NORMAL);
    SSLContext tls = TlsStores.context(address);
    if (tls != null) {
      http.sslContext(tls);
    }
    return new RegistryClient(address, http.build(), authorization(address));
  }

  private static @Nullable String authorization(RegistryAddress address) {
    String user = address.resolved("basic.auth.user.info");
    String token = address.resolved("bearer.auth.token");
    if (user != null) {
      return "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
    }
    return token == null ? null : "Bearer " + token;
  }

  /**
   * The schema of a number, or null where the registry has none.
   *
   * @throws StorageException where the registry does not answer, or with an error
   */
  @Nullable RegisteredSchema find(int id) throws IOException {
    HttpResponse<String> answer = get("/schemas/ids/" + id);
    if (answer.statusCode() == NOT_FOUND) {
      requireRegistry(answer);
      return null;
    }
    JsonNode found = json(answer);
    String text = schema(found);
    String type = found.path("schemaType").asText(RegisteredSchema.AVRO);
    JsonNode references = found.path("references");
    if (!type.equals(RegisteredSchema.AVRO) || references.isEmpty()) {
      return new RegisteredSchema(type, text);
    }
    try {
      Schema.Parser parser =
          new Schema.Parser(NameValidator.NO_VALIDATION).setValidateDefaults(false);
      addReferences(parser, references);
      return new RegisteredSchema(type, parser.parse(text).toString());
    } catch (AvroRuntimeException e) {
      throw failure(
          "schema " + id + " refers to others, with which it is not whole: " + e.getMessage(),
          "Look at the references of the schema.");
    }
  }

  /** What is kept of it is kept for ever, so an answer of something in between is no schema. */
  private String schema(JsonNode answer) throws IOException {
    String text = answer.path("schema").asText("");
    if (text.isBlank()) {
      throw failure(
          "its answer has no schema",
          "Look at whether 'source.kafka.registry.url' leads to a schema registry, and at what is in between.");
    }
    return text;
  }

  /** What a schema refers to has to be known before it; a reference may have its own. */
  private void addReferences(Schema.Parser parser, JsonNode references) throws IOException {
    for (JsonNode reference : references) {
      if (parser.getTypes().containsKey(reference.path("name").asText())) {
        continue;
      }
      String subject = reference.path("subject").asText();
      String version = reference.path("version").asText();
      HttpResponse<String> answer =
          get(
              "/subjects/"
                  + URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20")
                  + "/versions/"
                  + version);
      if (answer.statusCode() == NOT_FOUND) {
        throw failure(
            "version " + version + " of '" + subject + "', which a schema refers to, is not there",
            "Look at the references of the schema.");
      }
      JsonNode found = json(answer);
      addReferences(parser, found.path("references"));
      parser.parse(schema(found));
    }
  }

  /** Something else than a registry knows no schema either. */
  private void requireRegistry(HttpResponse<String> answer) throws IOException {
    if (code(answer.body()) != NO_SCHEMA) {
      requireThere();
    }
  }

  /**
   * Checks that a registry answers.
   *
   * @throws StorageException where it does not, or something else does
   */
  void requireThere() throws IOException {
    HttpResponse<String> types = get("/schemas/types");
    if (types.statusCode() != OK || !isList(types.body())) {
      throw failure(
          "there is nothing at " + address.url() + "/schemas",
          "Write the whole path of the API that is compatible with Confluent's, such as"
              + " https://registry:8081, or /apis/ccompat/v7 of Apicurio.");
    }
  }

  private static int code(String body) {
    try {
      return JSON.readTree(body).path("error_code").asInt();
    } catch (JsonProcessingException e) {
      return 0;
    }
  }

  private static boolean isList(String body) {
    try {
      return JSON.readTree(body).isArray();
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  private JsonNode json(HttpResponse<String> answer) throws IOException {
    try {
      return JSON.readTree(answer.body());
    } catch (JsonProcessingException e) {
      throw failure(
          "its answer is not JSON (" + e.getOriginalMessage() + ")",
          "Look at 'url' of 'source.kafka.registry'.");
    }
  }

  /** An answer with status 200 or 404. */
  private HttpResponse<String> get(String path) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address.url() + path))
            .timeout(ANSWER)
            .header("Accept", "application/vnd.schemaregistry.v1+json, application/json");
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    Duration pause = FIRST_PAUSE;
    StorageException failure = null;
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      if (attempt > 1) {
        sleep(pause);
        pause = pause.multipliedBy(2);
      }
      try {
        HttpResponse<String> answer = send(request.build());
        int status = answer.statusCode();
        if (status == OK || status == NOT_FOUND) {
          return answer;
        }
        failure = refusal(status);
        if (status != TIMEOUT && status != TOO_MANY && status < FIRST_SERVER_ERROR) {
          break;
        }
      } catch (IOException e) {
        if (isOfCertificates(e)) {
          throw new StorageException(
              sentence(
                  String.valueOf(e.getMessage()),
                  "Look at 'ssl.truststore.location' in 'source.kafka.registry.properties', at"
                      + " 'ssl.keystore.location' if the registry asks for a certificate of the client, and at whether"
                      + " one has expired."),
              e);
        }
        failure =
            new StorageException(
                sentence(
                    e.getMessage() == null ? "no connection" : e.getMessage(),
                    "Look at whether it runs, and at 'url' of 'source.kafka.registry'. Nothing is"
                        + " lost: the next run continues."),
                e);
      }
    }
    throw failure == null ? refusal(0) : failure;
  }

  /** They do not change by waiting, unlike a gateway that ends a handshake as it starts again. */
  private static boolean isOfCertificates(IOException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (cause instanceof CertificateException
          || cause instanceof CertPathValidatorException
          || (cause instanceof SSLException && message.contains("certificate"))) {
        return true;
      }
    }
    return false;
  }

  private HttpResponse<String> send(HttpRequest request) throws IOException {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private void sleep(Duration pause) throws IOException {
    try {
      Thread.sleep(pause.toMillis());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private StorageException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new StorageException("Interrupted while waiting for the schema registry.", e);
  }

  private StorageException refusal(int status) {
    boolean mayNot = status == UNAUTHORIZED || status == FORBIDDEN;
    return failure(
        "it answers with status " + status,
        mayNot
            ? "Look at 'basic.auth.user.info' or 'bearer.auth.token' in"
                + " 'source.kafka.registry.properties', and at the rights of the user."
            : "Look at 'url' of 'source.kafka.registry', and at the log of the registry. Nothing is"
                + " lost: the next run continues.");
  }

  private StorageException failure(String what, String advice) {
    return new StorageException(sentence(what, advice), null);
  }

  private String sentence(String what, String advice) {
    return "The schema registry at '"
        + address.url()
        + "' cannot be read ("
        + what
        + "). "
        + advice;
  }
}
