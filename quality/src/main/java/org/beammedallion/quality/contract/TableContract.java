package org.beammedallion.quality.contract;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.beammedallion.quality.rule.ComparedFields;
import org.beammedallion.quality.rule.Dimension;
import org.beammedallion.quality.rule.Expectation;
import org.beammedallion.quality.rule.Expectation.Unit;
import org.beammedallion.quality.rule.FieldPath;
import org.beammedallion.quality.rule.Measure;
import org.beammedallion.quality.rule.RecordRule;
import org.beammedallion.quality.rule.Severity;
import org.beammedallion.quality.rule.Threshold;
import org.beammedallion.quality.rule.Threshold.Operator;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.FieldType.StringType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.quality.yaml.ConfigurationException;
import org.beammedallion.quality.yaml.Document;
import org.beammedallion.quality.yaml.Problems;
import org.jspecify.annotations.Nullable;

/**
 * What a contract says about one table, ready to be run: types, keys and rules.
 *
 * @param primaryKey names of the key's fields in the order of their positions, or none; they are
 *     required fields
 * @param partitionedBy names of the fields that the contract calls partitioned, in the order of
 *     their positions
 * @param rules hold for every record; those of a field stand before those of the next
 * @param expectations hold for a cycle
 * @param notices what the contract says and nothing is done with
 */
