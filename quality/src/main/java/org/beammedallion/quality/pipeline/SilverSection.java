package org.beammedallion.quality.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.beammedallion.quality.contract.SchemaObject;
import org.beammedallion.quality.contract.TableContract;
import org.beammedallion.quality.pipeline.SilverSpec.TableKind;
import org.beammedallion.quality.pipeline.SilverSpec.UpsertMode;
import org.beammedallion.quality.pipeline.SilverSpec.WriteMode;
import org.beammedallion.quality.rule.ComparedFields;
import org.beammedallion.quality.rule.Literals;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.DateType;
import org.beammedallion.quality.schema.FieldType.TimestampType;
import org.beammedallion.quality.schema.PartitionField;
import org.beammedallion.quality.schema.PartitionField.Transform;
import org.beammedallion.quality.yaml.DidYouMean;
import org.beammedallion.quality.yaml.Location;
import org.beammedallion.quality.yaml.Problems;
import org.beammedallion.quality.yaml.YamlNode;
import org.jspecify.annotations.Nullable;

/** Reads {@code silver} and holds it against the contract. */
final class SilverSection {

  static final Pattern TABLE_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,99}");

  private static final Duration DEFAULT_LATENESS = Duration.ofHours(24);
  static final Duration DEFAULT_REMEMBER_DELETES = Duration.ofDays(7);
  private static final long DEFAULT_TARGET_FILE_BYTES = 256_000_000;
  private static final long LEAST_TARGET_FILE_BYTES = 1_000_000;
  private static final long MOST_TARGET_FILE_BYTES = 5L << 30;

  private static final Pattern PARTITION =
      Pattern.compile("\\s*(?:(\\w+)\\s*\\(\\s*(.*?)\\s*\\)|(.*?))\\s*");
  private static final List<String> TRANSFORMS = List.of("year", "month", "day", "hour");

  /** What {@code latestBy} says for the offset of a message. */
  static final String OFFSET = "$offset";

  private final TableContract table;
  private final SchemaObject object;
  private final Problems problems;
  private final YamlNode silver;

  SilverSection(YamlNode root, TableContract table, SchemaObject object, Problems problems) {
    this.table = table;
    this.object = object;
    this.problems = problems;
    YamlNode section = root.find("silver");
    this.silver = section == null ? root : section;
  }

  SilverSpec read() {
    WriteMode write = WriteMode.valueOf(silver.text("write", "append").toUpperCase(Locale.ROOT));
    if (write == WriteMode.UPSERT && table.primaryKey().isEmpty()) {
      problems.add(
          silver.locationOf("write"),
          "an upsert needs to know which rows are the same, but no property of '"
              + table.name()
              + "' is a primary key; set 'primaryKey: true' in the contract, or use 'write: append'.");
    }
    TableKind format = TableKind.valueOf(silver.text("format", "delta").toUpperCase(Locale.ROOT));
    return new SilverSpec(
        name(),
        write,
        upsert(write, format),
        format,
        formatVersion(format),
        latestBy(),
        eventTime(),
        partitions(),
        duration("lateness", DEFAULT_LATENESS),
        targetFileBytes(),
        duration("rememberDeletes", DEFAULT_REMEMBER_DELETES));
  }

  private UpsertMode upsert(WriteMode write, TableKind format) {
    String text = silver.text("upsert");
    if (text == null) {
      return UpsertMode.COPY_ON_WRITE;
    }
    if (write != WriteMode.UPSERT) {
      problems.add(
          silver.locationOf("upsert"),
          "'upsert' says how rows are replaced, and 'write: "
              + write.name().toLowerCase(Locale.ROOT)
              + "' does not replace rows by key; remove it, or set 'write: upsert'.");
    }
    UpsertMode mode = UpsertMode.valueOf(text.replace('-', '_').toUpperCase(Locale.ROOT));
    if (mode == UpsertMode.MERGE_ON_READ && format == TableKind.DELTA) {
      problems.add(
          silver.locationOf("upsert"),
          "'merge-on-read' needs 'format: iceberg': in Delta it would need deletion vectors, which Delta Kernel does not"
              + " write; remove 'upsert', or set 'format: iceberg'.");
    }
    return mode;
  }

  private int formatVersion(TableKind format) {
    String version = silver.text("formatVersion");
    if (version != null && format != TableKind.ICEBERG) {
      problems.add(
          silver.locationOf("formatVersion"),
          "'formatVersion' chooses a version of Iceberg's format, and the tables are "
              + format.name().toLowerCase(Locale.ROOT)
              + "; remove it, or set 'format: iceberg'.");
    }
    return version == null ? 0 : Integer.parseInt(version);
  }

  private String name() {
    String name = silver.text("table", table.name());
    if (!TABLE_NAME.matcher(name).matches()) {
      boolean own = silver.has("table");
      problems.add(
          own ? silver.locationOf("table") : object.location(),
          "'"
              + name
              + "' cannot be a table's name: use letters, digits and '_', and no digit first"
              + (own ? "." : "; name the table as 'table' of silver in the pipeline file."));
    }
    return name;
  }

  /** The index of a field, or NONE after a problem was added. */
  private int field(String name, Location location) {
    int field = table.schema().indexOf(name);
    if (field < 0
        && object.properties().stream().noneMatch(property -> property.name().equals(name))) {
      problems.add(
          location,
          "'"
              + table.name()
              + "' has no property '"
              + name
              + "'"
              + DidYouMean.ending(name, table.schema().names()));
    }
    return field < 0 ? SilverSpec.NONE : field;
  }

  private FieldType type(int field) {
    return table.schema().fields().get(field).type();
  }

  private int latestBy() {
    String name = silver.text("latestBy");
    if (name == null) {
      return SilverSpec.NONE;
    }
    Location location = silver.locationOf("latestBy");
    if (table.primaryKey().isEmpty()) {
      problems.add(
          location,
          "'latestBy' decides between rows with the same key, but no property of '"
              + table.name()
              + "' is a primary key; set 'primaryKey: true' in the contract, or remove 'latestBy'.");
    }
    if (name.equals(OFFSET)) {
      return SilverSpec.OFFSET;
    }
    int field = field(name, location);
    if (field != SilverSpec.NONE && !Literals.isOrdered(type(field))) {
      problems.add(
          location,
          "'"
              + name
              + "' cannot tell which row is later; latestBy takes a timestamp, a date or a number.");
    }
    return field;
  }

  private int eventTime() {
    String name = silver.text("eventTime");
    if (name == null) {
      return SilverSpec.NONE;
    }
    Location location = silver.locationOf("eventTime");
    int field = field(name, location);
    if (field != SilverSpec.NONE
        && !(type(field) instanceof TimestampType)
        && !(type(field) instanceof DateType)) {
      problems.add(
          location,
          "eventTime must be a timestamp or a date, but '"
              + name
              + "' is neither; see its logicalType in the contract.");
      return SilverSpec.NONE;
    }
    return field;
  }

  private List<PartitionField> partitions() {
    List<PartitionField> partitions = new ArrayList<>();
    YamlNode given = silver.find("partitionBy");
    if (given == null) {
      // What the contract calls partitioned; a table partitioned by instants would have a folder
      // for each of them.
      for (String name : table.partitionedBy()) {
        int field = table.schema().indexOf(name);
        Transform transform =
            field >= 0 && type(field) instanceof TimestampType ? Transform.DAY : Transform.IDENTITY;
        add(partitions, name, transform, object.location());
      }
      return partitions;
    }
    for (YamlNode item : given.kind() == YamlNode.Kind.SEQUENCE ? given.items() : List.of(given)) {
      Matcher matcher = PARTITION.matcher(item.text());
      if (!matcher.matches()) {
        problems.add(
            item.location(),
            item.shown() + " is neither a column nor a call such as day(ordered_at).");
      } else if (matcher.group(1) == null) {
        add(partitions, matcher.group(3), Transform.IDENTITY, item.location());
      } else if (TRANSFORMS.contains(matcher.group(1))) {
        Transform transform = Transform.valueOf(matcher.group(1).toUpperCase(Locale.ROOT));
        add(partitions, matcher.group(2), transform, item.location());
      } else {
        problems.add(
            item.location(),
            "unknown function '"
                + matcher.group(1)
                + "'; known are year, month, day and hour"
                + DidYouMean.ending(matcher.group(1), TRANSFORMS));
      }
    }
    return partitions;
  }

  private void add(
      List<PartitionField> partitions, String name, Transform transform, Location location) {
    int field = field(name, location);
    if (field == SilverSpec.NONE) {
      return;
    }
    String wrong = wrong(type(field), transform);
    PartitionField partition = new PartitionField(name, transform);
    if (wrong != null) {
      problems.add(
          location, "the table cannot be partitioned by " + partition + ": " + wrong + ".");
    } else if (transform != Transform.IDENTITY && hasColumn(partition.column())) {
      problems.add(
          location,
          "partitioning by "
              + partition
              + " makes a column '"
              + partition.column()
              + "', but the contract has a property of that name (upper and lower case count as the same); give the property"
              + " another name and put this one into its 'physicalName'.");
    } else if (partitions.stream().anyMatch(other -> other.column().equals(partition.column()))) {
      problems.add(
          location, "the table is partitioned by " + partition + " twice; remove one of them.");
    } else {
      partitions.add(partition);
    }
  }

  /** Tables do not tell names apart by case. */
  private boolean hasColumn(String name) {
    return table.schema().names().stream().anyMatch(name::equalsIgnoreCase);
  }

  private static @Nullable String wrong(FieldType type, Transform transform) {
    if (!ComparedFields.hasEquality(type)) {
      return "objects, arrays and floating point numbers cannot be the value of a partition";
    } else if (transform == Transform.IDENTITY || type instanceof TimestampType) {
      return null;
    } else if (type instanceof DateType) {
      return transform == Transform.HOUR ? "a date has no hour" : null;
    }
    return "that takes a timestamp or a date";
  }

  private Duration duration(String key, Duration otherwise) {
    String text = silver.text(key);
    try {
      return text == null ? otherwise : Amounts.duration(text);
    } catch (IllegalArgumentException e) {
      problems.add(silver.locationOf(key), key + ": " + e.getMessage() + ".");
      return otherwise;
    }
  }

  private long targetFileBytes() {
    String text = silver.text("targetFileSize");
    if (text == null) {
      return DEFAULT_TARGET_FILE_BYTES;
    }
    try {
      long bytes = Amounts.bytes(text);
      if (bytes >= LEAST_TARGET_FILE_BYTES && bytes <= MOST_TARGET_FILE_BYTES) {
        return bytes;
      }
      problems.add(
          silver.locationOf("targetFileSize"),
          "targetFileSize must lie between 1MB and 5GiB, but is " + text + ".");
    } catch (IllegalArgumentException e) {
      problems.add(silver.locationOf("targetFileSize"), "targetFileSize: " + e.getMessage() + ".");
    }
    return DEFAULT_TARGET_FILE_BYTES;
  }
}
