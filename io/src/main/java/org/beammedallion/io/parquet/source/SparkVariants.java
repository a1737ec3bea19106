package org.beammedallion.io.parquet.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.jspecify.annotations.Nullable;

/**
 * Columns of type VARIANT in files of Spark 4.0, which writes them as groups without an annotation:
 * only its own schema, which it notes in the footer, tells them from other groups of bytes.
 */
final class SparkVariants {

  private static final String ROW_METADATA = "org.apache.spark.sql.parquet.row.metadata";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Set<List<String>> paths = new HashSet<>();

  private SparkVariants() {}

  /** The paths in the file of those that Spark's schema tells of. */
  static Set<List<String>> paths(MessageType file, SourceFooter footer) {
    String noted = footer.keyValue(ROW_METADATA);
    SparkVariants found = new SparkVariants();
    if (noted != null && noted.contains("variant")) {
      try {
        found.fields(JSON.readTree(noted), file, List.of());
      } catch (JsonProcessingException e) {
        // A note that is no schema of Spark's tells nothing.
      }
    }
    return found.paths;
  }

  private void fields(JsonNode struct, GroupType group, List<String> path) {
    for (JsonNode field : struct.path("fields")) {
      String name = field.path("name").asText();
      if (group.containsField(name)) {
        find(field.path("type"), group.getType(name), SourceColumns.child(path, name));
      }
    }
  }

  private void find(JsonNode type, Type column, List<String> path) {
    if (type.asText().equals("variant")) {
      paths.add(path);
    }
    if (column.isPrimitive()) {
      return;
    }
    GroupType group = column.asGroupType();
    switch (type.path("type").asText()) {
      case "struct" -> fields(type, group, path);
      case "udt" -> find(type.path("sqlType"), column, path);
      case "array" -> elements(type.path("elementType"), group, path);
      case "map" -> values(type.path("valueType"), group, path);
      default -> {}
    }
  }

  private void elements(JsonNode type, GroupType list, List<String> path) {
    if (ListShape.isList(list)) {
      Type repeated = list.getType(0);
      List<String> down = SourceColumns.child(path, repeated.getName());
      Type element = ListShape.elementBelow(list);
      if (element == null) {
        find(type, repeated, down);
      } else {
        find(type, element, SourceColumns.child(down, element.getName()));
      }
    }
  }

  /** A key cannot be a variant. */
  private void values(JsonNode type, GroupType map, List<String> path) {
    if (ListShape.isMap(map)
        && !map.getType(0).isPrimitive()
        && map.getType(0).asGroupType().getFieldCount() > 1) {
      Type value = map.getType(0).asGroupType().getType(1);
      find(
          type,
          value,
          SourceColumns.child(
              SourceColumns.child(path, map.getType(0).getName()), value.getName()));
    }
  }

  /**
   * Whether a group looks like a variant of which nothing tells that it is one, whole or shredded:
   * its parts, of which the schema says no more than that they are bytes, are called so.
   */
  static boolean isLike(Type column) {
    if (column.isPrimitive() || column.getLogicalTypeAnnotation() != null) {
      return false;
    }
    GroupType group = column.asGroupType();
    List<String> names = new ArrayList<>();
    group.getFields().forEach(field -> names.add(field.getName()));
    boolean shredded = names.remove("typed_value");
    boolean value = names.remove("value") && isBytes(group.getType("value"));
    return (value || (shredded && !group.containsField("value")))
        && names.equals(List.of("metadata"))
        && isBytes(group.getType("metadata"));
  }

  private static boolean isBytes(Type column) {
    @Nullable LogicalTypeAnnotation logical = column.getLogicalTypeAnnotation();
    return column.isPrimitive()
        && logical == null
        && !column.isRepetition(Repetition.REPEATED)
        && column.asPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.BINARY;
  }
}
