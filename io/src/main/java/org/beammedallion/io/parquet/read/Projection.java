package org.beammedallion.io.parquet.read;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.beammedallion.io.parquet.read.NestedField.ArrayNode;
import org.beammedallion.io.parquet.read.NestedField.Leaf;
import org.beammedallion.io.parquet.read.NestedField.LeafNode;
import org.beammedallion.io.parquet.read.NestedField.Node;
import org.beammedallion.io.parquet.read.NestedField.ObjectNode;
import org.beammedallion.io.storage.StorageException;
import org.beammedallion.io.table.ColumnAlias;
import org.beammedallion.io.table.TableColumn;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.transforms.row.ArrayLayout;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowLayout.Storage;
import org.jspecify.annotations.Nullable;

/** Matches the fields that are wanted with the columns that a file has. Not thread-safe. */
final class Projection {

  private final String uri;
  private final MessageType file;
  private final Map<List<String>, ColumnAlias> aliases = new HashMap<>();
  private final Set<ColumnDescriptor> columns = new LinkedHashSet<>();

  /**
   * @param aliases of columns that the file may hold under another name
   */
  Projection(String uri, MessageType file, List<ColumnAlias> aliases) {
    this.uri = uri;
    this.file = file;
    aliases.forEach(alias -> this.aliases.put(alias.path(), alias));
  }

  /** The file's column for a field, or null where it has none. */
  private @Nullable Type find(GroupType group, List<String> path) {
    ColumnAlias alias = aliases.get(path);
    String name = path.get(path.size() - 1);
    if (alias != null && alias.name() != null) {
      name = alias.name();
    } else if (alias != null && group.getFields().stream().anyMatch(each -> each.getId() != null)) {
      Integer id = alias.id();
      return group.getFields().stream()
          .filter(each -> each.getId() != null && id != null && each.getId().intValue() == id)
          .findFirst()
          .orElse(null);
    }
    return group.containsField(name) ? group.getType(name) : null;
  }

  /** The columns that the readers made so far need. */
  List<ColumnDescriptor> columns() {
    return new ArrayList<>(columns);
  }

  /**
   * A reader for one of the wanted fields, or null where the file does not have it.
   *
   * @throws StorageException where the file's column is of a type that cannot become the field's
   */
  @Nullable FieldReader reader(RowLayout layout, int index) throws StorageException {
    Field field = layout.schema().fields().get(index);
    List<String> path = new ArrayList<>(List.of(field.name()));
    Type type = find(file, path);
    if (type == null) {
      return null;
    }
    if (field.type() instanceof ObjectType || field.type() instanceof ArrayType || !isFlat(type)) {
      RowLayout object = field.type() instanceof ObjectType ? layout.object(index) : null;
      ArrayLayout array = field.type() instanceof ArrayType ? layout.array(index) : null;
      return new NestedField(
          node(field, object, array, type, new ArrayList<>(List.of(type.getName())), path), index);
    }
    ColumnDescriptor column = column(List.of(type.getName()));
    return new FlatColumn(column, conversion(field, column), layout, index);
  }

  /**
   * A reader for a column that is no field of the record, or null where the file does not have it.
   */
  @Nullable FlatColumn flat(Field field) throws StorageException {
    Type type = find(file, List.of(field.name()));
    if (type == null || !isFlat(type)) {
      return null;
    }
    ColumnDescriptor column = column(List.of(type.getName()));
    return new FlatColumn(column, conversion(field, column), -1, Storage.of(field.type()));
  }

  private static boolean isFlat(Type type) {
    return type.isPrimitive() && type.getRepetition() != Repetition.REPEATED;
  }

  private ColumnDescriptor column(List<String> path) {
    ColumnDescriptor column = file.getColumnDescription(path.toArray(String[]::new));
    columns.add(column);
    return column;
  }

  private Conversion conversion(Field field, ColumnDescriptor column) throws StorageException {
    Conversion conversion = Conversion.of(field.type(), column.getPrimitiveType());
    if (conversion == null) {
      throw mismatch(field, column.getPrimitiveType());
    }
    return conversion;
  }

