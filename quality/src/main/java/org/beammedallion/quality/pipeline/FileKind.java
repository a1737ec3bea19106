package org.beammedallion.quality.pipeline;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.beammedallion.quality.yaml.ConfigurationException;
import org.beammedallion.quality.yaml.Document;
import org.beammedallion.quality.yaml.YamlReader;

/**
 * What a file is that cannot be read as a pipeline file or as a contract, for a message: mostly the
 * wrong one of two files was named.
 */
public enum FileKind {
  PIPELINE("a pipeline file"),
  CONTRACT("a data contract"),
  PARQUET("a Parquet file"),
  AVRO("an Avro file"),
  JSON("a JSON file"),
  CSV("a CSV file"),
  COMPRESSED("a compressed file"),
  BINARY("a binary file"),
  /** Nothing that is known; what is wrong with it is then all that can be said. */
  UNKNOWN("another file");

  private static final Set<String> PIPELINE_KEYS =
      Set.of("pipeline", "contract", "source", "silver", "gold");
  private static final Set<String> CONTRACT_KEYS =
      Set.of("apiVersion", "kind", "schema", "servers", "models", "dataContractSpecification");

  /** By the first bytes, in ISO-8859-1. */
  private static final Map<String, FileKind> SIGNATURES =
      Map.of(
          "PAR1", PARQUET,
          "Obj\u0001", AVRO,
          "\u001f\u008b", COMPRESSED,
          "(\u00b5/\u00fd", COMPRESSED,
          "BZh", COMPRESSED,
          "PK\u0003\u0004", COMPRESSED);

  private static final Map<String, FileKind> EXTENSIONS =
      Map.of(
          ".parquet",
          PARQUET,
          ".avro",
          AVRO,
          ".json",
          JSON,
          ".jsonl",
          JSON,
          ".ndjson",
          JSON,
          ".csv",
          CSV,
          ".tsv",
          CSV);

  private final String description;

  FileKind(String description) {
    this.description = description;
  }

  /** Such as "a data contract". */
  @Override
  public String toString() {
    return description;
  }

  /** Told from the content, and from the name where the content says nothing. */
  public static FileKind of(Document document) {
    byte[] bytes;
    try {
      bytes = document.read(YamlReader.MAX_BYTES);
    } catch (IOException e) {
      return UNKNOWN;
    }
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    for (Map.Entry<String, FileKind> signature : SIGNATURES.entrySet()) {
      if (text.startsWith(signature.getKey())) {
        return signature.getValue();
      }
    }
    if (text.indexOf('\u0000') >= 0) {
      return BINARY;
    }
    FileKind ofKeys = ofKeys(new String(bytes, StandardCharsets.UTF_8));
    return ofKeys == UNKNOWN ? ofName(document.name()) : ofKeys;
  }

  private static FileKind ofKeys(String text) {
    Set<String> keys;
    try {
      keys = YamlReader.parse("", text).keys();
    } catch (ConfigurationException e) {
      keys = topLevelKeys(text);
    }
    long pipeline = keys.stream().filter(PIPELINE_KEYS::contains).count();
    long contract = keys.stream().filter(CONTRACT_KEYS::contains).count();
    if (Math.max(pipeline, contract) < 2 || pipeline == contract) {
      return UNKNOWN;
    }
    return pipeline > contract ? PIPELINE : CONTRACT;
  }

  /** The keys of YAML that is broken somewhere. */
  private static Set<String> topLevelKeys(String text) {
    return Set.copyOf(
        text.lines()
            .filter(line -> line.indexOf(':') > 0)
            .map(line -> line.substring(0, line.indexOf(':')))
            .distinct()
            .toList());
  }

  private static FileKind ofName(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    for (String extension : List.of(".gz", ".zst", ".bz2")) {
      if (lower.endsWith(extension)) {
        return COMPRESSED;
      }
    }
    return EXTENSIONS.entrySet().stream()
        .filter(each -> lower.endsWith(each.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(UNKNOWN);
  }
}
