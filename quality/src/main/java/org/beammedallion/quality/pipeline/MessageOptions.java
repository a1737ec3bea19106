package org.beammedallion.quality.pipeline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.beammedallion.quality.pipeline.MessageSpec.Condition;
import org.beammedallion.quality.pipeline.MessageSpec.NullValue;
import org.beammedallion.quality.pipeline.MessageSpec.Part;
import org.beammedallion.quality.pipeline.SilverSpec.WriteMode;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.Metadata;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.quality.yaml.Location;
import org.beammedallion.quality.yaml.Problems;
import org.beammedallion.quality.yaml.YamlNode;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code where}, {@code routeBy}, {@code nullValue} and {@code start.offsets} of the Kafka
 * options.
 */
final class MessageOptions {

  private static final String HEADER = "header.";
  private static final String FIELD = "$.";
  private static final Pattern PARTITION = Pattern.compile("(.+)/(\\d{1,9})");
  private static final Pattern OFFSET = Pattern.compile("\\d{1,18}");

  private final @Nullable YamlNode options;
  private final Problems problems;

  /**
   * @param options the Kafka options, or null where the pipeline file has none
   */
  MessageOptions(@Nullable YamlNode options, Problems problems) {
    this.options = options;
    this.problems = problems;
  }

  MessageSpec read() {
    boolean deletes = options != null && options.text("nullValue", "reject").equals("delete");
    return new MessageSpec(where(), deletes ? NullValue.DELETE : NullValue.REJECT, routeBy());
  }

  private List<Condition> where() {
    List<Condition> conditions = new ArrayList<>();
    YamlNode where = options == null ? null : options.find("where");
    if (where == null) {
      return conditions;
    } else if (where.kind() != YamlNode.Kind.MAPPING) {
      problems.add(
          where.location(),
          "'where' must name headers or fields and their values, such as {header.type: order_created}, but is "
              + where.shown()
              + ".");
      return conditions;
    }
    for (String key : where.keys()) {
      Part part = part(key);
      List<String> values = values(where.find(key));
      if (part == null) {
        problems.add(where.locationOf(key), isNoPart(key));
      } else if (values.isEmpty()) {
        problems.add(where.locationOf(key), "'" + key + "' must have a text, or a list of texts.");
      } else {
        conditions.add(new Condition(part, values));
      }
    }
    return conditions;
  }

  private @Nullable Part routeBy() {
    String written = options == null ? null : options.text("routeBy");
    if (options == null || written == null) {
      return null;
    }
    Part part = part(written);
    if (part == null) {
      problems.add(options.locationOf("routeBy"), isNoPart(written));
    }
    return part;
  }

  /** What a text names; null where it names nothing. */
  private static @Nullable Part part(String text) {
    boolean ofHeader = text.startsWith(HEADER);
    List<String> names =
        ofHeader
            ? List.of(text.substring(HEADER.length()))
            : text.startsWith(FIELD)
                ? List.of(text.substring(FIELD.length()).split("\\.", -1))
                : List.of();
    return names.isEmpty() || names.contains("") ? null : new Part(ofHeader, names);
  }

  private static String isNoPart(String text) {
    return "'"
        + text
        + "' is neither a header (header.NAME) nor a field of the JSON value ($.NAME, $.OBJECT.NAME).";
  }

  private static List<String> values(@Nullable YamlNode value) {
    if (value == null) {
      return List.of();
    }
    List<YamlNode> all = value.kind() == YamlNode.Kind.SEQUENCE ? value.items() : List.of(value);
    return all.stream().allMatch(each -> each.isScalar() && each.kind() != YamlNode.Kind.NULL)
        ? all.stream().map(YamlNode::text).toList()
        : List.of();
  }

