package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import org.beammedallion.fixtures.kafka.Certificates;
import org.beammedallion.fixtures.kafka.SchemaRegistry;
import org.beammedallion.fixtures.kafka.TlsGate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry behind TLS, which may ask for a certificate of the client. */
class RegistryTlsTest extends KafkaPayloads {

  private static final String SECRET = "c4n4ry-store";
  private static final String KEY_SECRET = "c4n4ry-key";

  @TempDir static Path stores;

  private static TlsGate open;
  private static TlsGate asking;

  @BeforeAll
  static void openGates() throws Exception {
    Certificates certificates = Certificates.in(stores.resolve("ca"));
    Path key = certificates.valid("registry", SECRET, SECRET);
    Path trust = certificates.trust(SECRET);
    certificates.valid("client", SECRET, KEY_SECRET);
    certificates.expired("expired", SECRET, KEY_SECRET);
    Certificates.in(stores.resolve("other")).trust(SECRET);
    Files.writeString(stores.resolve("secret"), SECRET + "\n");
    Files.writeString(stores.resolve("key-secret"), KEY_SECRET + "\n");
    writePem(trust, stores.resolve("ca/trust.pem"));
    open = TlsGate.open(key, trust, SECRET, false, registry.port());
    asking = TlsGate.open(key, trust, SECRET, true, registry.port());
  }

  @AfterAll
  static void closeGates() throws IOException {
    open.close();
    asking.close();
  }

  private static void writePem(Path store, Path pem) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, SECRET.toCharArray());
    }
    byte[] certificate = keys.getCertificate(keys.aliases().nextElement()).getEncoded();
    Files.writeString(
        pem,
        "-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder().encodeToString(certificate)
            + "\n-----END CERTIFICATE-----\n");
  }

  @BeforeEach
  void sendOne() throws Exception {
    send(SchemaRegistry.message(register(FIRST), first(1)));
  }

  private static String trust(String file) {
    return "ssl.truststore.location: '"
        + stores.resolve(file)
        + "', ssl.truststore.password: '${file:"
        + stores.resolve("secret")
        + "}'";
  }

  private static String key(String file, String keySecret) {
    return ", ssl.keystore.location: '"
        + stores.resolve(file)
        + "', ssl.keystore.password: '${file:"
        + stores.resolve("secret")
        + "}', ssl.key.password: '${file:"
        + stores.resolve(keySecret)
        + "}'";
  }

  private void properties(TlsGate gate, String properties) throws IOException {
    pipeline(
        "avro",
        "kafka: {registry: {url: 'https://"
            + gate.address()
            + "/apis/ccompat/v7', name: test, properties: {"
            + properties
            + "}}}",
        "upsert, latestBy: at");
  }

  private void assertRead() throws Exception {
    assertThat(read(Runner.DIRECT), is(1L));
    assertThat(silver(), equalTo(List.of(firstRow(1))));
  }

  private void assertRefused(String... parts) {
    for (String command : List.of("validate", "run")) {
      Commands.Result refused =
          Commands.run(command, pipeline.toString(), "--lake=" + lake.folder());
      assertThat(refused.all(), refused.code(), is(command.equals("run") ? 1 : 0));
      for (String part : parts) {
        assertThat(refused.all(), containsString(part));
      }
      assertThat(
          refused.all(), allOf(not(containsString(SECRET)), not(containsString(KEY_SECRET))));
    }
    assertThat(lake.folder().resolve("silver").toFile().exists(), is(false));
  }

  @Test
  void theCertificateIsBelievedByAStoreOfPkcs12() throws Exception {
    properties(open, trust("ca/trust.p12"));
    assertRead();
  }

  @Test
  void theCertificateIsBelievedByAFileOfPem() throws Exception {
    properties(open, "ssl.truststore.location: '" + stores.resolve("ca/trust.pem") + "'");
    assertRead();
  }

  @Test
  void anAuthorityThatIsNotBelievedIsNamed() throws Exception {
    properties(open, trust("other/trust.p12"));
    assertRefused("The schema registry at 'https://", "'ssl.truststore.location'");
  }

  @Test
  void theClientSaysWhoItIs() throws Exception {
    properties(asking, trust("ca/trust.p12") + key("ca/client.p12", "key-secret"));
    assertRead();
  }

  @Test
  void aClientWithoutACertificateIsRefused() throws Exception {
    properties(asking, trust("ca/trust.p12"));
    assertRefused("certificate", "'ssl.keystore.location' if the registry asks");
  }

  @Test
  void aCertificateThatHasExpiredIsRefused() throws Exception {
    properties(asking, trust("ca/trust.p12") + key("ca/expired.p12", "key-secret"));
    assertRefused("certificate", "has expired");
  }

  @Test
  void aWrongPasswordNamesTheStore() throws Exception {
    properties(asking, trust("ca/trust.p12") + key("ca/client.p12", "secret"));
    assertRefused("The keystore '" + stores.resolve("ca/client.p12"), "'ssl.key.password'");
  }

  @Test
  void aStoreWithoutAKeyIsRefused() throws Exception {
    properties(
        asking,
        trust("ca/trust.p12")
            + ", ssl.keystore.location: '"
            + stores.resolve("ca/trust.pem")
            + "'");
    assertRefused("it has no key; use a file of PKCS12 or JKS");
  }

  @Test
  void validateAsksTheRegistry() throws Exception {
    pipeline("avro", registry("http://127.0.0.1:1/none"), "upsert, latestBy: at");
    Commands.Result away = Commands.run("validate", pipeline.toString());
    assertThat(away.all(), away.code(), is(0));
    assertThat(
        away.all(), containsString("warning    The schema registry at 'http://127.0.0.1:1/none'"));
    pipeline("avro", registry(registry.url()), "upsert, latestBy: at");
    Commands.Result there = Commands.run("validate", pipeline.toString());
    assertThat(there.all(), there.code(), is(0));
    assertThat(there.all(), not(containsString("schema registry")));
  }
}
