package org.beammedallion.pipelines.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A topic that is read by the examples of docs/kafka.md, section "Security". */
abstract class SecuredClicks extends TopicOfClicks {

  private static final Path PAGE = Path.of("..", "docs", "kafka.md");
  @TempDir static Path data;

  static SecuredBroker secured;

  /** Where the contract says that the broker is. */
  String listener = "";

  /** The ways to be secure of which the page has an example, and the port of each. */
  enum Way {
    TLS("TLS:", "TLS"),
    CERTIFICATE("TLS with a certificate", "MUTUAL"),
    PLAIN("A user with a password (SASL PLAIN)", "PASSWORD"),
    SCRAM("A user with a password that the broker does not see", "PASSWORD"),
    OAUTH("Tokens of an OAuth server", "TOKEN");

    final String words;
    final String listener;

    Way(String words, String listener) {
      this.words = words;
      this.listener = listener;
    }
  }

  @BeforeAll
  static void startBroker() throws Exception {
    secured = SecuredBroker.start(data);
  }

  @AfterAll
  static void stopBroker() {
    secured.close();
  }

  @Override
  String host() {
    return listener.equals("PLAINTEXT")
        ? secured.broker().bootstrap()
        : secured.broker().bootstrap(listener);
  }

  @Override
  KafkaProducer<byte[], byte[]> producer(Map<String, Object> settings) {
    return secured.broker().producer(settings);
  }

  /** The example of the page, with the paths of this test. */
  static String example(Way way) throws IOException {
    String page = Files.readString(PAGE);
    String[] parts = page.substring(page.indexOf("## Security")).split("```yaml\n");
    for (int i = 1; i < parts.length; i++) {
      String before = parts[i - 1].strip();
      if (before.substring(before.lastIndexOf('\n') + 1).startsWith(way.words)) {
        return parts[i]
            .substring(0, parts[i].indexOf("```"))
            .replace("/run/secrets", secured.secrets().toString())
            .replace("https://login.example.com/token", secured.tokens().url());
      }
    }
    throw new IllegalStateException("The page has no example for: " + way.words);
  }

  /** A pipeline with an example, of which a part is something else. */
  Path pipeline(Way way, String listenerName, String part, String other, Duration patience)
      throws IOException {
    String changed = part.isEmpty() ? example(way) : example(way).replace(part, other);
    String hasty =
        changed.replace(
            "properties:",
            String.join(
                "\n      ",
                "properties:",
                "default.api.timeout.ms: '" + patience.toMillis() + "'",
                "request.timeout.ms: '" + patience.toMillis() / 2 + "'"));
    return write(listenerName, hasty);
  }

  /** A pipeline with an example as it stands on the page. */
  Path pipeline(Way way) throws IOException {
    return write(way.listener, example(way));
  }

  private Path write(String listenerName, String source) throws IOException {
    listener = listenerName;
    return Files.writeString(
        pipeline(""), PIPELINE.replace("source: {server: streamOPTIONS}\n", source));
  }
}