  /**
   * Offsets at which partitions begin, by topic and partition.
   *
   * @param topics that are read; empty where a pattern tells
   */
  Map<String, Long> offsets(YamlNode start, List<String> topics) {
    Map<String, Long> offsets = new LinkedHashMap<>();
    YamlNode written = start.find("offsets");
    boolean isMapping = written != null && written.kind() == YamlNode.Kind.MAPPING;
    for (String name : isMapping && written != null ? written.keys() : Set.<String>of()) {
      YamlNode offset = written == null ? null : written.find(name);
      String text = offset != null && offset.isScalar() ? offset.text() : "";
      Matcher partition = PARTITION.matcher(name);
      if (!partition.matches() || !OFFSET.matcher(text).matches()) {
        problems.add(
            written == null ? start.location() : written.locationOf(name),
            "an entry of 'offsets' is a partition and its first offset, such as orders/0: 1234, but not '"
                + name
                + ": "
                + text
                + "'.");
      } else if (!topics.isEmpty() && !topics.contains(partition.group(1))) {
        problems.add(
            written == null ? start.location() : written.locationOf(name),
            "'offsets' names the topic '"
                + partition.group(1)
                + "', which is not read; topics are "
                + String.join(", ", topics)
                + ".");
      } else {
        offsets.put(
            partition.group(1) + "/" + Integer.parseInt(partition.group(2)), Long.parseLong(text));
      }
    }
    if (!isMapping) {
      problems.add(
          start.location(),
          "'offsets' must name partitions and their first offsets, such as {orders/0: 1234}.");
    }
    return offsets;
  }

  /** Holds {@code nullValue: delete} against the rest of the pipeline. */
  void checkDeletes(YamlNode root, MessageSpec messages, PipelineParts parts) {
    Location location = options == null ? root.location() : options.locationOf("nullValue");
    if (parts.hasChanges()) {
      problems.add(
          location,
          "'nullValue: delete' and 'changes' exclude each other: changes have deletes of their own.");
      return;
    }
    if (parts.silver().write() != WriteMode.UPSERT) {
      problems.add(
          location, "'nullValue: delete' removes rows by their key, which needs 'write: upsert'.");
    }
    Stream<Field> key = parts.key().stream().map(parts.schema()::field);
    if (!key.allMatch(MessageOptions::isOfKey)) {
      problems.add(
          location,
          "'nullValue: delete' finds the row by the message's key, so 'metadata' of the source must fill each column of the primary key from 'key' or 'key.NAME'.");
    }
    int latestBy = parts.silver().latestBy();
    boolean ordered =
        latestBy == SilverSpec.OFFSET
            || (latestBy >= 0 && isOrder(parts.schema().fields().get(latestBy)));
    if (!ordered) {
      problems.add(
          location,
          "'nullValue: delete' must know whether a row is older than its delete, a message without a value has no fields, and"
              + " several messages may have one timestamp: set 'latestBy: $offset' of silver, or to a column that 'metadata'"
              + " fills from 'offset' or from a header.");
    }
    if (root.has("transform")) {
      problems.add(
          root.locationOf("transform"),
          "a transform works on rows, and a delete has no row; remove 'transform' or 'nullValue: delete'.");
    }
    if (parts.keepsHistory()) {
      problems.add(
          location, "'nullValue: delete' and a dimension of type 2 exclude each other for now.");
    }
    if (messages.where().stream().anyMatch(each -> !each.part().ofHeader())) {
      problems.add(
          location,
          "'where' looks at a field of the value, and a message without a value has none; use a header, or remove 'nullValue: delete'.");
    }
  }

  /** A timestamp is shared by all messages that a broker takes within a millisecond. */
  private static boolean isOrder(Field field) {
    Metadata metadata = field.metadata();
    return metadata != null
        && (metadata.kind() == Metadata.Kind.OFFSET || metadata.kind() == Metadata.Kind.HEADER);
  }

  private static boolean isOfKey(Field field) {
    Metadata metadata = field.metadata();
    return metadata != null
        && (metadata.kind() == Metadata.Kind.KEY || metadata.kind() == Metadata.Kind.KEY_FIELD);
  }

  /** What deletes depend on. */
  record PipelineParts(
      boolean hasChanges,
      SilverSpec silver,
      RecordSchema schema,
      List<String> key,
      boolean keepsHistory) {}
}
