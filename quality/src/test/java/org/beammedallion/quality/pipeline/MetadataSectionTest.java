package org.beammedallion.quality.pipeline;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.beammedallion.quality.schema.Metadata;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.quality.yaml.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetadataSectionTest {

  private static final String CONTRACT =
      """
      apiVersion: v3.1.0
      kind: DataContract
      id: orders
      version: 1.0.0
      status: active
      servers:
        - {server: stream, type: kafka, host: 'a:9092'}
        - {server: files, type: local, path: '*.csv', format: csv}
      schema:
        - name: orders
          logicalType: object
          properties:
            - {name: id, logicalType: integer, required: true, primaryKey: true}
            - {name: at, logicalType: timestamp}
            - {name: day, logicalType: date}
            - {name: tenant, logicalType: string, physicalName: 'a.b[0]'}
            - {name: small, logicalType: integer, logicalTypeOptions: {format: i32}}
            - {name: tags, logicalType: array, items: {logicalType: string}}
      """;

  private static PipelineDefinition define(String server, String metadata) {
    return ShopPipeline.define(
        "pipeline: p\ncontract: c.yaml\nsource: {server: "
            + server
            + ", metadata: "
            + metadata
            + "}\nsilver: {write: append}\n",
        CONTRACT);
  }

  private static String refusal(String server, String metadata) {
    return assertThrows(ConfigurationException.class, () -> define(server, metadata)).getMessage();
  }

  @Test
  void fillsColumnsFromWhatMessagesHave() {
    RecordSchema schema =
        define("stream", "{at: timestamp, tenant: header.x.tenant, small: partition}").schema();
    assertThat(schema.field("at").metadata(), is(new Metadata(Metadata.Kind.TIMESTAMP, "")));
    assertThat(
        schema.field("tenant").metadata(), is(new Metadata(Metadata.Kind.HEADER, "x.tenant")));
    assertThat(schema.field("small").metadata(), is(new Metadata(Metadata.Kind.PARTITION, "")));
    assertThat(schema.field("id").metadata(), is(nullValue()));
    assertThat(schema.ofRecord().names(), is(List.of("id", "day", "tags")));
  }

  @Test
  void fillsColumnsFromThePathOfFiles() {
    RecordSchema schema = define("files", "{day: partition.day, tenant: fileName}").schema();
    assertThat(schema.field("day").metadata(), is(new Metadata(Metadata.Kind.PATH_PART, "day")));
    assertThat(schema.field("tenant").metadata(), is(new Metadata(Metadata.Kind.FILE_NAME, "")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          stream | {at: timestmp}             | 'timestmp' is no metadata of messages
          stream | {at: timestmp}             | did you mean 'timestamp'?
          stream | {tenant: header}           | 'header' is no metadata of messages
          stream | {tenant: header.}          | header.NAME
          stream | {tenant: topic.x}          | 'topic.x' is no metadata
          stream | {tenant: fileName}         | is told by the path of a file, and the records are messages
          stream | {day: partition.day}       | is told by the path of a file
          files  | {at: timestamp}            | belongs to messages of Kafka, and the records are in files
          files  | {tenant: filename}         | did you mean 'fileName'?
          files  | {tennant: fileName}        | no property 'tennant'; did you mean 'tenant'?
          stream | {tenant: timestamp}        | 'tenant' cannot be filled from 'timestamp', which needs a timestamp
          stream | {at: offset}               | needs an integer of 64 bits
          stream | {small: offset}            | needs an integer of 64 bits
          stream | {at: partition}            | needs an integer
          stream | {id: topic}                | needs a string
          stream | {tags: header.tags}        | no object or array
          stream | timestamp                  | 'metadata' must name columns
          stream | {at: [timestamp]}          | 'at' must say what it is filled from: timestamp, offset
          """)
  void refusesWhatCannotBe(String server, String metadata, String message) {
    assertThat(refusal(server, metadata), containsString(message));
  }

  private static String refusalOfChanges(String changes, String metadata) {
    return assertThrows(
            ConfigurationException.class,
            () ->
                ShopPipeline.define(
                    "pipeline: p\ncontract: c.yaml\nsource: {server: "
                        + (changes.equals("dms") ? "files" : "stream")
                        + ", changes: "
                        + changes
                        + ", metadata: "
                        + metadata
                        + "}\nsilver: {write: upsert}\n",
                    CONTRACT.replace("physicalName: 'a.b[0]'", "physicalName: t")))
        .getMessage();
  }

  @Test
  void refusesKeysOfChangesAndColumnsOfDms() {
    assertThat(
        refusalOfChanges("debezium", "{id: key}"),
        containsString("'id' is part of the primary key, which each change must have itself"));
    assertThat(
        refusalOfChanges("dms", "{tenant: fileName}"),
        containsString("'metadata' and 'changes: dms' exclude each other"));
  }
}
