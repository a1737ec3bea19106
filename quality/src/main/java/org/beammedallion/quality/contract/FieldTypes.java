package org.beammedallion.quality.contract;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.DateType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.quality.schema.FieldType.FloatType;
import org.beammedallion.quality.schema.FieldType.IntegerType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.FieldType.TemporalType;
import org.beammedallion.quality.schema.FieldType.TimeType;
import org.beammedallion.quality.schema.FieldType.TimestampType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.quality.yaml.DidYouMean;
import org.beammedallion.quality.yaml.Problems;
import org.beammedallion.quality.yaml.YamlNode;
import org.jspecify.annotations.Nullable;

/**
 * What type silver gives to a property. The logical type says what a value is, its options and the
 * physical type say how exactly; a physical type that is unknown, or is of another kind than the
 * logical type, says nothing.
 */
final class FieldTypes {

  private final boolean dateMayBeTimestamp;
  private final Problems problems;

  FieldTypes(String apiVersion, Problems problems) {
    // Version 3.0 knows no logical type for a point in time: it calls it a date too.
    this.dateMayBeTimestamp = apiVersion.startsWith("v3.0");
    this.problems = problems;
  }

  /**
   * The fields of those properties whose type can be told; what cannot be told goes to the
   * problems.
   */
  RecordSchema schema(List<SchemaProperty> properties, List<String> required) {
    List<Field> fields = new ArrayList<>();
    Set<String> names = new HashSet<>();
    Map<String, String> physicalNames = new HashMap<>();
    for (SchemaProperty property : properties) {
      FieldType type = type(property);
      if (!names.add(property.name().toLowerCase(Locale.ROOT))) {
        problems.add(
            property.location(),
            "the name '"
                + property.name()
                + "' differs from another only in case, and tables treat both as the same name; rename one.");
      } else if (type != null) {
        boolean demanded =
            property.required()
                || property.primaryKey().isPart()
                || required.contains(property.name());
        fields.add(
            new Field(
                property.name(), property.physicalName(), type, demanded, property.formerNames()));
      }
      String other = physicalNames.putIfAbsent(property.physicalName(), property.name());
      if (other != null && !other.equals(property.name())) {
        problems.add(
            property.location(),
            "'"
                + property.name()
                + "' and '"
                + other
                + "' both have the physicalName '"
                + property.physicalName()
                + "'.");
      }
    }
    return new RecordSchema(fields);
  }

  private @Nullable FieldType type(SchemaProperty property) {
    FieldType physical;
    try {
      physical = PhysicalType.of(property.type().physical());
    } catch (IllegalArgumentException e) {
      problems.add(
          property.location(), "physicalType of '" + property.name() + "': " + e.getMessage());
      return null;
    }
    LogicalType logical =
        property.type().logical() == null ? derived(property, physical) : property.type().logical();
    if (logical == null) {
      problems.add(
          property.location(),
          "property '"
              + property.name()
              + "' needs a logicalType"
              + (property.type().physical() == null
                  ? "."
                  : ", for its physicalType '"
                      + property.type().physical()
                      + "' does not determine a type."));
      return null;
    }
    if (property.type().logical() == null && !optionsFit(property, logical)) {
      return null;
    }
    return switch (logical) {
      case STRING -> property.type().takesScalars() ? FieldType.SCALAR : FieldType.STRING;
      case BOOLEAN -> FieldType.BOOLEAN;
      case INTEGER -> integer(property, physical);
      case NUMBER -> number(property, physical);
      case DATE ->
          readable(
              property,
              isReallyTimestamp(property, physical)
                  ? timestamp(property)
                  : new DateType(format(property)));
      case TIME -> readable(property, new TimeType(format(property)));
      case TIMESTAMP -> readable(property, timestamp(property));
      case OBJECT -> object(property);
      case ARRAY -> array(property);
      case MAP -> {
        problems.add(
            property.location(),
            "property '"
                + property.name()
                + "' is a map, which tables cannot hold yet; describe it as an object, or as an array of objects.");
        yield null;
      }
    };
  }

  private static @Nullable LogicalType derived(
      SchemaProperty property, @Nullable FieldType physical) {
    if (!property.type().properties().isEmpty()) {
      return LogicalType.OBJECT;
    } else if (property.type().items() != null) {
      return LogicalType.ARRAY;
    } else if (physical == null) {
      return null;
    }
    return switch (physical.kind()) {
      case STRING -> LogicalType.STRING;
      case BOOLEAN -> LogicalType.BOOLEAN;
      case INT, LONG -> LogicalType.INTEGER;
      case FLOAT, DOUBLE, DECIMAL -> LogicalType.NUMBER;
      case DATE -> LogicalType.DATE;
      case TIME -> LogicalType.TIME;
      case TIMESTAMP -> LogicalType.TIMESTAMP;
      case OBJECT -> LogicalType.OBJECT;
      case ARRAY -> LogicalType.ARRAY;
    };
  }

  /** Options whose kind was not known when the contract was read. */
  private boolean optionsFit(SchemaProperty property, LogicalType logical) {
    YamlNode options = property.type().options();
    if (options == null) {
      return true;
    }
    Problems unfit = new Problems();
    StandardShape.OPTIONS
        .getOrDefault(logical.toString(), StandardShape.NO_OPTIONS)
        .check(options, unfit);
    unfit.list().forEach(problem -> problems.add(problem.location(), problem.message()));
    return unfit.isEmpty();
  }

