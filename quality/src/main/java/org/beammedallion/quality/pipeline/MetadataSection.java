package org.beammedallion.quality.pipeline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.StringType;
import org.beammedallion.quality.schema.Metadata;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.quality.yaml.DidYouMean;
import org.beammedallion.quality.yaml.Problems;
import org.beammedallion.quality.yaml.YamlNode;
import org.jspecify.annotations.Nullable;

/** Reads {@code metadata} of the source: which columns are filled from what records do not hold. */
final class MetadataSection {

  private final @Nullable YamlNode section;
  private final boolean ofMessages;
  private final Problems problems;

  /**
   * @param ofMessages whether records are messages, else they are in files
   */
  MetadataSection(YamlNode source, boolean ofMessages, Problems problems) {
    this.section = source.find("metadata");
    this.ofMessages = ofMessages;
    this.problems = problems;
  }

  /** The same fields, with what they are filled from. */
  RecordSchema in(RecordSchema schema, @Nullable ChangeSpec changes, List<String> key) {
    YamlNode columns = section;
    if (columns == null) {
      return schema;
    } else if (columns.kind() != YamlNode.Kind.MAPPING) {
      problems.add(
          columns.location(),
          "'metadata' must name columns and what they are filled from, such as {"
              + (ofMessages ? "received_at: timestamp" : "file: fileName")
              + "}, but is "
              + columns.shown()
              + ".");
      return schema;
    }
    Map<String, Metadata> filled = new LinkedHashMap<>();
    for (String column : columns.keys()) {
      Metadata metadata = metadata(columns, column);
      if (metadata != null && fits(columns, column, metadata, schema)) {
        filled.put(column, metadata);
      }
    }
    if (!filled.isEmpty()) {
      requirePossible(columns, filled, schema, changes, key);
    }
    List<Field> fields = new ArrayList<>();
    for (Field field : schema.fields()) {
      Metadata metadata = filled.get(field.name());
      fields.add(metadata == null ? field : field.from(metadata));
    }
    return new RecordSchema(fields);
  }

  private @Nullable Metadata metadata(YamlNode columns, String column) {
    YamlNode value = columns.find(column);
    if (value == null || !value.isScalar()) {
      problems.add(
          columns.locationOf(column),
          "'" + column + "' must say what it is filled from: " + words(ofMessages) + ".");
      return null;
    }
    String text = value.text();
    Metadata metadata = Metadata.parse(text, ofMessages);
    if (metadata != null) {
      return metadata;
    }
    boolean isOfOthers = Metadata.parse(text, !ofMessages) != null;
    problems.add(
        value.location(),
        isOfOthers
            ? "'"
                + text
                + (ofMessages
                    ? "' is told by the path of a file, and the records are messages; they have "
                    : "' belongs to messages of Kafka, and the records are in files; they have ")
                + words(ofMessages)
                + "."
            : "'"
                + text
                + "' is no metadata of "
                + (ofMessages ? "messages, which have " : "files, which have ")
                + words(ofMessages)
                + DidYouMean.ending(text, Metadata.words(ofMessages)));
    return null;
  }

  private static String words(boolean ofMessages) {
    return String.join(", ", Metadata.words(ofMessages));
  }

  private boolean fits(YamlNode columns, String column, Metadata metadata, RecordSchema schema) {
    int index = schema.indexOf(column);
    if (index < 0) {
      problems.add(
          columns.locationOf(column),
          "the contract has no property '"
              + column
              + "'"
              + DidYouMean.ending(column, schema.names()));
      return false;
    }
    String wanted = wanted(metadata.kind(), schema.fields().get(index).type());
    if (wanted != null) {
      problems.add(
          columns.locationOf(column),
          "'"
              + column
              + "' cannot be filled from '"
              + metadata
              + "', which needs "
              + wanted
              + "; see its logicalType in the contract.");
    }
    return wanted == null;
  }

  /** What the type must be, or null where it is that. */
  private static @Nullable String wanted(Metadata.Kind metadata, FieldType type) {
    FieldType.Kind kind = type.kind();
    return switch (metadata) {
      case TIMESTAMP -> kind == FieldType.Kind.TIMESTAMP ? null : "a timestamp";
      case OFFSET -> kind == FieldType.Kind.LONG ? null : "an integer of 64 bits";
      case PARTITION ->
          kind == FieldType.Kind.INT || kind == FieldType.Kind.LONG ? null : "an integer";
      case TOPIC, FILE_NAME, PATH -> isText(type) ? null : "a string";
      case KEY, KEY_FIELD, HEADER, PATH_PART -> {
        boolean single =
            kind == FieldType.Kind.STRING
                ? isText(type)
                : kind != FieldType.Kind.OBJECT && kind != FieldType.Kind.ARRAY;
        yield single ? null : "a type of single values, and no object or array";
      }
    };
  }

  private static boolean isText(FieldType type) {
    return type instanceof StringType text && !text.isJson();
  }

  private void requirePossible(
      YamlNode columns,
      Map<String, Metadata> filled,
      RecordSchema schema,
      @Nullable ChangeSpec changes,
      List<String> key) {
    if (filled.size() == schema.fields().size()) {
      problems.add(
          columns.location(),
          "'metadata' fills all columns, and none is left to be read from records.");
    }
    if (changes instanceof ChangeSpec.Dms) {
      problems.add(columns.location(), "'metadata' and 'changes: dms' exclude each other.");
    } else if (changes != null) {
      for (String column : key) {
        if (filled.containsKey(column)) {
          problems.add(
              columns.locationOf(column),
              "'"
                  + column
                  + "' is part of the primary key, which each change must have itself; 'metadata' can fill other columns.");
        }
      }
    }
  }
}
