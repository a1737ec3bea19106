package org.beammedallion.quality.contract;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.beammedallion.quality.ProjectFiles;
import org.beammedallion.quality.pipeline.PipelineFile;
import org.beammedallion.quality.yaml.ConfigurationException;
import org.beammedallion.quality.yaml.Problems;
import org.beammedallion.quality.yaml.YamlReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * The JSON Schemas in {@code docs/schema} say what the parser says, by an independent validator.
 */
class EditorSchemasTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Path ROOT = ProjectFiles.root();

  enum Kind {
    PIPELINE("pipeline.schema.json", ".pipeline.yaml"),
    CONTRACT("contract.schema.json", ".odcs.yaml");

    private final Path file;
    private final String extension;

    Kind(String file, String extension) {
      this.file = ROOT.resolve("docs/schema").resolve(file);
      this.extension = extension;
    }

    String generated() {
      return this == PIPELINE ? PipelineFile.jsonSchema() : DataContract.jsonSchema();
    }

    JsonSchema schema() {
      return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(generated());
    }

    /** Whether the parser finds the keys known and the values of the right kind. */
    boolean parses(JsonNode document) {
      String text = document.toString();
      if (this == CONTRACT) {
        Problems problems = new Problems();
        StandardShape.CONTRACT.check(YamlReader.parse("a", text), problems);
        return problems.list().isEmpty();
      }
      try {
        PipelineFile.parse("a", text, Path.of("/"));
        return true;
      } catch (ConfigurationException e) {
        // Which names are safe as those of folders is no matter of keys and kinds.
        return e.getMessage().contains("cannot be the pipeline's name");
      }
    }

    static Kind of(Path file) {
      return file.toString().endsWith(PIPELINE.extension) ? PIPELINE : CONTRACT;
    }
  }

  static List<Path> examples() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT.resolve("docs/examples"))) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  private static JsonNode load(String yaml) {
    LoadSettings settings = LoadSettings.builder().setSchema(new CoreSchema()).build();
    return MAPPER.valueToTree(new Load(settings).loadFromString(yaml));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void areGeneratedFromWhatTheParserChecks(Kind kind) throws IOException {
    String generated = kind.generated();
    if (Boolean.getBoolean("schemas.write")) {
      Files.createDirectories(kind.file.getParent());
      Files.writeString(kind.file, generated);
    }
    assertThat(
        "Regenerate them: mvn test -pl quality -Dtest=EditorSchemasTest -Dschemas.write=true",
        Files.readString(kind.file),
        is(generated));
  }

  @ParameterizedTest
  @MethodSource("examples")
  void takeTheExamples(Path example) throws IOException {
    JsonNode document = load(Files.readString(example));
    assertThat(Kind.of(example).schema().validate(document), is(empty()));
  }

  @Test
  void takeTheExampleThatUsesEveryKey() throws IOException {
    String page = Files.readString(ROOT.resolve("docs/pipeline-file.md"));
    int start = page.indexOf("```yaml\n") + 8;
    JsonNode document = load(page.substring(start, page.indexOf("```", start)));
    assertThat(Kind.PIPELINE.schema().validate(document), is(empty()));
    assertThat(agreements(Kind.PIPELINE, document), greaterThan(300));
  }

  @Test
  void nameAKeyThatIsMisspelt() throws IOException {
    JsonNode document =
        load(
            Files.readString(ProjectFiles.ordersPipeline())
                .replaceFirst("eventTime:", "eventtime:"));
    assertThat(Kind.PIPELINE.schema().validate(document).toString(), containsString("'eventtime'"));
  }

  /** Every key misspelt, and every value replaced by one of each kind. */
  @ParameterizedTest
  @MethodSource("examples")
  void agreeWithTheParserOnEveryMistake(Path example) throws IOException {
    assertThat(agreements(Kind.of(example), load(Files.readString(example))), greaterThan(100));
  }

  private static int agreements(Kind kind, JsonNode document) {
    JsonSchema schema = kind.schema();
    int[] count = {0};
    int[] refused = {0};
    mutate(
        document,
        "",
        changed -> {
          count[0]++;
          boolean parses = kind.parses(document);
          refused[0] += parses ? 0 : 1;
          assertThat(changed, schema.validate(document).isEmpty(), is(parses));
        });
    assertThat(refused[0], is(not(0)));
    return count[0];
  }

  /** Changes one place after another, and changes it back. */
  private static void mutate(JsonNode node, String path, Consumer<String> each) {
    if (node instanceof ObjectNode object) {
      List<String> keys = new ArrayList<>();
      object.fieldNames().forEachRemaining(keys::add);
      for (String key : keys) {
        JsonNode value = object.get(key);
        object.remove(key);
        each.accept(path + "." + key + " taken away");
        object.set(key + "x", value);
        each.accept(path + "." + key + " misspelt");
        object.remove(key + "x");
        for (JsonNode other : others()) {
          object.set(key, other);
          each.accept(path + "." + key + " = " + other);
        }
        object.set(key, value);
        mutate(value, path + "." + key, each);
      }
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        JsonNode value = array.get(i);
        for (JsonNode other : others()) {
          array.set(i, other);
          each.accept(path + "[" + i + "] = " + other);
        }
        array.set(i, value);
        mutate(value, path + "[" + i + "]", each);
      }
    }
  }

  private static List<JsonNode> others() {
    return List.of(
        MAPPER.valueToTree("word"),
        MAPPER.valueToTree(7),
        MAPPER.valueToTree(1.5),
        MAPPER.valueToTree(true),
        MAPPER.createObjectNode(),
        MAPPER.createArrayNode());
  }
}
