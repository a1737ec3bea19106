package org.beammedallion.quality.pipeline;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.beammedallion.quality.contract.TableContract;
import org.beammedallion.quality.pipeline.FactSpec.DimensionTable;
import org.beammedallion.quality.pipeline.SilverSpec.WriteMode;
import org.beammedallion.quality.rule.ComparedFields;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType.TimestampType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.quality.yaml.DidYouMean;
import org.beammedallion.quality.yaml.Location;
import org.beammedallion.quality.yaml.Problems;
import org.beammedallion.quality.yaml.YamlNode;
import org.jspecify.annotations.Nullable;

/** Reads gold tables that are dimensions, and holds them against the contract and silver. */
final class DimensionSection {

  private final TableContract table;
  private final SilverSpec silver;
  private final @Nullable ChangeSpec changes;
  private final Problems problems;

  DimensionSection(
      TableContract table, SilverSpec silver, @Nullable ChangeSpec changes, Problems problems) {
    this.table = table;
    this.silver = silver;
    this.changes = changes;
    this.problems = problems;
  }

  DimensionTable table(DimensionSpec spec) {
    return new DimensionTable(spec, silver.format(), silver.formatVersion());
  }

  /** Null after problems were added. */
  @Nullable DimensionSpec read(YamlNode node, String name) {
    int before = problems.list().size();
    boolean history = node.text("type", "1").equals("2");
    List<String> key = key(node);
    String validFrom = validFrom(node, history);
    List<String> columns = columns(node, key, validFrom);
    List<String> tracked = tracked(node, history, columns);
    String surrogateKey = node.text("surrogateKey", surrogateKeyOf(name));
    requireOrder(node, history);
    checkNames(node, history, key, columns, surrogateKey);
    if (problems.list().size() > before) {
      return null;
    }
    return DimensionSpec.of(name, key, columns, tracked, validFrom, surrogateKey, table.schema());
  }

  /** {@code customer_key} of {@code dim_customer}. */
  private static String surrogateKeyOf(String name) {
    return (name.startsWith("dim_") ? name.substring(4) : name) + "_key";
  }

  private List<String> key(YamlNode node) {
    if (!node.has("key")) {
      if (table.primaryKey().isEmpty()) {
        problems.add(
            node.location(),
            "a dimension needs a key, but no property of '"
                + table.name()
                + "' is a primary key; name the columns as 'key', or set 'primaryKey: true' in the contract.");
      }
      return table.primaryKey();
    }
    List<String> key = known(node, "key");
    for (String name : key) {
      Field field = table.schema().field(name);
      if (!ComparedFields.hasEquality(field.type())) {
        problems.add(
            node.locationOf("key"),
            "'"
                + name
                + "' cannot be part of a dimension's key: objects, arrays and floating point numbers cannot be compared reliably.");
      } else if (!field.required()) {
        problems.add(
            node.locationOf("key"),
            "'"
                + name
                + "' is part of the dimension's key, and a row without it could not be found; make it 'required: true' in the contract.");
      }
    }
    if (changes != null && !new HashSet<>(key).equals(new HashSet<>(table.primaryKey()))) {
      problems.add(
          node.locationOf("key"),
          "a delete has only the primary key, so a dimension of change data must use it as its key; remove 'key'.");
    }
    return key;
  }

  /** Those names of a list that are columns. */
  private List<String> known(YamlNode node, String list) {
    YamlNode given = node.find(list);
    List<String> names = new ArrayList<>();
    if (given != null) {
      for (YamlNode item :
          given.kind() == YamlNode.Kind.SEQUENCE ? given.items() : List.of(given)) {
        String name = item.text();
        if (table.schema().indexOf(name) < 0) {
          unknown(item.location(), name, table.schema().names());
        } else if (names.contains(name)) {
          problems.add(item.location(), "'" + name + "' is named twice; remove one.");
        } else {
          names.add(name);
        }
      }
    }
    return names;
  }

  private void unknown(Location location, String name, List<String> candidates) {
    problems.add(
        location,
        "'"
            + table.name()
            + "' has no property '"
            + name
            + "'"
            + DidYouMean.ending(name, candidates));
  }

