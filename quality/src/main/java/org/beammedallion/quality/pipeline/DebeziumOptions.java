package org.beammedallion.quality.pipeline;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.beammedallion.quality.pipeline.ChangeSpec.Debezium;
import org.beammedallion.quality.pipeline.ChangeSpec.Decimals;
import org.beammedallion.quality.pipeline.ChangeSpec.Encoding;
import org.beammedallion.quality.pipeline.ChangeSpec.TimeUnit;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.DateType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.FieldType.TimeType;
import org.beammedallion.quality.schema.FieldType.TimestampType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.quality.yaml.DidYouMean;
import org.beammedallion.quality.yaml.Location;
import org.beammedallion.quality.yaml.Problems;
import org.beammedallion.quality.yaml.YamlNode;
import org.jspecify.annotations.Nullable;

/** Reads {@code debezium} of the source, and holds it against the contract's fields. */
final class DebeziumOptions {

  private static final String HEX = "hex:";
  private static final Set<Encoding> UNITS =
      EnumSet.of(Encoding.MILLIS, Encoding.MICROS, Encoding.NANOS);
  private static final Set<Encoding> DATES =
      EnumSet.of(Encoding.DAYS, Encoding.MILLIS, Encoding.MICROS, Encoding.NANOS);
  private static final Set<Encoding> DECIMALS = EnumSet.of(Encoding.PRECISE, Encoding.STRING);

  private final YamlNode options;
  private final Problems problems;

  DebeziumOptions(YamlNode options, Problems problems) {
    this.options = options;
    this.problems = problems;
  }

  Debezium read() {
    String timeUnit = options.text("timeUnit");
    String decimals = options.text("decimals");
    return new Debezium(
        timeUnit == null ? null : TimeUnit.valueOf(timeUnit.toUpperCase(Locale.ROOT)),
        decimals == null ? null : Decimals.valueOf(decimals.toUpperCase(Locale.ROOT)),
        fields(),
        unavailableValue(),
        epochs());
  }

  private Map<String, Encoding> fields() {
    YamlNode fields = options.find("fields");
    Map<String, Encoding> encodings = new LinkedHashMap<>();
    if (fields != null && fields.kind() != YamlNode.Kind.MAPPING) {
      problems.add(
          fields.location(),
          "'fields' must name fields of the contract and what they hold, such as {paid_at: millis}, but is "
              + fields.shown()
              + ".");
      return encodings;
    }
    List<String> words = Stream.of(Encoding.values()).map(DebeziumOptions::word).toList();
    for (String path : fields == null ? Set.<String>of() : fields.keys()) {
      YamlNode value = fields == null ? null : fields.find(path);
      if (value == null || !value.isScalar() || !words.contains(value.text())) {
        boolean isWord = value != null && value.isScalar();
        problems.add(
            fields == null ? options.location() : fields.locationOf(path),
            "'"
                + path
                + "' must be one of "
                + words
                + ", but is "
                + (value == null ? "empty" : value.shown())
                + (value != null && isWord ? DidYouMean.ending(value.text(), words) : "."));
      } else {
        encodings.put(path, Encoding.valueOf(value.text().toUpperCase(Locale.ROOT)));
      }
    }
    return encodings;
  }

  private @Nullable String unavailableValue() {
    String value = options.text("unavailableValue");
    if (value != null && value.startsWith(HEX)) {
      try {
        HexFormat.of().parseHex(value.substring(HEX.length()));
      } catch (IllegalArgumentException e) {
        problems.add(
            options.locationOf("unavailableValue"),
            "'unavailableValue' starts with 'hex:', so pairs of hexadecimal digits must follow, as in the connector's"
                + " unavailable.value.placeholder; but it is '"
                + value
                + "'.");
      }
    }
    if (value != null && (value.isEmpty() || value.equals(HEX))) {
      problems.add(
          options.locationOf("unavailableValue"),
          "'unavailableValue' is empty; write what the connector's unavailable.value.placeholder says, or remove it.");
    }
    return value;
  }

  private List<Instant> epochs() {
    List<Instant> epochs = new ArrayList<>();
    for (YamlNode item : options.items("epochs")) {
      try {
        epochs.add(OffsetDateTime.parse(item.text()).toInstant());
      } catch (DateTimeException e) {
        problems.add(
            item.location(),
            "an epoch must be an instant such as 2026-11-05T12:00:00Z, but is "
                + item.shown()
                + ".");
      }
    }
    return epochs.stream().distinct().sorted().toList();
  }

  /** Holds the names and words of {@code fields} against the contract. */
  void check(RecordSchema schema) {
    Map<String, FieldType> known = new LinkedHashMap<>();
    collect(schema, "", known);
    // Words that are none were complained about when they were read.
    new DebeziumOptions(options, new Problems())
        .fields()
        .forEach(
            (path, encoding) -> {
              YamlNode fields = options.find("fields");
              Location location = fields == null ? options.location() : fields.locationOf(path);
              FieldType type = known.get(path);
              if (type == null) {
                problems.add(
                    location,
                    "the contract has no field '"
                        + path
                        + "'"
                        + DidYouMean.ending(path, known.keySet()));
              } else if (!wordsFor(type).contains(encoding)) {
                problems.add(location, misfit(path, encoding, type));
              }
            });
  }

  private static void collect(RecordSchema schema, String prefix, Map<String, FieldType> into) {
    for (Field field : schema.fields()) {
      FieldType type = field.type();
      while (type instanceof ArrayType array) {
        type = array.element().type();
      }
      into.put(prefix + field.name(), type);
      if (type instanceof ObjectType object) {
        collect(object.schema(), prefix + field.name() + ".", into);
      }
    }
  }

  private static Set<Encoding> wordsFor(FieldType type) {
    if (type instanceof TimestampType || type instanceof TimeType) {
      return UNITS;
    } else if (type instanceof DateType) {
      return DATES;
    } else if (type instanceof DecimalType) {
      return DECIMALS;
    }
    return Set.of();
  }

  private static String misfit(String path, Encoding encoding, FieldType type) {
    Set<Encoding> words = wordsFor(type);
    return "'"
        + word(encoding)
        + "' does not fit the contract's type of '"
        + path
        + "'; "
        + (words.isEmpty()
            ? "only timestamps, times, dates and decimals can be set here. Remove it."
            : "it can be "
                + String.join(", ", words.stream().map(DebeziumOptions::word).toList())
                + ".");
  }

  private static String word(Encoding encoding) {
    return encoding.name().toLowerCase(Locale.ROOT);
  }
}
