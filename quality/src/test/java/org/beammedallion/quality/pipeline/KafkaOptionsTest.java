package org.beammedallion.quality.pipeline;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.beammedallion.quality.contract.DataContract;
import org.beammedallion.quality.pipeline.KafkaSpec.Isolation;
import org.beammedallion.quality.pipeline.KafkaSpec.Start;
import org.beammedallion.quality.yaml.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KafkaOptionsTest {

  private static final String CONTRACT =
      """
      apiVersion: v3.1.0
      kind: DataContract
      id: clicks
      name: Clicks
      version: 1.0.0
      status: active
      servers:
        - {server: stream, type: kafka, host: 'a:9092,b:9092'}
        - {server: binary, type: kafka, host: 'a:9092', format: avro}
        - {server: nowhere, type: kafka, format: json}
        - {server: other, type: kafka, host: 'a:9092', format: protobuf}
        - {server: files, type: local, path: '*.jsonl', format: json}
      schema:
        - name: clicks
          physicalName: shop.clicks
          logicalType: object
          properties:
            - {name: id, logicalType: integer, required: true, primaryKey: true}
            - {name: at, logicalType: timestamp, required: true}
      """;

  private static PipelineDefinition define(String source, String silver) {
    String yaml =
        "pipeline: p\ncontract: c.yaml\nsource: {" + source + "}\nsilver: {" + silver + "}\n";
    return PipelineDefinition.of(
        PipelineFile.parse("p.yaml", yaml, Path.of("/pipelines")),
        DataContract.parse("c.yaml", CONTRACT));
  }

  private static KafkaSpec kafka(String options) {
    return (KafkaSpec)
        define("server: stream" + options, "write: upsert, latestBy: at").source().place();
  }

  private static String refusal(String source) {
    return assertThrows(
            ConfigurationException.class, () -> define(source, "write: upsert, latestBy: at"))
        .getMessage();
  }

  @Test
  void fillsInWhatIsNotSaid() {
    assertThat(
        kafka(""),
        is(
            new KafkaSpec(
                "a:9092,b:9092",
                List.of("shop.clicks"),
                null,
                new Start.Earliest(),
                Isolation.READ_COMMITTED,
                50_000_000,
                null,
                Map.of(),
                null,
                MessageSpec.DEFAULT,
                PayloadSpec.PLAIN)));
  }

  @Test
  void takesWhatIsSaid() {
    KafkaSpec told =
        kafka(
            ", kafka: {topics: [b, a], start: '2026-11-05T12:00:00Z', isolation: read_uncommitted,"
                + " maxRecordsPerCycle: 10, commitOffsets: watched, properties: {security.protocol: SSL, ssl.key.password:"
                + " '${file:/run/secrets/key}'}}");
    assertThat(
        told,
        is(
            new KafkaSpec(
                "a:9092,b:9092",
                List.of("a", "b"),
                null,
                new Start.At(Instant.parse("2026-11-05T12:00:00Z")),
                Isolation.READ_UNCOMMITTED,
                10,
                "watched",
                Map.of("security.protocol", "SSL", "ssl.key.password", "${file:/run/secrets/key}"),
                null,
                MessageSpec.DEFAULT,
                PayloadSpec.PLAIN)));
    String jaas = "a username=\"${env:U}\" password=\"${file:/p}\";";
    assertThat(
        kafka(", kafka: {properties: {sasl.jaas.config: '" + jaas + "'}}").properties(),
        is(Map.of("sasl.jaas.config", jaas)));
    assertThat(kafka(", kafka: {topics: one}").topics(), is(List.of("one")));
    assertThat(kafka(", kafka: {topicPattern: 'shop\\..*'}").topicPattern(), is("shop\\..*"));
    assertThat(kafka(", kafka: {start: latest}").start(), is(new Start.Latest()));
    assertThat(kafka(", kafka: {landedBy: all}").landedBy(), is("all"));
    assertThat(
        kafka(", kafka: {landedBy: all}").where(),
        is("topics shop.clicks, landed by pipeline all"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "topics: 'a b' | 'a b' cannot be the name of a topic",
        "topics: 'a.*' | belongs under 'topicPattern'",
        "topics: a, topicPattern: b | exclude each other",
        "topicPattern: '(' | is no regular expression",
        "start: yesterday | must be earliest, latest or an instant",
        "maxRecordsPerCycle: 0 | must be at least 1",
        "isolation: dirty | read_committed",
        "landedBy: '' | must be the name of another pipeline",
        "landedBy: p | must be the name of another pipeline",
        "landedBy: ../all | must be the name of another pipeline",
        "registry: {url: 'http://a', properties: {ssl.keystore.type: JKS}} | has no effect without"
            + " 'ssl.keystore.location'",
        "landedBy: all, start: latest | 'start' has no effect here: pipeline 'all' reads the topics",
        "landedBy: all, properties: {a: b} | 'properties' has no effect here",
        "properties: [a] | must name properties of Kafka's clients",
        "properties: {group.id: x} | 'group.id' cannot be set: what was read is told by the lake",
        "commitOffsets: '' | must be the name of a consumer group",
        "properties: {bootstrap.servers: x} | it is 'host' of the contract's server",
        "properties: {ssl.key.password: s3cr3t} | must not stand in this file",
        "properties: {sasl.jaas.config: 'a password=\"b\";'} | must not stand in this file",
        "properties: {sasl.jaas.config: 'a username=\"${env:U}\" password=\"b\";'} | must not stand"
            + " in this file",
        "properties: {ssl.key.password: 'a${env:U}'} | must not stand in this file",
        "registry: {name: a} | must be the address of its REST API",
        "registry: {url: 'registry:8081'} | must be the address of its REST API",
        "registry: {url: 'http://a:s3cr3t@b'} | must not have a user and a password",
        "registry: {url: 'http://a b'} | is no address",
        "registry: {url: 'http://a', name: 'a/b'} | cannot be the name of a registry",
        "registry: {url: 'http://a', properties: [b]} | must name properties of the registry's"
            + " client",
        "registry: {url: 'http://a', properties: {ssl.truststore.lokation: b}} | did you mean"
            + " 'ssl.truststore.location'",
        "registry: {url: 'http://a', properties: {basic.auth.user.info: 'a:b'}} | must not stand in"
            + " this file",
        "registry: {url: 'http://a', properties: {bearer.auth.token: 'a${env:U}'}} | must not stand"
            + " in this file",
        "avroSchema: a.avsc | 'avroSchema' has no effect here",
        "registry: {url: 'http://a'}, avroSchema: a.avsc | exclude each other",
        "topic: a | topics"
      })
  void refusesWhatCannotBe(String options, String message) {
    assertThat(refusal("server: stream, kafka: {" + options + "}"), containsString(message));
  }

  @Test
  void messagesOfAvroHaveTheirSchemasInARegistryOrInAFile() {
    assertThat(refusal("server: binary"), containsString("Name the schema registry with"));
    assertThat(
        refusal("server: binary, kafka: {avroSchema: nowhere.avsc}"),
        allOf(containsString("nowhere.avsc"), containsString("cannot be read")));
    assertThat(
        kafka(", kafka: {registry: {url: 'https://r:8081/apis/ccompat/v7/'}}").payload().registry(),
        is(new RegistrySpec("https://r:8081/apis/ccompat/v7", "r-8081_apis_ccompat_v7", Map.of())));
    Map<String, String> properties =
        Map.of(
            "basic.auth.user.info", "me:${file:/run/secrets/me}",
            "ssl.truststore.location", "/etc/ssl/ca.pem");
    assertThat(
        kafka(
                ", kafka: {registry: {url: 'https://r', name: shop, properties:"
                    + " {basic.auth.user.info: 'me:${file:/run/secrets/me}',"
                    + " ssl.truststore.location: /etc/ssl/ca.pem}}}")
            .payload(),
        is(new PayloadSpec(new RegistrySpec("https://r", "shop", properties), null)));
  }

  @Test
  void aSecretIsInNoMessage() {
    assertThat(
        refusal("server: stream, kafka: {properties: {ssl.key.password: s3cr3t}}"),
        not(containsString("s3cr3t")));
  }

  @Test
  void whatIsForFilesIsRefusedForTopicsAndTheReverse() {
    assertThat(
        refusal("server: stream, order: name, encoding: utf-16"),
        allOf(
            containsString("'order' has no effect here"),
            containsString("'encoding' has no effect here")));
    assertThat(
        refusal("server: files, kafka: {start: latest}"),
        containsString("'kafka' has no effect here: server 'files' is of type local"));
    assertThat(refusal("server: nowhere"), containsString("has no 'host'"));
    assertThat(
        refusal("server: other"),
        allOf(containsString("protobuf"), containsString("have the producer")));
    assertThat(
        assertThrows(
                ConfigurationException.class, () -> define("server: stream", "write: overwrite"))
            .getMessage(),
        containsString("'write: overwrite' replaces partitions by what one cycle reads"));
  }
}
