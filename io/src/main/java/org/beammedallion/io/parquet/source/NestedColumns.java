package org.beammedallion.io.parquet.source;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.FieldType.StringType;
import org.beammedallion.quality.schema.FieldType.StringType.Content;
import org.beammedallion.transforms.decode.record.FieldPlan;
import org.beammedallion.transforms.decode.record.ObjectPlan;
import org.beammedallion.transforms.decode.typed.ColumnConversion;
import org.beammedallion.transforms.decode.typed.ColumnMeaning;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/** Values that are put together from several columns, as fields of the contract want them. */
final class NestedColumns {

  private final SourceColumns columns;

  NestedColumns(SourceColumns columns) {
    this.columns = columns;
  }

  /**
   * @param mandatory whether a record without the value is rejected
   */
  NestedValue value(FieldPlan field, Type column, List<String> path, boolean mandatory)
      throws RefusedFileException {
    columns.requireKnown(column, path);
    if (column.getRepetition() == Repetition.REPEATED) {
      if (field.type() instanceof StringType text && text.content() == Content.JSON_ARRAY) {
        return json(field, column, path, "a list");
      }
      return field.type() instanceof ArrayType
          ? elements(field, column, path, SourceColumns.parent(path))
          : misfit(field, column, path, "a list");
    }
    return single(field, column, path, mandatory);
  }

  /** A value that does not repeat, or one of those that do. */
  private NestedValue single(FieldPlan field, Type column, List<String> path, boolean mandatory)
      throws RefusedFileException {
    columns.requireKnown(column, path);
    if (column.isPrimitive()) {
      return SourceColumns.isNested(field)
          ? misfit(field, column, path, "a single value")
          : new NestedValue.Single(
              columns.leaf(path),
              columns.form(column, path),
              columns.conversion(field, column),
              RowLayout.Storage.of(field.type()));
    }
    GroupType group = column.asGroupType();
    boolean map = ListShape.isMap(group);
    boolean list = ListShape.isList(group);
    Content content = field.type() instanceof StringType text ? text.content() : Content.TEXT;
    if (content == (list ? Content.JSON_ARRAY : Content.JSON_OBJECT)) {
      return json(field, column, path, map ? "a map" : list ? "a list" : "an object");
    } else if (list) {
      return field.type() instanceof ArrayType
          ? list(field, group, path)
          : misfit(field, column, path, "a list");
    } else if (map && field.type() instanceof ArrayType) {
      return entries(
          field, group.getType(0), SourceColumns.child(path, group.getType(0).getName()), path);
    } else if (map && !group.getType(0).isPrimitive() && field.type() instanceof ObjectType) {
      return mapAsObject(field, group.getType(0).asGroupType(), path);
    }
    return field.type() instanceof ObjectType && !map
        ? object(field, group, path, mandatory)
        : misfit(field, column, path, map ? "a map" : "an object");
  }

  /** A value in a field of which the contract does not say what is in it. */
  private NestedValue json(FieldPlan field, Type column, List<String> path, String shown)
      throws RefusedFileException {
    columns.requireKnownBelow(column, path);
    JsonPart part =
        new JsonParts(
                columns.file,
                columns::leaf,
                new JsonParts.Style(true, columns.settings, columns.calendar))
            .of(column, path);
    if (part == null) {
      throw new IllegalStateException("Every column has a leaf.");
    }
    List<String> whole =
        column.getRepetition() == Repetition.REPEATED ? SourceColumns.parent(path) : path;
    boolean element = field.isElement();
    return new JsonField(
        columns.definition(element ? path : whole),
        columns.repetition(element ? path : whole),
        part,
        ColumnConversion.of(field, ColumnMeaning.TEXT, columns.settings, null),
        columns.settings,
        shown);
  }

  private NestedValue mapAsObject(FieldPlan field, GroupType entry, List<String> path)
      throws RefusedFileException {
    List<String> down = SourceColumns.child(path, entry.getName());
    Type keyColumn = entry.getType(0);
    columns.requireKnownBelow(keyColumn, SourceColumns.child(down, keyColumn.getName()));
    JsonPart key =
        new JsonParts(
                columns.file,
                columns::leaf,
                new JsonParts.Style(true, columns.settings, columns.calendar))
            .of(keyColumn, SourceColumns.child(down, keyColumn.getName()));
    if (key == null) {
      throw new IllegalStateException("Every column has a leaf.");
    }
    List<NestedValue> values = new ArrayList<>();
    Leaf first = null;
    int present = 0;
    if (entry.getFieldCount() > 1) {
      Type valueColumn = entry.getType(1);
      List<String> valuePath = SourceColumns.child(down, valueColumn.getName());
      for (FieldPlan each : field.object().fields()) {
        values.add(value(each, valueColumn, valuePath, false));
      }
      first = columns.leaf(SourceColumns.firstLeaf(valueColumn, valuePath));
      present = columns.definition(valuePath);
    }
    return new MapAsObject(
        field.object(),
        columns.definition(path),
        columns.repetition(path),
        new MapAsObject.Entries(
            key, columns.definition(down), columns.repetition(down), present, first),
        values,
        ColumnConversion.of(field, ColumnMeaning.TEXT, columns.settings, null));
  }

