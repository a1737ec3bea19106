package org.beammedallion.io.parquet.source;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongUnaryOperator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapKeyValueTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.transforms.decode.ColumnConversion;
import org.beammedallion.transforms.decode.FieldPlan;
import org.beammedallion.transforms.decode.ObjectPlan;
import org.beammedallion.transforms.decode.TypedDecoder;
import org.beammedallion.transforms.decode.TypedSettings;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/**
 * What is read of a file: its columns matched with the fields of the contract. Refuses a file whose
 * columns cannot be the contract's, whatever values it has.
 */
final class SourceProjection {

  private final MessageType file;
  private final SourceFooter footer;
  private final LegacyCalendar calendar;
  private final TypedSettings settings;
  private final Set<ColumnDescriptor> columns = new HashSet<>();
  private final List<String> warnings = new ArrayList<>();
  private final List<FieldSource> fields = new ArrayList<>();
  private final List<Integer> indexes = new ArrayList<>();
  private final List<UnknownColumn> unknown = new ArrayList<>();

  SourceProjection(MessageType file, SourceFooter footer, TypedDecoder decoder)
      throws RefusedFileException {
    this.file = file;
    this.footer = footer;
    this.calendar = LegacyCalendar.of(footer);
    this.settings = decoder.settings();
    ObjectPlan plan = decoder.plan();
    ColumnMatch match =
        ColumnMatch.of(file, plan.fields(), new HashSet<>(decoder.ownColumns()), "", warnings);
    if (match.isNone()) {
      throw new RefusedFileException(
          "has none of the contract's columns; it has "
              + ColumnMatch.names(file)
              + ". Correct the path of the server, or give the fields their physicalName.");
    }
    for (int i = 0; i < plan.fields().size(); i++) {
      FieldPlan field = plan.fields().get(i);
      Type column = match.found(i);
      if (column == null) {
        requireOptional(field);
      } else {
        fields.add(field(plan.layout(), i, field, column));
        indexes.add(i);
      }
    }
    for (Type column : match.unknown()) {
      List<String> path = firstLeaf(column, List.of(column.getName()));
      unknown.add(
          new UnknownColumn(
              plan,
              file.getColumnDescription(array(path)),
              definition(List.of(column.getName())),
              column.getRepetition() != Repetition.OPTIONAL,
              column.getName().getBytes(StandardCharsets.UTF_8)));
    }
  }

  private void requireOptional(FieldPlan field) throws RefusedFileException {
    if (field.isRequired()) {
      throw new RefusedFileException(
          "has no column '"
              + field.physicalName()
              + "', which the contract requires; it has "
              + ColumnMatch.names(file)
              + ". Give the field the physicalName that the file uses, or make it optional.");
    }
  }

  /** Those fields that the file has. */
  List<FieldSource> fields() {
    return fields;
  }

  /** Their numbers in the contract. */
  List<Integer> indexes() {
    return indexes;
  }

  /** Top-level columns that the contract does not know. */
  List<UnknownColumn> unknown() {
    return unknown;
  }

  /** The columns that are always read. */
  Set<ColumnDescriptor> columns() {
    return columns;
  }

  /** What a person should know of the file, or null. */
  @Nullable String warning() {
    return warnings.isEmpty() ? null : String.join(" ", warnings);
  }

  private FieldSource field(RowLayout layout, int index, FieldPlan field, Type column)
      throws RefusedFileException {
    List<String> path = List.of(column.getName());
    if (column.isPrimitive() && column.getRepetition() != Repetition.REPEATED && !isNested(field)) {
      Leaf leaf = leaf(path);
      return new FlatField(leaf, form(column, path), conversion(field, column), layout, index);
    }
    return new NestedValue.AsField(value(field, column, path, field.isRequired()), layout, index);
  }

  private static boolean isNested(FieldPlan field) {
    return field.type() instanceof ObjectType || field.type() instanceof ArrayType;
  }

  /** A reader for a column that says what a change is, or null where the file has none. */
  @Nullable OwnColumn own(String name) throws RefusedFileException {
    Type column = ColumnMatch.exact(file, name, "");
    if (column == null || !column.isPrimitive() || column.getRepetition() == Repetition.REPEATED) {
      return null;
    }
    List<String> path = List.of(name);
    return new OwnColumn(leaf(path), form(column, path));
  }

