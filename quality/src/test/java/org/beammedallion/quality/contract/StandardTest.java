package org.beammedallion.quality.contract;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.beammedallion.quality.ProjectFiles;
import org.beammedallion.quality.yaml.ConfigurationException;
import org.beammedallion.quality.yaml.Document;
import org.beammedallion.quality.yaml.Shape.Mapping;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract against the standard's own schema and examples, where they are at hand. */
class StandardTest {

  private static final String ABSENT = "none";

  static Stream<Path> examples() throws IOException {
    Path folder = ProjectFiles.standard().resolve("examples");
    if (!Files.isDirectory(folder)) {
      return Stream.of(Path.of(ABSENT));
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void readsEveryExampleOfTheStandard(Path example) {
    assumeTrue(
        !example.toString().equals(ABSENT),
        "The standard's examples are not beside this checkout.");
    DataContract contract = DataContract.read(Document.of(example));
    assertThat(DataContract.API_VERSIONS.contains(contract.apiVersion()), is(true));
  }

  @Test
  void acceptsEveryKeyOfTheStandard() throws IOException {
    Path schema = ProjectFiles.standard().resolve("odcs-json-schema-v3.1.0.json");
    assumeTrue(Files.exists(schema), "The standard's schema is not beside this checkout.");
    JsonNode root = new ObjectMapper().readTree(schema.toFile());
    JsonNode definitions = root.get("$defs");
    assertKeys(root, definitions, StandardShape.CONTRACT);
    Map<String, Mapping> shapes =
        Map.ofEntries(
            Map.entry("Role", StandardShape.ROLE),
            Map.entry("Team", StandardShape.TEAM),
            Map.entry("TeamMember", StandardShape.TEAM_MEMBER),
            Map.entry("SupportItem", StandardShape.SUPPORT),
            Map.entry("Pricing", StandardShape.PRICE),
            Map.entry("ServiceLevelAgreementProperty", StandardShape.SERVICE_LEVEL),
            Map.entry("RelationshipBase", StandardShape.RELATIONSHIP),
            Map.entry("DataQuality", StandardShape.QUALITY),
            Map.entry("DataQualityLibrary", StandardShape.QUALITY),
            Map.entry("DataQualitySql", StandardShape.QUALITY),
            Map.entry("DataQualityCustom", StandardShape.QUALITY),
            Map.entry("SchemaObject", StandardShape.OBJECT),
            Map.entry("SchemaBaseProperty", StandardShape.PROPERTY_OR_ITEM),
            Map.entry("Server", StandardShape.SERVER));
    shapes.forEach((name, shape) -> assertKeys(definitions.get(name), definitions, shape));

    for (JsonNode condition : definitions.get("Server").get("allOf")) {
      String type = condition.get("if").get("properties").get("type").get("const").asText();
      String[] reference = condition.get("then").get("$ref").asText().split("/");
      JsonNode server = definitions.get("ServerSource").get(reference[reference.length - 1]);
      assertKeys(server, definitions, StandardShape.SERVERS.get(type));
    }
    for (JsonNode condition : definitions.get("SchemaBaseProperty").get("allOf")) {
      JsonNode options = condition.path("then").path("properties").path("logicalTypeOptions");
      for (String type : condition.path("if").findValuesAsText("const")) {
        assertKeys(options, definitions, StandardShape.OPTIONS.get(type));
      }
    }
  }

  private static void assertKeys(JsonNode definition, JsonNode definitions, Mapping shape) {
    Set<String> keys = new TreeSet<>();
    collect(definition, definitions, keys);
    assertThat(shape.keys(), hasItems(keys.toArray(String[]::new)));
  }

  private static void collect(JsonNode definition, JsonNode definitions, Set<String> keys) {
    definition.path("properties").fieldNames().forEachRemaining(keys::add);
    for (String combination : List.of("allOf", "oneOf")) {
      for (JsonNode part : definition.path(combination)) {
        if (part.has("$ref")) {
          collect(
              definitions.get(part.get("$ref").asText().replace("#/$defs/", "")),
              definitions,
              keys);
        } else if (!part.has("if")) {
          collect(part, definitions, keys);
        }
      }
    }
  }

  @Test
  void saysWhatAKeyThatItDoesNotKnowMayMean() {
    ConfigurationException refused =
        assertThrows(
            ConfigurationException.class,
            () ->
                Contracts.withProperties(
                    "- name: a\n  logicalType: string\n  requred: true\n  logicalTypeOptions:\n    minLenght: 3\n"));
    assertThat(
        refused.getMessage(),
        is(
            """
            c.yaml:8:5: unknown key 'requred' in a property of type string; did you mean 'required'?
            c.yaml:10:7: unknown key 'minLenght' in the options of type string; did you mean 'minLength'?"""));
  }

  @Test
  void saysWhichVersionsOfTheStandardItReads() {
    ConfigurationException refused =
        assertThrows(
            ConfigurationException.class,
            () -> DataContract.parse("c.yaml", "apiVersion: v2.2.2\nunknown: 1\n"));
    assertThat(
        refused.getMessage(),
        is(
            "c.yaml:1:13: apiVersion 'v2.2.2' is not supported; supported versions of the Open Data Contract Standard are"
                + " v3.0.0, v3.0.1, v3.0.2, v3.1.0, v3.2.0."));
    assertThat(
        assertThrows(ConfigurationException.class, () -> DataContract.parse("c.yaml", "id: a\n"))
            .getMessage(),
        containsString("'apiVersion' is missing"));
    assertThat(
        assertThrows(ConfigurationException.class, () -> DataContract.parse("c.yaml", "[1]"))
            .getMessage(),
        containsString("a data contract is a mapping"));
  }

  @Test
  void leavesWhatIsFreeToItsAuthors() {
    DataContract contract =
        Contracts.contract(
            "customProperties:\n- property: p\n  value: {anything: [goes, {here: 1}]}\n");
    assertThat(
        contract.document().get("customProperties").toString(),
        containsString("{anything=[goes, {here=1}]}"));
  }

  @Test
  void knowsTheKeysOfEachServerType() {
    assertThat(
        assertThrows(
                ConfigurationException.class,
                () ->
                    Contracts.contract(
                        "servers:\n- {server: s, type: local, path: a, format: csv, hots: x}\n"))
            .getMessage(),
        containsString("unknown key 'hots' in a server of type local; known keys are"));
    assertThat(
        assertThrows(
                ConfigurationException.class,
                () -> Contracts.contract("servers:\n- {server: s, type: kafak, host: x}\n"))
            .getMessage(),
        containsString("but is 'kafak'; did you mean 'kafka'?"));
  }

  @Test
  void findsValuesOfTheWrongKind() {
    assertThat(
        assertThrows(
                ConfigurationException.class,
                () ->
                    Contracts.withProperties(
                        "- {name: a, required: yes}\n- {name: b, properties: c}\n- {logicalType: strnig}\n"))
            .getMessage(),
        is(
            """
            c.yaml:6:25: 'required' must be true or false, but is 'yes'.
            c.yaml:7:27: 'properties' must be a list, but is 'c'.
            c.yaml:8:5: a property needs 'name'.
            c.yaml:8:19: 'logicalType' must be one of [array, boolean, date, integer, map, number, object, string, time, timestamp], but is 'strnig'; did you mean 'string'?"""));
  }

  @Test
  void keepsWhatItDoesNotActOn() {
    DataContract contract =
        Contracts.contract(
            """
            team: [{username: a}]
            slaProperties: [{property: freshness, value: 1, unit: h, element: t.a}]
            servers: [{server: k, type: kafka, host: h}]
            """);
    assertThat(contract.serviceLevels().get(0), is(new ServiceLevel("freshness", "1", "h", "t.a")));
    assertThat(contract.server("k").text("host"), is("h"));
    assertThat(contract.document().containsKey("team"), is(true));
  }
}
