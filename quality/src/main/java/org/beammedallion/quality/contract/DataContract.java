package org.beammedallion.quality.contract;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.beammedallion.quality.yaml.ConfigurationException;
import org.beammedallion.quality.yaml.Document;
import org.beammedallion.quality.yaml.JsonSchema;
import org.beammedallion.quality.yaml.Location;
import org.beammedallion.quality.yaml.Problems;
import org.beammedallion.quality.yaml.YamlNode;
import org.beammedallion.quality.yaml.YamlReader;
import org.jspecify.annotations.Nullable;

/**
 * A data contract of the Open Data Contract Standard. Every key of the standard is accepted and
 * kept in {@link #document}; the components are those that have an effect. An incomplete contract
 * is accepted; what is missing to run it is reported by {@link TableContract#of}.
 *
 * @param apiVersion version of the standard, such as {@code v3.1.0}
 * @param document the whole contract as plain data
 */
public record DataContract(
    String apiVersion,
    @Nullable String id,
    @Nullable String name,
    @Nullable String version,
    @Nullable String status,
    List<Server> servers,
    List<SchemaObject> schema,
    List<ServiceLevel> serviceLevels,
    Map<String, @Nullable Object> document,
    Location location) {

  /** The versions of the standard that are read. */
  public static final List<String> API_VERSIONS =
      List.of("v3.0.0", "v3.0.1", "v3.0.2", "v3.1.0", "v3.2.0");

  /**
   * Reads a contract.
   *
   * @throws ConfigurationException with all that is wrong: no such file, not YAML, an unknown key,
   *     a value of the wrong type, a version of the standard that is not read
   */
  public static DataContract read(Document file) {
    return of(YamlReader.read(file));
  }

  /**
   * Reads a contract from a text.
   *
   * @param file how messages call it
   * @throws ConfigurationException see {@link #read}
   */
  public static DataContract parse(String file, String yaml) {
    return of(YamlReader.parse(file, yaml));
  }

  /** What a contract may say, for editors: all versions of the standard that are read. */
  public static String jsonSchema() {
    return JsonSchema.of(StandardShape.CONTRACT, "Open Data Contract Standard 3.0 to 3.2");
  }

  private static DataContract of(YamlNode root) {
    Problems problems = new Problems();
    checkVersion(root, problems);
    // What another version means by its keys is not for this one to judge.
    problems.throwIfAny();
    StandardShape.CONTRACT.check(root, problems);
    problems.throwIfAny();
    ContractReader reader = new ContractReader(problems);
    DataContract contract =
        new DataContract(
            root.text("apiVersion", ""),
            root.text("id"),
            root.text("name"),
            root.text("version"),
            root.text("status"),
            reader.servers(root.items("servers")),
            reader.objects(root.items("schema")),
            reader.serviceLevels(root.items("slaProperties")),
            new LinkedHashMap<>(root.plainMap()),
            root.location());
    problems.throwIfAny();
    return contract;
  }

  private static void checkVersion(YamlNode root, Problems problems) {
    if (root.kind() != YamlNode.Kind.MAPPING) {
      problems.add(
          root.location(),
          "a data contract is a mapping of keys and values, but this is " + root.shown() + ".");
      return;
    }
    YamlNode version = root.find("apiVersion");
    if (version == null && root.has("dataContractSpecification")) {
      problems.add(
          root.locationOf("dataContractSpecification"),
          "this is a contract of the Data Contract Specification, and contracts of the Open Data"
              + " Contract Standard are read; did you mean 'apiVersion: v3.1.0' and 'kind:"
              + " DataContract'? 'models' are then 'schema', 'fields' 'properties' and 'type'"
              + " 'logicalType', and the Data Contract CLI converts one into the other.");
    } else if (version == null) {
      problems.add(
          root.location(),
          "'apiVersion' is missing: the version of the Open Data Contract Standard, one of "
              + String.join(", ", API_VERSIONS)
              + ".");
    } else if (version.kind() != YamlNode.Kind.TEXT || !API_VERSIONS.contains(version.text())) {
      problems.add(
          version.location(),
          "apiVersion "
              + version.shown()
              + " is not supported; supported versions of the Open Data Contract Standard are "
              + String.join(", ", API_VERSIONS)
              + (version.isScalar() && API_VERSIONS.contains("v" + version.text())
                  ? "; did you mean 'v" + version.text() + "'?"
                  : "."));
    }
  }

  /** The server of that name, or null. */
  public @Nullable Server server(String server) {
    return servers.stream().filter(each -> each.name().equals(server)).findFirst().orElse(null);
  }

  /** The schema object of that name, or null. */
  public @Nullable SchemaObject object(String object) {
    return schema.stream().filter(each -> each.name().equals(object)).findFirst().orElse(null);
  }
}