public record TableContract(
    String name,
    RecordSchema schema,
    List<String> primaryKey,
    List<String> partitionedBy,
    List<RecordRule> rules,
    List<Expectation> expectations,
    List<Notice> notices) {

  /**
   * Adds to {@code problems} everything that is missing to run the object; the result is then
   * incomplete.
   */
  public static TableContract of(DataContract contract, SchemaObject object, Problems problems) {
    return new Builder(contract, object, problems).build();
  }

  /**
   * Reads a table from a contract's file.
   *
   * @param name of the table, in the contract's schema
   * @throws ConfigurationException with all that is wrong
   */
  public static TableContract read(Path file, String name) {
    DataContract contract = DataContract.read(Document.of(file));
    SchemaObject object = contract.object(name);
    if (object == null) {
      throw new IllegalArgumentException(
          "The contract " + file + " has no table '" + name + "' in its schema.");
    }
    Problems problems = new Problems();
    TableContract table = of(contract, object, problems);
    problems.throwIfAny();
    return table;
  }

  /** Keys of a contract that are neither acted on nor a mere description. */
  private static final Set<String> PROMISES = Set.of("roles", "slaProperties", "price");

  private static final Set<String> PROMISES_OF_PROPERTIES =
      Set.of(
          "relationships", "encryptedName", "transformLogic", "schedule", "scheduler", "timezone");

  private static final class Builder {
    private final SchemaObject object;
    private final Problems problems;
    private final RecordSchema schema;
    private final List<String> primaryKey;
    private final List<Notice> notices = new ArrayList<>();
    private final List<RecordRule> rules = new ArrayList<>();
    private final QualityRules quality;
    private final List<Expectation> unique = new ArrayList<>();
    private final Map<String, @Nullable Object> document;
    private final List<String> uncheckedLengths = new ArrayList<>();
    private final List<String> overruledTypes = new ArrayList<>();

    Builder(DataContract contract, SchemaObject object, Problems problems) {
      this.object = object;
      this.document = contract.document();
      this.problems = problems;
      if (object.properties().isEmpty()) {
        problems.add(
            object.location(),
            "schema object '"
                + object.name()
                + "' lacks 'properties', which say what its fields are.");
      }
      this.schema =
          new FieldTypes(contract.apiVersion(), problems).schema(object.properties(), List.of());
      this.primaryKey = object.primaryKey().stream().map(SchemaProperty::name).toList();
      this.quality = new QualityRules(object.name(), schema, problems, notices, givenIds());
    }

    TableContract build() {
      checkKey();
      for (SchemaProperty property : object.properties()) {
        int field = schema.indexOf(property.name());
        if (field >= 0) {
          String prefix = object.name() + "." + property.name();
          derive(
              property, prefix, FieldPath.of(property.name()), schema.fields().get(field).type());
        }
      }
      object.quality().forEach(quality::add);
      List<Expectation> expectations = new ArrayList<>(unique);
      quality.expectations().stream().filter(each -> !holdsAnyway(each)).forEach(expectations::add);
      checkIds(expectations);
      noteWhatIsKept();
      return new TableContract(
          object.name(),
          schema,
          primaryKey,
          object.partitioning().stream().map(SchemaProperty::name).toList(),
          List.copyOf(rules),
          List.copyOf(expectations),
          List.copyOf(notices));
    }

    /** What a contract says and nothing is done with. */
    private void noteWhatIsKept() {
      Set<String> kept = new TreeSet<>();
      document.forEach(
          (key, value) -> {
            if (PROMISES.contains(key)) {
              kept.add(key);
            }
          });
      collect(document.get("schema"), kept);
      if (!kept.isEmpty()) {
        notices.add(
            new Notice(object.location(), String.join(", ", kept) + ": kept, and not acted on."));
      }
      noteAll(
          uncheckedLengths,
          "lengths of a physicalType are not checked, 'maxLength' in logicalTypeOptions is: ");
      noteAll(
          overruledTypes,
          "a physicalType that is not known, or of another kind than the logicalType, is not acted on: ");
    }

    private void noteAll(List<String> properties, String what) {
      if (!properties.isEmpty()) {
        notices.add(new Notice(object.location(), what + String.join(", ", properties) + "."));
      }
    }

    private void notePhysicalType(SchemaProperty property, FieldPath path, FieldType type) {
      String physicalType = property.type().physical();
      boolean isContainer =
          type instanceof ObjectType
              || type instanceof ArrayType
              || (type instanceof StringType text && text.isJson());
      if (physicalType == null || isContainer) {
        return; // Each database has a word of its own for these.
      }
      String shown = path + " " + physicalType;
      if (!PhysicalType.isOfKind(physicalType, type)) {
        overruledTypes.add(shown);
      } else if (PhysicalType.hasLength(physicalType) && property.option("maxLength") == null) {
        uncheckedLengths.add(shown);
      }
    }

    private static void collect(@Nullable Object value, Set<String> kept) {
      if (value instanceof List<?> list) {
        list.forEach(each -> collect(each, kept));
      } else if (value instanceof Map<?, ?> map) {
        map.forEach(
            (key, each) -> {
              if (PROMISES_OF_PROPERTIES.contains(String.valueOf(key)) && each != null) {
                kept.add(String.valueOf(key));
              } else if (!String.valueOf(key).equals("customProperties")) {
                collect(each, kept);
              }
            });
      }
    }

    /** The ids that the object's checks state. */
    private Set<String> givenIds() {
      Set<String> ids = new HashSet<>();
      object.quality().forEach(check -> addId(check, ids));
      object.properties().forEach(property -> addIds(property, ids));
      return ids;
    }

    private static void addIds(SchemaProperty property, Set<String> ids) {
      property.quality().forEach(check -> addId(check, ids));
      property.type().properties().forEach(child -> addIds(child, ids));
      if (property.type().items() != null) {
        addIds(property.type().items(), ids);
      }
    }

    private static void addId(QualityCheck check, Set<String> ids) {
      if (check.id() != null) {
        ids.add(check.id());
      }
    }

    private void checkKey() {
      for (SchemaProperty property : object.primaryKey()) {
        int field = schema.indexOf(property.name());
        FieldType type = field < 0 ? FieldType.STRING : schema.fields().get(field).type();
        if (!ComparedFields.hasEquality(type)) {
          problems.add(
              property.location(),
              "'"
                  + property.name()
                  + "' cannot be part of the primary key: objects, arrays and floating point numbers"
                  + " cannot be compared reliably. Use a text, a whole number, a decimal, a date or a timestamp.");
        }
      }
    }

    private void derive(SchemaProperty property, String prefix, FieldPath path, FieldType type) {
      if (path.steps().size() > 1) {
        checkNested(property, path);
      }
      notePhysicalType(property, path, type);
      unique(property, prefix, path);
      rules.addAll(TypeRules.of(property, prefix, path, type, problems, notices));
      int before = quality.rules().size();
      property.quality().forEach(check -> quality.add(check, prefix, path, type));
      rules.addAll(quality.rules().subList(before, quality.rules().size()));
      if (type instanceof ObjectType nested) {
        for (SchemaProperty child : property.type().properties()) {
          int field = nested.schema().indexOf(child.name());
          if (field >= 0) {
            FieldType childType = nested.schema().fields().get(field).type();
            derive(child, prefix + "." + child.name(), path.then(child.name()), childType);
          }
        }
      } else if (type instanceof ArrayType array && property.type().items() != null) {
        derive(
            property.type().items(),
            prefix + FieldPath.EACH,
            path.then(FieldPath.EACH),
            array.element().type());
      }
    }

    /** Keys and partitions are columns of a table, and those are the properties of its records. */
    private void checkNested(SchemaProperty property, FieldPath path) {
      if (property.primaryKey().isPart()) {
        problems.add(
            property.location(),
            "'"
                + path
                + "' cannot be part of the primary key, because it is inside '"
                + path.steps().get(0)
                + "': a key is made of properties of '"
                + object.name()
                + "' itself. Remove 'primaryKey'; 'required: true' and, in an object, 'unique: true' can be used instead.");
      }
      if (property.partitionKey().isPart()) {
        notices.add(
            new Notice(
                property.location(),
                "'partitioned' of '"
                    + path
                    + "' is not acted on: a table is partitioned by properties of '"
                    + object.name()
                    + "' itself."));
      }
    }

    private void unique(SchemaProperty property, String prefix, FieldPath path) {
      List<FieldPath> columns = List.of(path);
      if (property.unique() && !path.steps().equals(primaryKey)) {
        quality.noteIfNotMeasured("'unique' of " + prefix, path, property.location());
        unique.add(
            new Expectation(
                prefix + ".unique",
                Dimension.UNIQUENESS,
                Severity.ERROR,
                new Measure.Duplicates(columns),
                Threshold.of(Operator.MUST_BE, 0),
                Unit.ROWS,
                null));
      }
    }

    /** That a key must not repeat is what deduplication sees to. */
    private boolean holdsAnyway(Expectation expectation) {
      return expectation.threshold().demandsZero()
          && expectation.measure() instanceof Measure.Duplicates duplicates
          && new HashSet<>(duplicates.columns())
              .equals(primaryKey.stream().map(FieldPath::of).collect(Collectors.toSet()));
    }

    private void checkIds(List<Expectation> expectations) {
      Set<String> ids = new HashSet<>();
      List<String> all = new ArrayList<>(rules.stream().map(RecordRule::id).toList());
      all.addAll(expectations.stream().map(Expectation::id).toList());
      for (String id : all) {
        if (!ids.add(id)) {
          problems.add(
              object.location(),
              "two rules of '"
                  + object.name()
                  + "' have the id '"
                  + id
                  + "', and a dead letter could not say which was broken; give each quality check an 'id' of its own.");
        }
      }
    }
  }
}
