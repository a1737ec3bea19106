package org.beammedallion.quality.pipeline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.beammedallion.quality.contract.DataContract;
import org.beammedallion.quality.contract.Notice;
import org.beammedallion.quality.contract.SchemaObject;
import org.beammedallion.quality.contract.Server;
import org.beammedallion.quality.contract.TableContract;
import org.beammedallion.quality.pipeline.FactSpec.DimensionTable;
import org.beammedallion.quality.pipeline.PipelineDefinition.Checks;
import org.beammedallion.quality.pipeline.PipelineDefinition.ContractInfo;
import org.beammedallion.quality.pipeline.PipelineDefinition.OwnClasses;
import org.beammedallion.quality.pipeline.SilverSpec.WriteMode;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.quality.yaml.ConfigurationException;
import org.beammedallion.quality.yaml.DidYouMean;
import org.beammedallion.quality.yaml.Document;
import org.beammedallion.quality.yaml.Location;
import org.beammedallion.quality.yaml.Problems;
import org.beammedallion.quality.yaml.YamlNode;
import org.jspecify.annotations.Nullable;

/** Holds a pipeline file against its contract. */
final class DefinitionBuilder {

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
    SchemaObject object = object();
    SourceSpec source =
        new SourceSection(file, contract, server, problems)
            .read(object == null ? "" : object.physicalName());
    if (object == null || source == null) {
      if (object != null) {
        TableContract.of(contract, object, problems);
      }
      problems.throwIfAny();
      throw new IllegalStateException("No source or table, and no problem to say why.");
    }
    TableContract table = TableContract.of(contract, object, problems);
    SilverSpec silver = new SilverSection(file.root(), table, object, problems).read();
    GoldTables gold =
        new GoldSection(
                file.root(),
                problems,
                new DimensionSection(table, silver, source.changes(), problems),
                this::referencedDimensions)
            .read();
    new ColumnNames(
            silver.format(),
            source.changes() != null,
            silver.latestBy() == SilverSpec.OFFSET,
            gold.dimensions().stream().anyMatch(DimensionSpec::keepsHistory),
            file.root().has("transform"),
            problems)
        .check(object);
    if (source.place() instanceof KafkaSpec && silver.write() == WriteMode.OVERWRITE) {
      YamlNode section = file.root().find("silver");
      problems.add(
          section == null ? file.root().location() : section.locationOf("write"),
          "'write: overwrite' replaces partitions by what one cycle reads, and a cycle reads any part of a topic. Use"
              + " append or upsert.");
    }
    RecordSchema schema =
        new MetadataSection(sourceNode(), source.place() instanceof KafkaSpec, problems)
            .in(table.schema(), source.changes(), table.primaryKey());
    new PhysicalNames(source, schema, problems).check(object);
    requireOffsets(source, silver);
    if (source.place() instanceof KafkaSpec kafka && kafka.messages().deletes()) {
      new MessageOptions(sourceNode().find("kafka"), problems)
          .checkDeletes(
              file.root(),
              kafka.messages(),
              new MessageOptions.PipelineParts(
                  source.changes() != null,
                  silver,
                  schema,
                  table.primaryKey(),
                  gold.dimensions().stream().anyMatch(DimensionSpec::keepsHistory)));
    }
    if (!gold.aggregates().isEmpty()) {
      checkEventTime(silver, table.schema(), "gold tables have windows, so silver needs");
    } else if (!gold.facts().isEmpty()) {
      checkEventTime(silver, table.schema(), "facts are found by their time, so silver needs");
    }
    UserClassSpec transform = userClass("transform");
    UserClassSpec gate = userClass("gate");
    if (source.changes() != null) {
      new ChangeSection(sourceNode(), problems).check(file.root(), object, table, silver);
    }
    problems.throwIfAny();
    return new PipelineDefinition(
        file.name(),
        new ContractInfo(id, version, object.name(), notices(table)),
        source,
        schema,
        table.primaryKey().stream().map(table.schema()::indexOf).toList(),
        silver,
        SchemaPolicy.valueOf(
            file.root().text("schemaPolicy", "evolve").toUpperCase(java.util.Locale.ROOT)),
        new OwnClasses(transform, gate),
        gold,
        new Checks(table.rules(), table.expectations()));
  }

  /** What contract and pipeline file say and nothing is done with. */
  private List<Notice> notices(TableContract table) {
    List<Notice> notices = new ArrayList<>(table.notices());
    YamlNode section = file.root().find("silver");
    if (section != null && section.has("lateness")) {
      notices.add(
          new Notice(
              section.locationOf("lateness"),
              "'lateness' is for streams, which are planned; a batch reads late rows too"));
    }
    if (section != null && section.text("latestBy", "").equals(SilverSection.OFFSET)) {
      notices.add(
          new Notice(
              section.locationOf("latestBy"),
              "'latestBy: $offset' compares offsets, which tell the order within one partition: all messages of a key must be in"
                  + " one partition of one topic, as producers put them that choose the partition by the key, as long as no partitions are added"));
    }
    for (Server each : contract.servers()) {
      if (each.type().equals(Server.S3) && each.text("endpointUrl") != null) {
        notices.add(
            new Notice(
                each.location(),
                "'endpointUrl' has no effect here: say it as 'endpoint' in --storage, which also holds for the lake"));
      }
    }
    return notices;
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
              + "; choose one with 'table' in 'source' of the pipeline file.");
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

  /** The dimensions of the pipeline files that a fact table names. */
  private List<DimensionTable> referencedDimensions(YamlNode fact) {
    YamlNode given = fact.find("dimensions");
    if (given == null) {
      return List.of();
    }
    List<DimensionTable> dimensions = new ArrayList<>();
    for (YamlNode item : given.kind() == YamlNode.Kind.SEQUENCE ? given.items() : List.of(given)) {
      Document document = file.document().resolve(item.text());
      if (document.isMissing()) {
        problems.add(
            item.location(),
            "there is no pipeline file '"
                + document
                + "'; its path is relative to this pipeline file.");
        continue;
      }
      try {
        PipelineFile other = PipelineFile.read(document);
        DataContract otherContract = DataContract.read(other.contractDocument());
        dimensions.addAll(new DefinitionBuilder(other, otherContract, null).dimensions());
      } catch (ConfigurationException e) {
        FileKind kind = FileKind.of(document);
        if (kind == FileKind.PIPELINE || kind == FileKind.UNKNOWN) {
          e.problems().forEach(problem -> problems.add(problem.location(), problem.message()));
        } else {
          problems.add(
              item.location(),
              "'"
                  + item.text()
                  + "' is "
                  + kind
                  + ", not a pipeline file; name the pipeline file that makes the dimensions.");
        }
      }
    }
    return dimensions;
  }

  /** The pipeline's dimensions alone, for the facts of another. */
  private List<DimensionTable> dimensions() {
    SchemaObject object = object();
    List<DimensionTable> dimensions = List.of();
    if (object != null) {
      TableContract table = TableContract.of(contract, object, problems);
      SilverSpec silver = new SilverSection(file.root(), table, object, problems).read();
      DimensionSection section = new DimensionSection(table, silver, null, problems);
      dimensions =
          new GoldSection(file.root(), problems, section, fact -> List.of())
              .read().dimensions().stream().map(section::table).toList();
    }
    problems.throwIfAny();
    return dimensions;
  }

  private void checkEventTime(SilverSpec silver, RecordSchema schema, String why) {
    YamlNode section = file.root().find("silver");
    Location location = section == null ? file.root().location() : section.locationOf("eventTime");
    if (section != null && !section.has("eventTime")) {
      problems.add(location, why + " 'eventTime', the timestamp or date of a row's event.");
    } else if (silver.hasEventTime() && !schema.fields().get(silver.eventTime()).required()) {
      problems.add(
          location,
          "'"
              + schema.fields().get(silver.eventTime()).name()
              + "' assigns rows to the windows of gold, and a row without it would be in no window; make it 'required: true' in the contract.");
    }
  }

  private void requireOffsets(SourceSpec source, SilverSpec silver) {
    YamlNode section = file.root().find("silver");
    if (section == null || silver.latestBy() != SilverSpec.OFFSET) {
      return;
    }
    Location location = section.locationOf("latestBy");
    if (!(source.place() instanceof KafkaSpec)) {
      problems.add(
          location,
          "'latestBy: $offset' is the order of messages of Kafka, and the records are in files; name a column.");
    } else if (file.root().has("transform")) {
      problems.add(
          location,
          "'latestBy: $offset' and 'transform' exclude each other, for a transform does not see the offset: have 'metadata' of"
              + " the source fill a column from 'offset', and name that column here.");
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