  private @Nullable FieldType integer(SchemaProperty property, @Nullable FieldType physical) {
    YamlNode format = property.option("format");
    if (format != null) {
      String name = format.text();
      return switch (name) {
        case "i8", "i16", "i32", "u8", "u16" -> FieldType.INT;
        case "i64", "u32" -> FieldType.LONG;
        case "u64" -> FieldType.decimal(20, 0);
        case "i128", "u128" -> FieldType.decimal(DecimalType.MAX_PRECISION, 0);
        default -> {
          unknownFormat(property, format, IntegerFormat.names());
          yield null;
        }
      };
    }
    if (physical instanceof DecimalType decimal && decimal.scale() == 0 && !decimal.fitsLong()) {
      return decimal;
    }
    return physical instanceof IntegerType ? physical : FieldType.LONG;
  }

  private @Nullable FieldType number(SchemaProperty property, @Nullable FieldType physical) {
    YamlNode format = property.option("format");
    FieldType wanted = null;
    if (format != null) {
      switch (format.text()) {
        case "f32" -> wanted = FieldType.FLOAT;
        case "f64" -> wanted = FieldType.DOUBLE;
        default -> {
          unknownFormat(property, format, List.of("f32", "f64"));
          return null;
        }
      }
    }
    if (physical instanceof DecimalType || (wanted == null && physical instanceof IntegerType)) {
      return physical;
    } else if (wanted != null) {
      return wanted;
    }
    return physical instanceof FloatType ? physical : FieldType.DOUBLE;
  }

  private void unknownFormat(SchemaProperty property, YamlNode format, List<String> known) {
    problems.add(
        format.location(),
        "format "
            + format.shown()
            + " of '"
            + property.name()
            + "' is unknown; it is one of "
            + String.join(", ", known)
            + DidYouMean.ending(format.text(), known));
  }

  private boolean isReallyTimestamp(SchemaProperty property, @Nullable FieldType physical) {
    if (!dateMayBeTimestamp) {
      return false;
    }
    YamlNode format = property.option("format");
    String letters = format == null ? "" : format.text().replaceAll("'[^']*'", "");
    return physical instanceof TimestampType
        || (letters.matches(".*[HhKk].*") && letters.matches(".*[yu].*"));
  }

  private TimestampType timestamp(SchemaProperty property) {
    YamlNode zone = property.option("defaultTimezone");
    ZoneId zoneId = ZoneOffset.UTC;
    if (zone != null) {
      try {
        zoneId = ZoneId.of(zone.text()).normalized();
      } catch (DateTimeException e) {
        problems.add(
            zone.location(),
            "defaultTimezone "
                + zone.shown()
                + " of '"
                + property.name()
                + "' is no time zone; write it as Europe/Berlin, +02:00 or UTC.");
      }
    }
    return new TimestampType(format(property), zoneId);
  }

  /** The format, with the window of years of two digits where the property gives it. */
  private static @Nullable String format(SchemaProperty property) {
    YamlNode format = property.option("format");
    Integer firstYear = property.type().twoDigitYearsFrom();
    if (format == null || firstYear == null) {
      return format == null ? null : format.text();
    }
    return format.text().replaceAll("(?<!y)yy(?!y)", "yy{" + firstYear + "}");
  }

  /** The type, if its format tells the value; else a problem is added and the answer is null. */
  private @Nullable FieldType readable(SchemaProperty property, TemporalType type) {
    YamlNode format = property.option("format");
    if (format == null) {
      return type;
    }
    String problem = FormatCheck.problem(type);
    if (problem == null) {
      return type;
    }
    problems.add(
        format.location(),
        "format "
            + format.shown()
            + " of '"
            + property.name()
            + "' is not a pattern of java.time.format.DateTimeFormatter"
            + " that gives a complete value, such as "
            + (type instanceof DateType ? "yyyy-MM-dd: " : "yyyy-MM-dd HH:mm:ss: ")
            + problem
            + "."
            + (isYear(format) ? " A year alone is an integer, not a date." : ""));
    return null;
  }

  private static boolean isYear(YamlNode format) {
    return format.isScalar() && format.text().matches("y+|u+");
  }

  private @Nullable FieldType object(SchemaProperty property) {
    if (property.type().properties().isEmpty()) {
      return FieldType.JSON_OBJECT;
    }
    YamlNode options = property.type().options();
    List<String> required = options == null ? List.of() : options.texts("required");
    List<String> names = property.type().properties().stream().map(SchemaProperty::name).toList();
    for (String name : required) {
      if (!names.contains(name)) {
        problems.add(
            property.optionLocation("required"),
            "'"
                + property.name()
                + "' has no property '"
                + name
                + "' that could be required"
                + DidYouMean.ending(name, names));
      }
    }
    RecordSchema schema = schema(property.type().properties(), required);
    return schema.fields().isEmpty() ? null : new ObjectType(schema);
  }

  private @Nullable FieldType array(SchemaProperty property) {
    SchemaProperty items = property.type().items();
    if (items == null) {
      return FieldType.JSON_ARRAY;
    }
    FieldType element = type(items);
    return element == null
        ? null
        : new ArrayType(
            new Field(SchemaProperty.ELEMENT, SchemaProperty.ELEMENT, element, items.required()));
  }
}
