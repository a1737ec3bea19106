package org.beammedallion.quality.pipeline;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import org.beammedallion.quality.contract.DataContract;
import org.beammedallion.quality.yaml.ConfigurationException;

/** Pipeline files over the contract of a shop, and what is wrong with them. */
final class ShopPipeline {

  static final String CONTRACT =
      """
      apiVersion: v3.1.0
      id: shop
      version: 2.0.0
      servers:
      - {server: files, type: local, path: ./in/*.csv, format: csv}
      - {server: json, type: local, path: /data/*.jsonl, format: json}
      schema:
      - name: orders
        properties:
        - {name: id, logicalType: string, primaryKey: true}
        - {name: at, logicalType: timestamp, required: true, partitioned: true, partitionKeyPosition: 2}
        - {name: maybe, logicalType: timestamp}
        - {name: day, logicalType: date}
        - {name: country, logicalType: string, partitioned: true, partitionKeyPosition: 1}
        - {name: price, logicalType: number}
        - {name: tags, logicalType: array, items: {logicalType: string}}
      """;

  static final Path FOLDER = Path.of("/pipelines");

  private ShopPipeline() {}

  static PipelineDefinition define(String yaml) {
    return define(yaml, CONTRACT);
  }

  static PipelineDefinition define(String yaml, String contract) {
    return PipelineDefinition.of(
        PipelineFile.parse("p.yaml", yaml, FOLDER), DataContract.parse("c.yaml", contract));
  }

  static String refusal(String yaml) {
    return assertThrows(ConfigurationException.class, () -> define(yaml)).getMessage();
  }

  /** A pipeline file whose silver section has these further keys, from the sixth line on. */
  static String silver(String keys) {
    return "pipeline: p\ncontract: sub/c.yaml\nsource: {server: files}\nsilver:\n  write: append\n"
        + keys.indent(2);
  }

  /** The files that a pipeline reads. */
  static SourceSpec.Files files(PipelineDefinition definition) {
    return (SourceSpec.Files) definition.source().place();
  }
}
