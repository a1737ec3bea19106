package org.beammedallion.quality.contract;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.beammedallion.quality.contract.SchemaProperty.KeyPart;
import org.beammedallion.quality.yaml.Problems;
import org.beammedallion.quality.yaml.YamlNode;
import org.jspecify.annotations.Nullable;

/** Makes the model of a document whose shape was found right. */
final class ContractReader {

  private final Problems problems;

  ContractReader(Problems problems) {
    this.problems = problems;
  }

  List<Server> servers(List<YamlNode> nodes) {
    Set<String> names = new HashSet<>();
    List<Server> servers = new ArrayList<>();
    for (YamlNode node : nodes) {
      String name = node.text("server", "");
      if (!names.add(name)) {
        problems.add(
            node.locationOf("server"),
            "server '" + name + "' is there twice; give each a name of its own.");
      }
      servers.add(new Server(name, node.text("type", ""), node.plainMap(), node.location()));
    }
    return List.copyOf(servers);
  }

  List<SchemaObject> objects(List<YamlNode> nodes) {
    Set<String> names = new HashSet<>();
    List<SchemaObject> objects = new ArrayList<>();
    for (YamlNode node : nodes) {
      String name = node.text("name", "");
      if (!names.add(name)) {
        problems.add(
            node.locationOf("name"),
            "schema object '" + name + "' is there twice; give each a name of its own.");
      }
      objects.add(
          new SchemaObject(
              name,
              node.text("physicalName", name),
              properties(node.items("properties"), name),
              checks(node.items("quality")),
              node.location()));
    }
    return List.copyOf(objects);
  }

  List<ServiceLevel> serviceLevels(List<YamlNode> nodes) {
    return nodes.stream()
        .map(
            node ->
                new ServiceLevel(
                    node.text("property", ""),
                    node.text("value"),
                    node.text("unit"),
                    node.text("element")))
        .toList();
  }

  private List<SchemaProperty> properties(List<YamlNode> nodes, String owner) {
    Set<String> names = new HashSet<>();
    List<SchemaProperty> properties = new ArrayList<>();
    for (YamlNode node : nodes) {
      String name = node.text("name", "");
      if (!names.add(name)) {
        problems.add(
            node.locationOf("name"),
            "property '" + name + "' of '" + owner + "' is there twice; remove or rename one.");
      }
      properties.add(property(node, name));
    }
    for (SchemaProperty property : properties) {
      for (String former : property.formerNames()) {
        if (names.contains(former)) {
          problems.add(
              property.location(),
              "'"
                  + property.name()
                  + "' cannot be renamed from '"
                  + former
                  + "', because the contract still has a property of that name; remove one of the two.");
        }
      }
    }
    return List.copyOf(properties);
  }

  private SchemaProperty property(YamlNode node, String name) {
    YamlNode items = node.find("items");
    return new SchemaProperty(
        name,
        node.text("physicalName", name),
        formerNames(node, name),
        new SchemaProperty.Type(
            LogicalType.of(node.text("logicalType")),
            node.text("physicalType"),
            node.find("logicalTypeOptions"),
            properties(node.items("properties"), name),
            items == null ? null : property(items, SchemaProperty.ELEMENT),
            node.items("enum").stream().map(value -> value.text("value", "")).toList(),
            twoDigitYearsFrom(node, name),
            takesScalars(node, name)),
        node.flag("required"),
        node.flag("unique"),
        new KeyPart(node.flag("primaryKey"), position(node, "primaryKeyPosition")),
        new KeyPart(node.flag("partitioned"), position(node, "partitionKeyPosition")),
        node.text("classification"),
        checks(node.items("quality")),
        node.location());
  }

  private List<String> formerNames(YamlNode node, String name) {
    List<String> names = new ArrayList<>();
    for (YamlNode custom : node.items("customProperties")) {
      YamlNode value = custom.find("value");
      if (!SchemaProperty.RENAMED_FROM.equals(custom.text("property")) || value == null) {
        continue;
      }
      List<YamlNode> given =
          value.kind() == YamlNode.Kind.SEQUENCE ? value.items() : List.of(value);
      for (YamlNode each : given) {
        if (!each.isScalar() || each.text().isBlank() || each.text().equals(name)) {
          problems.add(
              each.location(),
              "'renamedFrom' of '"
                  + name
                  + "' takes the name, or a list of the names, that it had in earlier versions of the contract, not "
                  + each.shown()
                  + ".");
        } else {
          names.add(each.text());
        }
      }
    }
    return List.copyOf(names);
  }

  private @Nullable Integer twoDigitYearsFrom(YamlNode node, String name) {
    for (YamlNode custom : node.items("customProperties")) {
      YamlNode value = custom.find("value");
      if (SchemaProperty.TWO_DIGIT_YEARS_FROM.equals(custom.text("property")) && value != null) {
        String text = value.isScalar() ? value.text() : "";
        if (text.matches("[1-9]\\d{3}")) {
          return Integer.valueOf(text);
        }
        problems.add(
            value.location(),
            "'twoDigitYearsFrom' of '"
                + name
                + "' takes the first year that two digits can mean, such as 1950 for 1950 to 2049,"
                + " not "
                + value.shown()
                + ".");
      }
    }
    return null;
  }

  private boolean takesScalars(YamlNode node, String name) {
    for (YamlNode custom : node.items("customProperties")) {
      YamlNode value = custom.find("value");
      if (!SchemaProperty.TAKES_SCALARS.equals(custom.text("property")) || value == null) {
        continue;
      } else if (value.kind() == YamlNode.Kind.BOOLEAN) {
        return value.flag();
      }
      problems.add(
          value.location(),
          "'takesScalars' of '" + name + "' must be true or false, but is " + value.shown() + ".");
    }
    return false;
  }

  private static @Nullable Integer position(YamlNode node, String key) {
    Integer position = node.integer(key);
    return position == null || position < 0 ? null : position;
  }

  private static List<QualityCheck> checks(List<YamlNode> nodes) {
    return nodes.stream()
        .map(
            node -> {
              String metric = node.text("metric");
              return new QualityCheck(
                  node.text("id"),
                  node.text("name"),
                  node.text("type", QualityCheck.LIBRARY),
                  metric == null ? node.text("rule") : metric,
                  node.text("description"),
                  node,
                  node.location());
            })
        .toList();
  }
}