  private StorageException mismatch(Field field, Type type) {
    return new StorageException(
        "Column '"
            + field.name()
            + "' of '"
            + uri
            + "' is "
            + type.toString().replaceAll("\\s+", " ")
            + " and cannot be read as "
            + field.type()
            + ". Give the field the file's type, or rewrite the file.",
        null);
  }

  /**
   * @param stored names from the record down, as the file has them
   * @param path the same, as the fields are called
   */
  private Node node(
      Field field,
      @Nullable RowLayout object,
      @Nullable ArrayLayout array,
      Type type,
      List<String> stored,
      List<String> path)
      throws StorageException {
    if (object != null && !type.isPrimitive()) {
      return object(object, type.asGroupType(), stored, path);
    } else if (array != null && !type.isPrimitive() && isList(type.asGroupType())) {
      return array(array, type.asGroupType(), stored, path);
    } else if (object == null && array == null && type.isPrimitive()) {
      ColumnDescriptor column = column(stored);
      return new LeafNode(new Leaf(column), conversion(field, column), Storage.of(field.type()));
    }
    throw mismatch(field, type);
  }

  private Node object(RowLayout layout, GroupType group, List<String> stored, List<String> path)
      throws StorageException {
    List<Field> fields = layout.schema().fields();
    @Nullable Node[] children = new Node[fields.size()];
    boolean any = false;
    for (int i = 0; i < children.length; i++) {
      Field field = fields.get(i);
      path.add(field.name());
      Type type = find(group, path);
      if (type != null) {
        stored.add(type.getName());
        children[i] =
            node(
                field,
                field.type() instanceof ObjectType ? layout.object(i) : null,
                field.type() instanceof ArrayType ? layout.array(i) : null,
                type,
                stored,
                path);
        stored.remove(stored.size() - 1);
        any = true;
      }
      path.remove(path.size() - 1);
    }
    List<Leaf> witnesses = any ? List.of() : List.of(witness(group, stored));
    return new ObjectNode(layout, definition(stored), repetition(stored), children, witnesses);
  }

  private Leaf witness(GroupType group, List<String> path) {
    List<String> down = new ArrayList<>(path);
    Type type = group;
    while (!type.isPrimitive()) {
      type = type.asGroupType().getType(0);
      down.add(type.getName());
    }
    return new Leaf(column(down));
  }

  private static boolean isList(GroupType group) {
    return group.getFieldCount() == 1
        && group.getType(0).getRepetition() == Repetition.REPEATED
        && (group.getLogicalTypeAnnotation() == null
            || group.getLogicalTypeAnnotation() instanceof ListLogicalTypeAnnotation);
  }

  private Node array(ArrayLayout layout, GroupType group, List<String> stored, List<String> path)
      throws StorageException {
    int present = definition(stored);
    Type repeated = group.getType(0);
    stored.add(repeated.getName());
    int notEmpty = definition(stored);
    int repetition = repetition(stored);
    boolean threeLevels =
        !repeated.isPrimitive()
            && repeated.asGroupType().getFieldCount() == 1
            && !repeated.getName().equals("array")
            && !repeated.getName().endsWith("_tuple");
    Type element = threeLevels ? repeated.asGroupType().getType(0) : repeated;
    if (threeLevels) {
      stored.add(element.getName());
    }
    FieldType type = layout.element().type();
    path.add(TableColumn.ELEMENT);
    Node node =
        node(
            layout.element(),
            type instanceof ObjectType ? layout.object() : null,
            type instanceof ArrayType ? layout.array() : null,
            element,
            stored,
            path);
    path.remove(path.size() - 1);
    stored.remove(stored.size() - 1);
    if (threeLevels) {
      stored.remove(stored.size() - 1);
    }
    return new ArrayNode(present, node, notEmpty, repetition);
  }

  private int definition(List<String> path) {
    return file.getMaxDefinitionLevel(path.toArray(String[]::new));
  }

  private int repetition(List<String> path) {
    return file.getMaxRepetitionLevel(path.toArray(String[]::new));
  }
}
