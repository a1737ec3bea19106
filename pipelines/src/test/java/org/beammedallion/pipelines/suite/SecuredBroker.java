package org.beammedallion.pipelines.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.beammedallion.fixtures.kafka.Certificates;
import org.beammedallion.fixtures.kafka.KafkaBroker;
import org.beammedallion.fixtures.kafka.Listener;
import org.beammedallion.fixtures.kafka.TokenServer;

/**
 * A broker with a port for each way to be secure, and the secrets that clients need for them: each
 * a random text of its own, in a file as an orchestrator mounts them.
 *
 * @param secrets folder with a file for each secret, and the stores of keys
 * @param values the random texts, by the names of their files
 */
record SecuredBroker(
    KafkaBroker broker, TokenServer tokens, Path secrets, Map<String, String> values)
    implements AutoCloseable {

  private static final Duration TOKEN_LIFE = Duration.ofSeconds(10);

  private static final String LOGIN = "org.apache.kafka.common.security.";
  private static final int ITERATIONS = 4096;

  static SecuredBroker start(Path folder)
      throws IOException, InterruptedException, GeneralSecurityException {
    Path secrets = Files.createDirectories(folder.resolve("secrets"));
    Map<String, String> values = new HashMap<>();
    for (String name :
        List.of(
            "trust-password",
            "client-password",
            "key-password",
            "plain-password",
            "scram-password",
            "client-secret")) {
      values.put(name, secret());
      Files.writeString(secrets.resolve(name), values.get(name) + "\n");
    }
    String scram = LOGIN + "scram.ScramLoginModule %s=\"medallion\" password=\"%s\";";
    Files.writeString(
        secrets.resolve("scram-jaas"),
        String.format(scram, "required username", values.get("scram-password")));
    Files.writeString(
        secrets.resolve("wrong-jaas"),
        String.format(scram, "required username", values.get("plain-password")));
    Files.writeString(
        secrets.resolve("broken-jaas"),
        String.format(scram, values.get("scram-password"), values.get("scram-password")));
    Certificates ours = Certificates.in(folder.resolve("authority"));
    copy(ours.trust(values.get("trust-password")), secrets.resolve("trust.p12"));
    copy(
        ours.valid("medallion", values.get("client-password"), values.get("key-password")),
        secrets.resolve("client.p12"));
    Certificates others = Certificates.in(folder.resolve("others"));
    copy(others.trust(values.get("trust-password")), secrets.resolve("unknown.p12"));
    String own = secret();
    Path server = ours.valid("server", own, own);
    TokenServer tokens =
        TokenServer.start(server, own, "medallion", values.get("client-secret"), TOKEN_LIFE);
    Path keys = Files.writeString(folder.resolve("keys.json"), tokens.publicKeys());
    Map<String, String> tls = tls(server, own);
    KafkaBroker broker =
        KafkaBroker.start(
            folder.resolve("kafka"),
            List.of(
                new Listener("TLS", "SSL", tls),
                new Listener("EXPIRED", "SSL", tls(ours.expired("old", own, own), own)),
                new Listener("MUTUAL", "SSL", with(tls, mutual(secrets, values))),
                new Listener("PASSWORD", "SASL_SSL", with(tls, passwords(values))),
                new Listener("TOKEN", "SASL_SSL", with(tls, tokens(keys)))));
    broker.administer(
        admin -> {
          try {
            admin
                .alterUserScramCredentials(
                    List.of(
                        new UserScramCredentialUpsertion(
                            "medallion",
                            new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS),
                            values.get("scram-password"))))
                .all()
                .get();
          } catch (ExecutionException e) {
            throw new IllegalStateException(e);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    return new SecuredBroker(broker, tokens, secrets, values);
  }

  /** A text that nothing else holds. */
  private static String secret() {
    return "canary" + UUID.randomUUID().toString().replace("-", "");
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.copy(from, to);
  }

  private static Map<String, String> with(Map<String, String> some, Map<String, String> more) {
    Map<String, String> all = new HashMap<>(some);
    all.putAll(more);
    return all;
  }

  private static Map<String, String> tls(Path keystore, String password) {
    return Map.of(
        "ssl.keystore.type",
        "PKCS12",
        "ssl.keystore.location",
        keystore.toString(),
        "ssl.keystore.password",
        password,
        "ssl.key.password",
        password);
  }

  private static Map<String, String> mutual(Path secrets, Map<String, String> values) {
    return Map.of(
        "ssl.client.auth",
        "required",
        "ssl.truststore.type",
        "PKCS12",
        "ssl.truststore.location",
        secrets.resolve("trust.p12").toString(),
        "ssl.truststore.password",
        values.get("trust-password"));
  }

  private static Map<String, String> passwords(Map<String, String> values) {
    return Map.of(
        "sasl.enabled.mechanisms",
        "PLAIN,SCRAM-SHA-512",
        "plain.sasl.jaas.config",
        LOGIN
            + "plain.PlainLoginModule required user_medallion=\""
            + values.get("plain-password")
            + "\";",
        "scram-sha-512.sasl.jaas.config",
        LOGIN + "scram.ScramLoginModule required;");
  }

  private static Map<String, String> tokens(Path keys) {
    String handler = LOGIN + "oauthbearer.OAuthBearerValidatorCallbackHandler";
    return Map.of(
        "sasl.enabled.mechanisms",
        "OAUTHBEARER",
        "oauthbearer.sasl.jaas.config",
        LOGIN + "oauthbearer.OAuthBearerLoginModule required;",
        "oauthbearer.sasl.server.callback.handler.class",
        handler,
        // A connection ends with its token, unless the client sends a new one.
        "oauthbearer.connections.max.reauth.ms",
        Long.toString(TOKEN_LIFE.toMillis()),
        "sasl.oauthbearer.jwks.endpoint.url",
        keys.toUri().toString(),
        "sasl.oauthbearer.expected.audience",
        "kafka",
        "sasl.oauthbearer.expected.issuer",
        "test",
        "sasl.oauthbearer.clock.skew.seconds",
        "0");
  }

  @Override
  public void close() {
    broker.close();
    tokens.close();
  }
}
