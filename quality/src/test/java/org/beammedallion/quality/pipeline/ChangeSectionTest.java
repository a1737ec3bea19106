package org.beammedallion.quality.pipeline;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.stringContainsInOrder;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.beammedallion.quality.contract.DataContract;
import org.beammedallion.quality.pipeline.ChangeSpec.Debezium;
import org.beammedallion.quality.pipeline.ChangeSpec.Decimals;
import org.beammedallion.quality.pipeline.ChangeSpec.Dms;
import org.beammedallion.quality.pipeline.ChangeSpec.Encoding;
import org.beammedallion.quality.pipeline.ChangeSpec.TimeUnit;
import org.beammedallion.quality.pipeline.SourceSpec.Format;
import org.beammedallion.quality.yaml.ConfigurationException;
import org.junit.jupiter.api.Test;

class ChangeSectionTest {

  private static final String CONTRACT =
      """
      apiVersion: v3.1.0
      id: shop
      version: 2.0.0
      servers:
      - {server: csv, type: local, path: ./in/*.csv, format: csv}
      - {server: json, type: local, path: /data/*.jsonl, format: json}
      - {server: avro, type: local, path: /data/*.avro, format: avro}
      - {server: parquet, type: local, path: /data/*.parquet, format: parquet}
      schema:
      - name: orders
        properties:
        - {name: id, logicalType: string, primaryKey: true}
        - {name: at, logicalType: timestamp, required: true}
      """;

  private static PipelineDefinition define(String source, String silver) {
    return define(source, silver, CONTRACT);
  }

  private static PipelineDefinition define(String source, String silver, String contract) {
    String yaml =
        "pipeline: p\ncontract: c.yaml\nsource: {" + source + "}\nsilver: {" + silver + "}\n";
    return PipelineDefinition.of(
        PipelineFile.parse("p.yaml", yaml, Path.of("/pipelines")),
        DataContract.parse("c.yaml", contract));
  }

  private static String refusal(String source, String silver) {
    return assertThrows(ConfigurationException.class, () -> define(source, silver)).getMessage();
  }

  @Test
  void readsDebezium() {
    PipelineDefinition plain = define("server: json, changes: debezium", "write: upsert");
    assertThat(plain.source().changes(), is(Debezium.DEFAULT));
    assertThat(plain.silver().rememberDeletes(), is(Duration.ofDays(7)));
    PipelineDefinition told =
        define(
            "server: avro, changes: debezium, debezium: {timeUnit: nanos, decimals: string}",
            "write: upsert, rememberDeletes: 36h");
    assertThat(
        told.source().changes(),
        is(new Debezium(TimeUnit.NANOS, Decimals.STRING, Map.of(), null, List.of())));
    assertThat(told.source().format(), is(Format.AVRO));
    assertThat(told.silver().rememberDeletes(), is(Duration.ofHours(36)));
  }

  @Test
  void readsWhatSingleFieldsHoldAndWhenLogsBegan() {
    PipelineDefinition told =
        define(
            "server: json, changes: debezium, debezium: {fields: {at: millis}, unavailableValue: 'hex:00ff',"
                + " epochs: ['2026-11-05T12:00:00Z', '2026-11-01T01:00:00+01:00']}",
            "write: upsert");
    List<Instant> epochs =
        List.of(Instant.parse("2026-11-01T00:00:00Z"), Instant.parse("2026-11-05T12:00:00Z"));
    assertThat(
        told.source().changes(),
        is(new Debezium(null, null, Map.of("at", Encoding.MILLIS), "hex:00ff", epochs)));
    assertThat(told.epochs(), is(epochs));
  }

