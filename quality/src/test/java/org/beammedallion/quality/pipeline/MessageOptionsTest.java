package org.beammedallion.quality.pipeline;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.beammedallion.quality.pipeline.KafkaSpec.Start;
import org.beammedallion.quality.pipeline.MessageSpec.Condition;
import org.beammedallion.quality.pipeline.MessageSpec.Part;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.yaml.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageOptionsTest {

  private static final String CONTRACT =
      """
      apiVersion: v3.1.0
      kind: DataContract
      id: orders
      version: 1.0.0
      status: active
      servers:
        - {server: stream, type: kafka, host: 'a:9092'}
        - {server: files, type: local, path: '*.jsonl', format: json}
      schema:
        - name: orders
          logicalType: object
          properties:
            - {name: id, logicalType: integer, required: true, primaryKey: true}
            - {name: at, logicalType: timestamp, required: true}
            - {name: status, logicalType: string}
      """;

  private static final String KEYED = "metadata: {id: key}, kafka: {nullValue: delete}";

  private static PipelineDefinition define(String source, String silver) {
    return ShopPipeline.define(
        "pipeline: p\ncontract: c.yaml\nsource: {server: stream, "
            + source
            + "}\nsilver: {"
            + silver
            + "}\n",
        CONTRACT);
  }

  private static KafkaSpec kafka(String options) {
    return (KafkaSpec) define("kafka: {" + options + "}", "write: append").source().place();
  }

  private static String refusal(String source, String silver) {
    return assertThrows(ConfigurationException.class, () -> define(source, silver)).getMessage();
  }

  @Test
  void readsConditions() {
    assertThat(kafka("topics: orders").messages(), is(MessageSpec.DEFAULT));
    assertThat(
        kafka("where: {header.type: order.created, $.order.kind: [1, true]}").messages().where(),
        is(
            List.of(
                new Condition(new Part(true, List.of("type")), List.of("order.created")),
                new Condition(new Part(false, List.of("order", "kind")), List.of("1", "true")))));
  }

  @Test
  void readsWhatMessagesAreRoutedBy() {
    assertThat(
        kafka("routeBy: $.source.table").messages().routeBy(),
        is(new Part(false, List.of("source", "table"))));
    assertThat(
        kafka("routeBy: header.type").messages().routeBy(), is(new Part(true, List.of("type"))));
  }

  @Test
  void readsOffsets() {
    assertThat(
        kafka("topics: [a, b], start: {offsets: {a/0: 12, a/1: 0}}").start(),
        is(new Start.Offsets(Map.of("a/0", 12L, "a/1", 0L))));
  }

  @Test
  void ordersByOffsetInAColumnOfItsOwn() {
    PipelineDefinition definition = define("kafka: {}", "write: upsert, latestBy: $offset");
    assertThat(definition.latestBy(), is(3));
    Field offset = definition.rowSchema().fields().get(3);
    assertThat(offset.name(), is("_offset"));
    assertThat(String.valueOf(offset.metadata()), is("offset"));
    assertThat(definition.schema().fields().size(), is(3));
    assertThat(definition.hasDeletes(), is(false));
    assertThat(
        definition.contract().notices().toString(),
        containsString("all messages of a key must be in one partition"));
  }

  @Test
  void deletesRowsWhoseMessageHasNoValue() {
    assertThat(define(KEYED, "write: upsert, latestBy: $offset").hasDeletes(), is(true));
    assertThat(
        define(
                "metadata: {id: key.id, at: header.at}, kafka: {nullValue: delete}",
                "write: upsert, latestBy: at")
            .hasDeletes(),
        is(true));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          where: order                            | 'where' must name headers or fields
          where: {type: a}                        | 'type' is neither a header (header.NAME) nor a field
          where: {header.: a}                     | is neither a header
          where: {$.a..b: a}                      | is neither a header
          where: {header.type: {a: b}}            | 'header.type' must have a text, or a list of texts
          where: {header.type: []}                | must have a text, or a list of texts
          routeBy: type                           | 'type' is neither a header (header.NAME) nor a field
          routeBy: $.a, landedBy: other           | 'routeBy' has no effect here: pipeline 'other' reads the topics
          start: {offsets: {orders: 12}}          | such as orders/0: 1234, but not 'orders: 12'
          start: {offsets: {orders/0: -1}}        | but not 'orders/0: -1'
          start: {offsets: {other/0: 1}}          | the topic 'other', which is not read; topics are orders
          start: {offsets: 12}                    | 'offsets' must name partitions
          start: {offset: {orders/0: 1}}          | did you mean 'offsets'?
          nullValue: remove                       | must be one of
          """)
  void refusesOptions(String options, String message) {
    assertThat(refusal("kafka: {" + options + "}", "write: append"), containsString(message));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          metadata: {id: key}, kafka: {nullValue: delete} | write: append | needs 'write: upsert'
          kafka: {nullValue: delete} | write: upsert, latestBy: $offset | must fill each column of the primary key
          metadata: {id: offset}, kafka: {nullValue: delete} | write: upsert, latestBy: $offset | must fill each column
          metadata: {id: key}, kafka: {nullValue: delete} | write: upsert, latestBy: at | set 'latestBy: $offset'
          metadata: {id: key}, kafka: {nullValue: delete} | write: upsert | set 'latestBy: $offset'
          metadata: {id: key, at: timestamp}, kafka: {nullValue: delete} | write: upsert, latestBy: at | may have one timestamp
          metadata: {id: key}, kafka: {nullValue: delete, where: {$.a: b}} | write: upsert, latestBy: $offset | use a header
          kafka: {nullValue: delete}, changes: debezium | write: upsert | exclude each other
          """)
  void refusesDeletesWithoutKeyOrOrder(String source, String silver, String message) {
    assertThat(refusal(source, silver), containsString(message));
  }

  @Test
  void refusesOffsetsOfFiles() {
    String refused =
        assertThrows(
                ConfigurationException.class,
                () ->
                    ShopPipeline.define(
                        "pipeline: p\ncontract: c.yaml\nsource: {server: files}\nsilver: {write: upsert, latestBy: $offset}\n",
                        CONTRACT))
            .getMessage();
    assertThat(refused, containsString("the records are in files"));
  }

  @Test
  void refusesATransformThatCannotSeeTheOffset() {
    String refused =
        assertThrows(
                ConfigurationException.class,
                () ->
                    ShopPipeline.define(
                        "pipeline: p\ncontract: c.yaml\nsource: {server: stream}\ntransform: a.B\nsilver: {write: upsert, latestBy: $offset}\n",
                        CONTRACT))
            .getMessage();
    assertThat(refused, containsString("name that column here"));
  }
}
