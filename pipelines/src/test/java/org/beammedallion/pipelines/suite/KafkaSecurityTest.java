package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every way to be secure against a broker; and what is said where it fails. */
class KafkaSecurityTest extends SecuredClicks {

  @ParameterizedTest
  @EnumSource(Way.class)
  void theExampleOfThePageReads(Way way) throws Exception {
    secured.broker().createTopic(topic, 3, Map.of());
    send(0, 30, 1);
    pipeline = pipeline(way);
    Commands.Result result = command();
    assertThat(result.all(), result.code(), is(0));
    assertThat(silver(), equalTo(expected(0, 30, 1)));
  }

  /** Columns: example, port, what is replaced in it, by what, exit code, message, advice. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PLAIN | PASSWORD | plain-password | key-password | 5 | Invalid username or password | the user and the password in 'sasl.jaas.config'",
        "SCRAM | PASSWORD | scram-jaas | wrong-jaas | 5 | invalid credentials with SASL mechanism SCRAM-SHA-512 | the user and the password in 'sasl.jaas.config'",
        "SCRAM | PASSWORD | SCRAM-SHA-512 | SCRAM-SHA-256 | 5 | enabled mechanisms are [PLAIN, SCRAM-SHA-512] | Set 'sasl.mechanism'",
        "SCRAM | PASSWORD | scram-jaas | broken-jaas | 3 | Invalid login module control flag '***' | CLASS required NAME=",
        "OAUTH | TOKEN | client-secret | key-password | 5 | The login has failed: The response code 401 | clientId and clientSecret",
        "OAUTH | TOKEN | /token | /nothing | 5 | The login has failed: The response code 404 | 'sasl.oauthbearer.token.endpoint.url'",
        "TLS | EXPIRED | '' | '' | 5 | The certificate of the broker is not valid now; NotAfter: | Renew the broker's certificate",
        "TLS | TLS | trust.p12 | unknown.p12 | 5 | The certificate of the broker is not trusted | 'ssl.truststore.location' must lead to",
        "TLS | TLS | trust-password | key-password | 5 | trust.p12 of type PKCS12: IOException, keystore password was incorrect | 'source.kafka.properties'",
        "TLS | TLS | trust.p12 | absent.p12 | 5 | NoSuchFileException | 'source.kafka.properties'",
        "TLS | MUTUAL | '' | '' | 5 | The broker has refused the connection; Received fatal alert: bad_certificate | 'ssl.keystore.location'",
        "PLAIN | TLS | '' | '' | 5 | enabled mechanisms are [] | 'security.protocol' in 'source.kafka.properties' must be that of the port",
        "PLAIN | PASSWORD | org.apache.kafka.common.security.plain.PlainLoginModule | software.amazon.msk.auth.iam.IAMLoginModule | 3 | No LoginModule found for software.amazon.msk.auth.iam.IAMLoginModule, which 'sasl.jaas.config' names | java -cp medallion.jar:yours.jar",
        "PLAIN | PASSWORD | 'security.protocol:' | 'sasl.client.callback.handler.class: software.amazon.msk.auth.iam.IAMClientCallbackHandler\n      security.protocol:' | 3 | software.amazon.msk.auth.iam.IAMClientCallbackHandler | java -cp medallion.jar:yours.jar",
      })
  @NightlyRows(
      delimiter = '|',
      value = {
        "OAUTH | TOKEN | 'trust.p12\"' | 'unknown.p12\"' | 5 | The login has failed: | there at ssl.truststore.location",
        "TLS | PLAINTEXT | '' | '' | 5 | Timed out | 'security.protocol' in 'source.kafka.properties' is that of the port",
        "TLS | TLS | 'security.protocol: SSL' | 'security.protocol: PLAINTEXT' | 5 | Timed out | 'security.protocol' in 'source.kafka.properties' is that of the port",
      })
  void whatFailsSaysWhyAndLosesNothing(
      Way way, String port, String part, String other, int code, String message, String advice)
      throws Exception {
    secured.broker().createTopic(topic, 3, Map.of());
    send(0, 30, 1);
    // Where nothing answers, it shall not wait for a minute.
    Duration patience = Duration.ofSeconds(message.equals("Timed out") ? 6 : 20);
    pipeline = pipeline(way, port, part, other, patience);
    Commands.Result result = command();
    assertThat(result.all(), result.code(), is(code));
    assertThat(result.err(), containsString(message));
    assertThat(result.err(), containsString(advice));
    secured
        .values()
        .forEach((name, secret) -> assertThat(result.all(), not(containsString(secret))));
    pipeline = pipeline(way);
    assertThat(command().code(), is(0));
    assertThat(silver(), equalTo(expected(0, 30, 1)));
  }
}