  private @Nullable String validFrom(YamlNode node, boolean history) {
    String name = node.text("validFrom");
    if (!history) {
      if (name != null) {
        problems.add(
            node.locationOf("validFrom"),
            "a dimension of type 1 keeps no history, so 'validFrom' has no effect; remove it, or set 'type: 2'.");
      }
      return null;
    }
    Location location = name == null ? node.location() : node.locationOf("validFrom");
    RecordSchema schema = table.schema();
    if (name == null) {
      int field = isTimestamp(silver.latestBy()) ? silver.latestBy() : silver.eventTime();
      if (!isTimestamp(field)) {
        problems.add(
            location,
            "a dimension of type 2 needs 'validFrom', the timestamp from which a version of a row is valid; silver has neither a 'latestBy' nor an 'eventTime' that is a"
                + " timestamp to take instead.");
        return null;
      }
      name = schema.fields().get(field).name();
    } else if (schema.indexOf(name) < 0) {
      unknown(location, name, schema.names());
      return null;
    } else if (!isTimestamp(schema.indexOf(name))) {
      problems.add(
          location,
          "'"
              + name
              + "' must be a timestamp to be used as validFrom; see its logicalType in the contract.");
      return null;
    }
    if (changes != null && !schema.field(name).isOfRecord()) {
      problems.add(
          location,
          "'"
              + name
              + "' is filled from metadata and cannot be 'validFrom' of changes: deletes have the time of the source, and a version"
              + " would begin by one clock and end by another. Name a column of the record.");
    }
    if (!schema.field(name).required()) {
      problems.add(
          location,
          "'"
              + name
              + "' is the time from which a version is valid, and a version without it would have no place in the history; make it"
              + " 'required: true' in the contract.");
    }
    return name;
  }

  private boolean isTimestamp(int field) {
    return field >= 0 && table.schema().fields().get(field).type() instanceof TimestampType;
  }

  private List<String> columns(YamlNode node, List<String> key, @Nullable String validFrom) {
    if (!node.has("columns")) {
      List<String> all = new ArrayList<>(table.schema().names());
      all.removeAll(key);
      all.remove(validFrom);
      if (silver.latestBy() >= 0 && validFrom != null) {
        all.remove(table.schema().fields().get(silver.latestBy()).name());
      }
      return all;
    }
    List<String> columns = known(node, "columns");
    for (String name : columns) {
      if (key.contains(name)) {
        problems.add(
            node.locationOf("columns"),
            "'"
                + name
                + "' is the dimension's key and is always included; remove it from 'columns'.");
      } else if (name.equals(validFrom)) {
        problems.add(
            node.locationOf("columns"),
            "'"
                + name
                + "' becomes '"
                + DimensionSpec.VALID_FROM
                + "', for it differs in every version; remove it from 'columns'.");
      }
    }
    return columns;
  }

  private List<String> tracked(YamlNode node, boolean history, List<String> columns) {
    if (!history) {
      if (node.has("track")) {
        problems.add(
            node.locationOf("track"),
            "a dimension of type 1 overwrites every column, so 'track' has no effect; remove it, or set 'type: 2'.");
      }
      return List.of();
    } else if (!node.has("track")) {
      return columns;
    }
    List<String> tracked = known(node, "track");
    for (String name : tracked) {
      if (!columns.contains(name)) {
        problems.add(
            node.locationOf("track"),
            "'" + name + "' is in 'track' but not a column of the dimension; add it to 'columns'.");
      }
    }
    return tracked;
  }

  /** History must not depend on how cycles cut the records, and a delete needs a time. */
  private void requireOrder(YamlNode node, boolean history) {
    if (history && silver.write() == WriteMode.OVERWRITE) {
      problems.add(
          node.locationOf("type"),
          "'write: overwrite' replaces rows without keeping the old ones, so silver has no history to keep; use 'write: upsert' or"
              + " 'append', or a dimension of type 1.");
    }
    if (history && changes instanceof ChangeSpec.Dms dms && dms.timestampColumn() == null) {
      problems.add(
          node.locationOf("type"),
          "a delete ends a version of the dimension, and DMS writes its time only into the column 'dms.timestampColumn'; set it, or use a dimension of type 1.");
    }
  }

  /** A delete is given one time, so all dimensions must mean the same by it. */
  void checkTogether(YamlNode root, List<DimensionSpec> dimensions) {
    List<DimensionSpec> histories =
        dimensions.stream().filter(DimensionSpec::keepsHistory).toList();
    Set<String> times = new HashSet<>();
    histories.forEach(dimension -> times.add(String.valueOf(dimension.validFrom())));
    if (changes != null && times.size() > 1) {
      problems.add(
          root.locationOf("gold"),
          "dimensions made of changes must have one 'validFrom', because a delete has only one time; theirs are "
              + String.join(", ", times)
              + ".");
    }
  }

  private void checkNames(
      YamlNode node, boolean history, List<String> key, List<String> columns, String surrogateKey) {
    if (!SilverSection.TABLE_NAME.matcher(surrogateKey).matches()) {
      problems.add(
          node.locationOf("surrogateKey"),
          "'"
              + surrogateKey
              + "' cannot be a column's name: use letters, digits and '_', and no digit first.");
    }
    Set<String> taken = new HashSet<>();
    taken.add(surrogateKey);
    if (history) {
      taken.addAll(
          List.of(DimensionSpec.VALID_FROM, DimensionSpec.VALID_TO, DimensionSpec.IS_CURRENT));
    }
    List<String> own = new ArrayList<>(key);
    own.addAll(columns);
    for (String name : own) {
      if (!taken.add(name)) {
        problems.add(
            node.location(),
            "the dimension adds a column '"
                + name
                + "', but the contract has one of that name; leave it out of 'columns'"
                + (name.equals(surrogateKey) ? ", or set another 'surrogateKey'." : "."));
      }
    }
  }
}