  private ColumnForm form(Type column, List<String> path) throws RefusedFileException {
    requireKnown(column, path);
    return ColumnForm.of(column.asPrimitiveType());
  }

  private void requireKnown(Type column, List<String> path) throws RefusedFileException {
    String obstacle = null;
    LogicalTypeAnnotation logical = column.getLogicalTypeAnnotation();
    if (footer.unknownTypes().contains(path)) {
      obstacle = "of a logical type that this version does not know";
    } else if (logical != null
        && logical.getClass().getSimpleName().equals("VariantLogicalTypeAnnotation")) {
      obstacle = "of type VARIANT, which is not supported";
    } else if (column.isPrimitive()) {
      obstacle = ColumnForm.obstacle(column.asPrimitiveType());
    }
    if (obstacle != null) {
      throw Refusals.column(String.join(".", path), obstacle, null);
    }
  }

  private ColumnConversion conversion(FieldPlan field, Type column) {
    ColumnForm form = ColumnForm.of(column.asPrimitiveType());
    if (ColumnForm.isPlainBinary(column.asPrimitiveType())
        && !settings.binaryIsText()
        && field.type() instanceof org.beammedallion.quality.schema.FieldType.StringType) {
      warnings.add(
          "has bytes in the column '"
              + column.getName()
              + "', of which its schema does not say that they are texts, so they became base64. Say 'binary: text' in"
              + " the pipeline file's source if they are UTF-8.");
    }
    return ColumnConversion.of(field, form.meaning(), settings, calendarOf(form));
  }

  private @Nullable LongUnaryOperator calendarOf(ColumnForm form) {
    return switch (form.calendar()) {
      case NONE -> null;
      case DAYS -> calendar.days();
      case MICROS -> calendar.micros();
      case INT96 -> calendar.int96();
    };
  }

  private Leaf leaf(List<String> path) {
    ColumnDescriptor column = file.getColumnDescription(array(path));
    columns.add(column);
    return new Leaf(column);
  }

  private static String[] array(List<String> path) {
    return path.toArray(String[]::new);
  }

  private int definition(List<String> path) {
    return path.isEmpty() ? 0 : file.getMaxDefinitionLevel(array(path));
  }

  private int repetition(List<String> path) {
    return path.isEmpty() ? 0 : file.getMaxRepetitionLevel(array(path));
  }

  private static List<String> parent(List<String> path) {
    return path.subList(0, path.size() - 1);
  }

  private static List<String> child(List<String> path, String name) {
    List<String> longer = new ArrayList<>(path);
    longer.add(name);
    return longer;
  }

  private static List<String> firstLeaf(Type type, List<String> path) {
    Type down = type;
    List<String> longer = path;
    while (!down.isPrimitive()) {
      down = down.asGroupType().getType(0);
      longer = child(longer, down.getName());
    }
    return longer;
  }

  /**
   * @param mandatory whether a record without the value is rejected
   */
  private NestedValue value(FieldPlan field, Type column, List<String> path, boolean mandatory)
      throws RefusedFileException {
    requireKnown(column, path);
    if (column.getRepetition() == Repetition.REPEATED) {
      return field.type() instanceof ArrayType
          ? elements(field, column, path, parent(path))
          : misfit(field, column, path, "a list");
    }
    return single(field, column, path, mandatory);
  }

  /** A value that does not repeat, or one of those that do. */
  private NestedValue single(FieldPlan field, Type column, List<String> path, boolean mandatory)
      throws RefusedFileException {
    requireKnown(column, path);
    if (column.isPrimitive()) {
      return isNested(field)
          ? misfit(field, column, path, "a single value")
          : new NestedValue.Single(
              leaf(path),
              form(column, path),
              conversion(field, column),
              RowLayout.Storage.of(field.type()));
    }
    GroupType group = column.asGroupType();
    LogicalTypeAnnotation logical = group.getLogicalTypeAnnotation();
    boolean map =
        logical instanceof MapLogicalTypeAnnotation || logical instanceof MapKeyValueTypeAnnotation;
    boolean list = logical instanceof ListLogicalTypeAnnotation;
    if ((map || list)
        && group.getFieldCount() == 1
        && group.getType(0).getRepetition() == Repetition.REPEATED) {
      Type repeated = group.getType(0);
      if (!(field.type() instanceof ArrayType)) {
        return misfit(field, column, path, map ? "a map" : "a list");
      }
      List<String> down = child(path, repeated.getName());
      return map ? entries(field, repeated, down, path) : list(field, group, repeated, down, path);
    }
    return field.type() instanceof ObjectType
        ? object(field, group, path, mandatory)
        : misfit(field, column, path, "an object");
  }

