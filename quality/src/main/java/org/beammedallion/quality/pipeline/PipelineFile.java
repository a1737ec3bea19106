package org.beammedallion.quality.pipeline;

import static org.beammedallion.quality.yaml.Shape.Free.FREE;
import static org.beammedallion.quality.yaml.Shape.Scalar.TEXT;
import static org.beammedallion.quality.yaml.Shape.listOf;
import static org.beammedallion.quality.yaml.Shape.listOr;
import static org.beammedallion.quality.yaml.Shape.mapping;
import static org.beammedallion.quality.yaml.Shape.mappingOr;
import static org.beammedallion.quality.yaml.Shape.oneOf;

import java.nio.file.Path;
import java.util.regex.Pattern;
import org.beammedallion.quality.yaml.ConfigurationException;
import org.beammedallion.quality.yaml.Document;
import org.beammedallion.quality.yaml.JsonSchema;
import org.beammedallion.quality.yaml.Problems;
import org.beammedallion.quality.yaml.Shape;
import org.beammedallion.quality.yaml.Variables;
import org.beammedallion.quality.yaml.YamlNode;
import org.beammedallion.quality.yaml.YamlReader;

/**
 * The pipeline file as written: its keys are known and its values of the right kind. What it means
 * together with the contract is a {@link PipelineDefinition}.
 *
 * @param name the pipeline's stable name, which is safe as a file's name
 * @param contract path of the contract, relative to this file
 * @param document this file
 */
public record PipelineFile(String name, String contract, Document document, YamlNode root) {

  static final Pattern SAFE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,99}");

  static final Shape.Mapping SHAPE =
      mapping("a pipeline file")
          .texts("pipeline", "contract")
          .with(oneOf("enforce", "evolve", "ignore"), "schemaPolicy")
          .with(
              mapping("the source")
                  .texts("server", "table", "maxRecordBytes")
                  .with(oneOf("any", "name"), "order")
                  .with(oneOf("warn", "takeAgain"), "changed")
                  .with(oneOf("auto", "none", "gzip", "zstd", "bzip2"), "compression")
                  .with(oneOf("keep", "null"), "nan")
                  .with(oneOf("base64", "text"), "binary")
                  .with(CsvOptions.SHAPE, "csv")
                  .with(JsonOptions.SHAPE, "json")
                  .with(KafkaOptions.SHAPE, "kafka")
                  .with(FREE, "metadata")
                  .with(
                      oneOf(
                          "utf-8", "utf-16", "utf-16le", "utf-16be", "iso-8859-1", "windows-1252"),
                      "encoding")
                  .with(oneOf("debezium", "dms"), "changes")
                  .with(
                      mapping("the Debezium options")
                          .with(oneOf("millis", "micros", "nanos"), "timeUnit")
                          .with(oneOf("precise", "string"), "decimals")
                          .with(FREE, "fields")
                          .texts("unavailableValue")
                          .with(listOf(TEXT), "epochs"),
                      "debezium")
                  .with(
                      mapping("the DMS options").texts("operationColumn", "timestampColumn"),
                      "dms"),
              "source")
          .with(
              mappingOr(
                  mapping("the transform").texts("class").with(FREE, "options").require("class"),
                  TEXT),
              "transform")
          .with(
              mappingOr(
                  mapping("the gate").texts("class").with(FREE, "options").require("class"), TEXT),
              "gate")
          .with(
              mapping("the silver table")
                  .texts(
                      "table",
                      "latestBy",
                      "eventTime",
                      "lateness",
                      "targetFileSize",
                      "rememberDeletes")
                  .with(oneOf("append", "upsert", "overwrite"), "write")
                  .with(oneOf("copy-on-write", "merge-on-read"), "upsert")
                  .with(oneOf("delta", "iceberg"), "format")
                  .with(oneOf("2", "3"), "formatVersion")
                  .with(listOr(TEXT, TEXT), "partitionBy")
                  .require("write"),
              "silver")
          .with(listOf(GoldSection.SHAPE), "gold")
          .require("pipeline", "contract", "source", "silver");

  /**
   * Reads a pipeline file.
   *
   * @throws ConfigurationException with all that is wrong: no such file, not YAML, an unknown key,
   *     a value of the wrong type
   */
  public static PipelineFile read(Document file) {
    return of(YamlReader.read(file), file);
  }

  /**
   * Reads a pipeline file from a text.
   *
   * @param file how messages call it
   * @param directory what its paths are relative to
   * @throws ConfigurationException see {@link #read}
   */
  public static PipelineFile parse(String file, String yaml, Path directory) {
    return of(YamlReader.parse(file, yaml), Document.of(directory.resolve(file)));
  }

  private static PipelineFile of(YamlNode written, Document document) {
    Problems problems = new Problems();
    YamlNode root = Variables.ENVIRONMENT.in(written, problems);
    SHAPE.check(root, problems);
    problems.throwIfAny();
    String name = root.text("pipeline", "");
    if (!SAFE_NAME.matcher(name).matches()) {
      problems.add(
          root.locationOf("pipeline"),
          "'"
              + name
              + "' cannot be the pipeline's name, for folders are named after it: use letters, digits, '-' and '_', a letter"
              + " or digit first, at most 100 characters.");
    }
    problems.throwIfAny();
    return new PipelineFile(name, root.text("contract", ""), document, root);
  }

  /** What a pipeline file may say, for editors. */
  public static String jsonSchema() {
    return JsonSchema.of(SHAPE, "Pipeline file of beam-medallion");
  }

  /** The file of its contract. */
  public Document contractDocument() {
    return document.resolve(Variables.home(contract));
  }
}