  @Test
  void refusesFieldsThatAreNoneAndWordsThatDoNotFit() {
    assertThat(
        refusal(
            "server: json, changes: debezium, debezium: {fields: {att: millis}}", "write: upsert"),
        stringContainsInOrder("p.yaml:3", "no field 'att'", "did you mean 'at'"));
    assertThat(
        refusal(
            "server: json, changes: debezium, debezium: {fields: {at: precise}}", "write: upsert"),
        stringContainsInOrder("'precise' does not fit", "'at'", "millis, micros, nanos"));
    assertThat(
        refusal(
            "server: json, changes: debezium, debezium: {fields: {id: millis}}", "write: upsert"),
        stringContainsInOrder("'millis' does not fit", "'id'"));
    assertThat(
        refusal(
            "server: json, changes: debezium, debezium: {fields: {at: milis}}", "write: upsert"),
        stringContainsInOrder("'at' must be one of", "did you mean 'millis'"));
    assertThat(
        refusal("server: json, changes: debezium, debezium: {fields: [at]}", "write: upsert"),
        stringContainsInOrder("'fields' must name fields"));
    assertThat(
        refusal(
            "server: json, changes: debezium, debezium: {unavailableValue: 'hex:0'}",
            "write: upsert"),
        stringContainsInOrder("hexadecimal digits"));
    assertThat(
        refusal(
            "server: json, changes: debezium, debezium: {epochs: [yesterday]}", "write: upsert"),
        stringContainsInOrder("an epoch must be an instant"));
  }

  @Test
  void readsDms() {
    assertThat(
        define("server: csv, changes: dms", "write: upsert").source().changes(), is(Dms.DEFAULT));
    assertThat(
        define(
                "server: parquet, changes: dms, dms: {operationColumn: op, timestampColumn: ts}",
                "write: upsert")
            .source()
            .changes(),
        is(new Dms("op", "ts")));
  }

  @Test
  void addsTheSequenceToTheRow() {
    PipelineDefinition changes = define("server: json, changes: debezium", "write: upsert");
    assertThat(changes.rowSchema().names(), contains("id", "at", "_sequence"));
    assertThat(changes.schema().names(), contains("id", "at"));
    assertThat(changes.latestBy(), is(2));
    PipelineDefinition rows = define("server: json", "write: upsert, latestBy: at");
    assertThat(rows.rowSchema().names(), contains("id", "at"));
    assertThat(rows.latestBy(), is(1));
  }

  @Test
  void refusesWhatDoesNotFitTogether() {
    assertThat(
        refusal("server: csv, changes: debezium", "write: upsert"),
        stringContainsInOrder("server 'csv' has the format csv", "json or avro"));
    assertThat(
        refusal("server: json, changes: dms", "write: upsert"),
        stringContainsInOrder("server 'json' has the format json", "csv or parquet"));
    assertThat(
        refusal("server: json, debezium: {timeUnit: millis}", "write: upsert"),
        stringContainsInOrder("p.yaml:3", "'debezium' has no effect here"));
    assertThat(
        refusal("server: json, changes: debezium, dms: {operationColumn: o}", "write: upsert"),
        stringContainsInOrder("'dms' has no effect here"));
    assertThat(
        refusal(
            "server: csv, changes: dms, csv: {header: false}, dms: {timestampColumn: ts}",
            "write: upsert"),
        stringContainsInOrder("'timestampColumn' names a column", "no header"));
    assertThat(
        refusal("server: json, changes: debezium", "write: append, latestBy: at"),
        stringContainsInOrder("write: upsert", "remove 'latestBy'"));
    assertThat(
        refusal("server: json, changes: debezum", "write: upsert"),
        stringContainsInOrder("debezum", "debezium"));
  }

  @Test
  void refusesATransform() {
    String yaml =
        """
        pipeline: p
        contract: c.yaml
        source: {server: json, changes: debezium}
        silver: {write: upsert}
        transform: com.example.Enrich
        """;
    String refusal =
        assertThrows(
                ConfigurationException.class,
                () ->
                    PipelineDefinition.of(
                        PipelineFile.parse("p.yaml", yaml, Path.of("/pipelines")),
                        DataContract.parse("c.yaml", CONTRACT)))
            .getMessage();
    assertThat(refusal, stringContainsInOrder("p.yaml:5", "a transform works on rows"));
  }

  @Test
  void refusesAContractWithAColumnOfThatName() {
    String contract = CONTRACT + "  - {name: _sequence, logicalType: string}\n";
    String refusal =
        assertThrows(
                ConfigurationException.class,
                () -> define("server: json, changes: debezium", "write: upsert", contract))
            .getMessage();
    assertThat(refusal, stringContainsInOrder("'_sequence'", "give it another name"));
    assertThat(define("server: json", "write: upsert", contract).hasChanges(), is(not(true)));
  }
}