  private NestedValue misfit(FieldPlan field, Type column, List<String> path, String shown) {
    Leaf leaf = leaf(firstLeaf(column, path));
    boolean repeated = column.getRepetition() == Repetition.REPEATED;
    ColumnConversion conversion =
        ColumnConversion.of(
            field,
            org.beammedallion.transforms.decode.ColumnMeaning.of(
                org.beammedallion.transforms.decode.ColumnMeaning.Category.BYTES),
            settings,
            null);
    return new NestedValue.Misfit(
        definition(path),
        repeated && !field.isElement() ? repetition(parent(path)) : repetition(path),
        List.of(leaf),
        conversion,
        shown);
  }

  /** The list's rules of compatibility say what the repeated field is: an element, or its group. */
  private NestedValue list(
      FieldPlan field, GroupType group, Type repeated, List<String> down, List<String> path)
      throws RefusedFileException {
    boolean isElement =
        repeated.isPrimitive()
            || repeated.asGroupType().getFieldCount() != 1
            || repeated.asGroupType().getType(0).getRepetition() == Repetition.REPEATED
            || repeated.getName().equals("array")
            || repeated.getName().equals(group.getName() + "_tuple");
    if (isElement) {
      return elements(field, repeated, down, path);
    }
    Type element = repeated.asGroupType().getType(0);
    FieldPlan plan = field.element();
    NestedValue value = value(plan, element, child(down, element.getName()), false);
    return new NestedValue.Elements(
        plan, definition(path), repetition(path), value, definition(down));
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
        plan, definition(path), repetition(path), value, definition(down));
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
        plan, definition(path), repetition(path), value, definition(down));
  }

  private NestedValue entry(FieldPlan plan, GroupType entry, List<String> path)
      throws RefusedFileException {
    ObjectPlan object = plan.object();
    @Nullable NestedValue[] children = new NestedValue[object.fields().size()];
    List<NestedValue.Unknown> others = new ArrayList<>();
    for (int part = 0; part < entry.getFieldCount(); part++) {
      Type column = entry.getType(part);
      String name = part == 0 ? "key" : part == 1 ? "value" : column.getName();
      List<String> down = child(path, column.getName());
      int index = object.indexOf(name.getBytes(StandardCharsets.UTF_8), 0, name.length());
      if (part < 2 && index >= 0) {
        children[index] = value(object.fields().get(index), column, down, false);
      } else {
        others.add(unknown(column, down, name, path));
      }
    }
    return new NestedValue.Group(object, definition(path), repetition(path), children, others);
  }

  private NestedValue object(FieldPlan field, GroupType group, List<String> path, boolean mandatory)
      throws RefusedFileException {
    ObjectPlan object = field.object();
    String prefix = String.join(".", path) + ".";
    ColumnMatch match = ColumnMatch.of(group, object.fields(), Set.of(), prefix, warnings);
    @Nullable NestedValue[] children = new NestedValue[object.fields().size()];
    for (int i = 0; i < children.length; i++) {
      FieldPlan each = object.fields().get(i);
      Type column = match.found(i);
      if (column != null) {
        children[i] =
            value(each, column, child(path, column.getName()), mandatory && each.isRequired());
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
      others.add(unknown(column, child(path, column.getName()), column.getName(), path));
    }
    return new NestedValue.Group(object, definition(path), repetition(path), children, others);
  }

  private NestedValue.Unknown unknown(
      Type column, List<String> path, String name, List<String> parent) {
    boolean optional = column.getRepetition() == Repetition.OPTIONAL;
    return new NestedValue.Unknown(
        leaf(firstLeaf(column, path)),
        optional ? definition(path) : definition(parent),
        repetition(parent),
        name.getBytes(StandardCharsets.UTF_8));
  }
}