  private NestedValue misfit(FieldPlan field, Type column, List<String> path, String shown) {
    Leaf leaf = columns.leaf(SourceColumns.firstLeaf(column, path));
    boolean repeated = column.getRepetition() == Repetition.REPEATED;
    ColumnConversion conversion =
        ColumnConversion.of(
            field, ColumnMeaning.of(ColumnMeaning.Category.BYTES), columns.settings, null);
    return new NestedValue.Misfit(
        columns.definition(path),
        repeated && !field.isElement()
            ? columns.repetition(SourceColumns.parent(path))
            : columns.repetition(path),
        List.of(leaf),
        conversion,
        shown);
  }

  private NestedValue list(FieldPlan field, GroupType group, List<String> path)
      throws RefusedFileException {
    List<String> down = SourceColumns.child(path, group.getType(0).getName());
    Type element = ListShape.elementBelow(group);
    if (element == null) {
      return elements(field, group.getType(0), down, path);
    }
    FieldPlan plan = field.element();
    NestedValue value = value(plan, element, SourceColumns.child(down, element.getName()), false);
    return new NestedValue.Elements(
        plan, columns.definition(path), columns.repetition(path), value, columns.definition(down));
  }

  /**
   * @param down of the repeated field, each value of which is an element
   * @param path of what is null or empty
   */
  private NestedValue elements(FieldPlan field, Type repeated, List<String> down, List<String> path)
      throws RefusedFileException {
    FieldPlan plan = field.element();
    NestedValue value = single(plan, repeated, down, false);
    return new NestedValue.Elements(
        plan, columns.definition(path), columns.repetition(path), value, columns.definition(down));
  }

  /** A map is a list of objects, whose fields are called key and value whatever the file says. */
  private NestedValue entries(FieldPlan field, Type repeated, List<String> down, List<String> path)
      throws RefusedFileException {
    FieldPlan plan = field.element();
    NestedValue value;
    if (repeated.isPrimitive()) {
      value = single(plan, repeated, down, false);
    } else if (!(plan.type() instanceof ObjectType)) {
      value = misfit(plan, repeated, down, "an entry of a map");
    } else {
      value = entry(plan, repeated.asGroupType(), down);
    }
    return new NestedValue.Elements(
        plan, columns.definition(path), columns.repetition(path), value, columns.definition(down));
  }

  private NestedValue entry(FieldPlan plan, GroupType entry, List<String> path)
      throws RefusedFileException {
    ObjectPlan object = plan.object();
    @Nullable NestedValue[] children = new NestedValue[object.fields().size()];
    List<NestedValue.Unknown> others = new ArrayList<>();
    for (int part = 0; part < entry.getFieldCount(); part++) {
      Type column = entry.getType(part);
      String name = part == 0 ? "key" : part == 1 ? "value" : column.getName();
      List<String> down = SourceColumns.child(path, column.getName());
      int index = object.indexOf(name.getBytes(StandardCharsets.UTF_8), 0, name.length());
      if (part < 2 && index >= 0) {
        children[index] = value(object.fields().get(index), column, down, false);
      } else {
        others.add(unknown(column, down, name, path));
      }
    }
    return new NestedValue.Group(
        object, columns.definition(path), columns.repetition(path), children, others);
  }

  private NestedValue object(FieldPlan field, GroupType group, List<String> path, boolean mandatory)
      throws RefusedFileException {
    ObjectPlan object = field.object();
    String prefix = String.join(".", path) + ".";
    ColumnMatch match = ColumnMatch.of(group, object.fields(), Set.of(), prefix, columns.warnings);
    @Nullable NestedValue[] children = new NestedValue[object.fields().size()];
    for (int i = 0; i < children.length; i++) {
      FieldPlan each = object.fields().get(i);
      Type column = match.found(i);
      if (column != null) {
        children[i] =
            value(
                each,
                column,
                SourceColumns.child(path, column.getName()),
                mandatory && each.isRequired());
      } else if (mandatory && each.isRequired()) {
        throw new RefusedFileException(
            "has no column '"
                + prefix
                + each.physicalName()
                + "', which the contract requires. Give the field the physicalName that the file uses, or make it"
                + " optional.");
      }
    }
    List<NestedValue.Unknown> others = new ArrayList<>();
    for (Type column : match.unknown()) {
      others.add(
          unknown(column, SourceColumns.child(path, column.getName()), column.getName(), path));
    }
    return new NestedValue.Group(
        object, columns.definition(path), columns.repetition(path), children, others);
  }

  private NestedValue.Unknown unknown(
      Type column, List<String> path, String name, List<String> parent) {
    boolean optional = column.getRepetition() == Repetition.OPTIONAL;
    return new NestedValue.Unknown(
        columns.leaf(SourceColumns.firstLeaf(column, path)),
        optional ? columns.definition(path) : columns.definition(parent),
        columns.repetition(parent),
        name.getBytes(StandardCharsets.UTF_8));
  }
}
