package org.beammedallion.quality.pipeline;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.beammedallion.quality.contract.DataContract;
import org.beammedallion.quality.contract.SchemaObject;
import org.beammedallion.quality.contract.TableContract;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.quality.yaml.DidYouMean;
import org.beammedallion.quality.yaml.Location;
import org.beammedallion.quality.yaml.Problems;
import org.beammedallion.quality.yaml.YamlNode;
import org.jspecify.annotations.Nullable;

/** Holds a pipeline file against its contract. */
final class DefinitionBuilder {

  /** What Delta Lake and Parquet refuse in a column's name. */
  private static final Pattern BAD_COLUMN_NAME =
      Pattern.compile(".*[ ,;{}()\\n\\t=`\\p{Cntrl}].*|", Pattern.DOTALL);

  private final PipelineFile file;
  private final DataContract contract;
  private final @Nullable String server;
  private final Problems problems = new Problems();

  DefinitionBuilder(PipelineFile file, DataContract contract, @Nullable String server) {
    this.file = file;
    this.contract = contract;
    this.server = server;
  }

  PipelineDefinition build() {
    String id = identity("id", contract.id());
    String version = identity("version", contract.version());
    SourceSpec source = new SourceSection(file, contract, server, problems).read();
    SchemaObject object = object();
    if (object == null || source == null) {
      if (object != null) {
        TableContract.of(contract, object, problems);
      }
      problems.throwIfAny();
      throw new IllegalStateException("No source or table, and no problem to say why.");
    }
    TableContract table = TableContract.of(contract, object, problems);
    checkColumnNames(table.schema(), object.location());
    SilverSpec silver = new SilverSection(file.root(), table, object, problems).read();
    List<GoldSpec> gold = new GoldSection(file.root(), problems).read();
    if (!gold.isEmpty()) {
      checkEventTime(silver, table.schema());
    }
    UserClassSpec transform = userClass("transform");
    UserClassSpec gate = userClass("gate");
    if (source.changes() != null) {
      new ChangeSection(sourceNode(), problems).check(file.root(), object, table, silver);
    }
    problems.throwIfAny();
    return new PipelineDefinition(
        file.name(),
        id,
        version,
        object.name(),
        source,
        table.schema(),
        table.primaryKey().stream().map(table.schema()::indexOf).toList(),
        silver,
        transform,
        gate,
        gold,
        table.rules(),
        table.expectations(),
        table.notices());
  }

  private String identity(String key, @Nullable String value) {
    if (value == null || value.isBlank()) {
      problems.add(
          contract.location(),
          "the contract lacks '" + key + "', which each cycle of a run carries.");
      return "";
    }
    return value;
  }

  private YamlNode sourceNode() {
    YamlNode source = file.root().find("source");
    return source == null ? file.root() : source;
  }

  private @Nullable SchemaObject object() {
    YamlNode source = file.root().find("source");
    String name = source == null ? null : source.text("table");
    List<String> names = contract.schema().stream().map(SchemaObject::name).toList();
    if (names.isEmpty()) {
      problems.add(
          contract.location(),
          "the contract lacks 'schema' with an object whose 'properties' say what a record holds.");
      return null;
    } else if (name == null && names.size() == 1) {
      return contract.schema().get(0);
    } else if (name == null) {
      problems.add(
          file.root().locationOf("source"),
          "the contract describes "
              + String.join(", ", names)
              + "; say which of them is read, as 'table' of the source.");
      return null;
    }
    SchemaObject object = contract.object(name);
    if (object == null && source != null) {
      problems.add(
          source.locationOf("table"),
          "the contract has no schema object '" + name + "'" + DidYouMean.ending(name, names));
    }
    return object;
  }

  private void checkColumnNames(RecordSchema schema, Location location) {
    for (Field field : schema.fields()) {
      if (BAD_COLUMN_NAME.matcher(field.name()).matches()) {
        problems.add(
            location,
            "'"
                + field.name()
                + "' cannot be a column's name: tables allow no blanks and none of ,;{}()=`. Give the property a plain"
                + " 'name' and put this one into 'physicalName'.");
      }
      FieldType type = field.type();
      while (type instanceof ArrayType array) {
        type = array.element().type();
      }
      if (type instanceof ObjectType object) {
        checkColumnNames(object.schema(), location);
      }
    }
  }

  private void checkEventTime(SilverSpec silver, RecordSchema schema) {
    YamlNode section = file.root().find("silver");
    Location location = section == null ? file.root().location() : section.locationOf("eventTime");
    if (section != null && !section.has("eventTime")) {
      problems.add(
          location,
          "gold tables have windows, so silver needs 'eventTime', the timestamp that they are cut by.");
    } else if (silver.hasEventTime() && !schema.fields().get(silver.eventTime()).required()) {
      problems.add(
          location,
          "'"
              + schema.fields().get(silver.eventTime()).name()
              + "' cuts the windows of gold, and a row without it would fall into none; make it 'required: true' in the contract.");
    }
  }

  private @Nullable UserClassSpec userClass(String section) {
    YamlNode node = file.root().find(section);
    if (node == null) {
      return null;
    } else if (node.kind() != YamlNode.Kind.MAPPING) {
      return new UserClassSpec(node.text(), Map.of());
    }
    Map<String, String> options = new LinkedHashMap<>();
    YamlNode given = node.find("options");
    for (String key : given == null ? Set.<String>of() : given.keys()) {
      YamlNode value = given == null ? null : given.find(key);
      if (value != null && value.isScalar()) {
        options.put(key, value.text());
      } else if (value != null) {
        problems.add(
            value.location(),
            "option '"
                + key
                + "' of the "
                + section
                + " must be a text, but is "
                + value.shown()
                + ".");
      }
    }
    return new UserClassSpec(node.text("class", ""), options);
  }
}
