package org.beammedallion.io.parquet.source;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.beammedallion.transforms.decode.record.FieldPlan;
import org.beammedallion.transforms.decode.record.ObjectPlan;
import org.beammedallion.transforms.decode.typed.TypedDecoder;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/**
 * What is read of a file: its columns matched with the fields of the contract. Refuses a file whose
 * columns cannot be the contract's, whatever values it has.
 */
final class SourceProjection {

  private final MessageType file;
  private final SourceColumns columns;
  private final NestedColumns nested;
  private final List<FieldSource> fields = new ArrayList<>();
  private final List<Integer> indexes = new ArrayList<>();
  private final List<UnknownColumn> unknown = new ArrayList<>();
  private final Map<String, Type> own = new HashMap<>();

  /**
   * @param source the file that the records come from, even where they are read from bronze
   */
  SourceProjection(MessageType file, SourceFooter footer, TypedDecoder decoder, String source)
      throws RefusedFileException {
    this.file = file;
    this.columns = new SourceColumns(file, footer, decoder.settings());
    this.nested = new NestedColumns(columns);
    ObjectPlan plan = decoder.plan();
    findOwn(decoder, plan, decoder.mayLackOwnColumns(source));
    Set<String> ownNames = own.values().stream().map(Type::getName).collect(Collectors.toSet());
    ColumnMatch match = ColumnMatch.of(file, plan.fields(), ownNames, "", columns.warnings);
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
        requireOptional(field, decoder.isKey(field.index));
      } else {
        fields.add(field(plan.layout(), field.index, field, column));
        indexes.add(field.index);
      }
    }
    for (Type column : match.unknown()) {
      List<String> path = SourceColumns.firstLeaf(column, List.of(column.getName()));
      unknown.add(
          new UnknownColumn(
              plan,
              file.getColumnDescription(SourceColumns.array(path)),
              columns.definition(List.of(column.getName())),
              column.getRepetition() != Repetition.OPTIONAL,
              column.getName().getBytes(StandardCharsets.UTF_8)));
    }
  }

  private void findOwn(TypedDecoder decoder, ObjectPlan plan, boolean mayLack)
      throws RefusedFileException {
    for (String name : decoder.ownColumns()) {
      Type column = ColumnMatch.own(file, name, plan.fields(), columns.warnings);
      if (column != null && (!column.isPrimitive() || column.isRepetition(Repetition.REPEATED))) {
        throw new RefusedFileException(
            "has a column '"
                + column.getName()
                + "' that is no single value, and so cannot say what a change is. Have the source write text.");
      }
      if (column != null) {
        own.put(name, column);
      } else if (!mayLack) {
        throw new RefusedFileException(
            "has no column '"
                + name
                + "', which each change must have; it has "
                + ColumnMatch.names(file)
                + ". A file of a full load has a name that begins with LOAD; other columns' names are set under 'dms' in"
                + " the pipeline file.");
      }
    }
  }

  private void requireOptional(FieldPlan field, boolean key) throws RefusedFileException {
    if (field.isRequired() || key) {
      throw new RefusedFileException(
          "has no column '"
              + field.physicalName()
              + (key ? "', which each change must have" : "', which the contract requires")
              + "; it has "
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
    return columns.columns();
  }

  /** How the file's writer counted days. */
  LegacyCalendar calendar() {
    return columns.calendar;
  }

  /** What a person should know of the file, or null. */
  @Nullable String warning() {
    return columns.warnings.isEmpty() ? null : String.join(" ", columns.warnings);
  }

  private FieldSource field(RowLayout layout, int index, FieldPlan field, Type column)
      throws RefusedFileException {
    List<String> path = List.of(column.getName());
    if (column.isPrimitive()
        && column.getRepetition() != Repetition.REPEATED
        && !SourceColumns.isNested(field)) {
      Leaf leaf = columns.leaf(path);
      return new FlatField(
          leaf, columns.form(column, path), columns.conversion(field, column), layout, index);
    }
    return new NestedValue.AsField(
        nested.value(field, column, path, field.isRequired()), layout, index);
  }

  /** A reader for a column that says what a change is, or null where the file has none. */
  @Nullable OwnColumn own(String name) throws RefusedFileException {
    Type column = own.get(name);
    if (column == null) {
      return null;
    }
    List<String> path = List.of(column.getName());
    return new OwnColumn(columns.leaf(path), columns.form(column, path));
  }
}
