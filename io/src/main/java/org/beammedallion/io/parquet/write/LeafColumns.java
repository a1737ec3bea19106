package org.beammedallion.io.parquet.write;

import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.schema.MessageType;
import org.beammedallion.io.parquet.ParquetSchemas;
import org.beammedallion.io.table.FieldIds;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.ArrayLayout;
import org.beammedallion.transforms.row.RowLayout;

/** The columns of a Parquet file that hold values, each with its way through the rows. */
final class LeafColumns {

  private final MessageType message;
  private final FieldIds ids;
  private final List<LeafWriter> leaves = new ArrayList<>();

  /** Where the walk through the layout stands: names of fields, names in the file, steps. */
  private final List<String> path = new ArrayList<>();

  private final List<String> names = new ArrayList<>();
  private final List<LeafWriter.Step> steps = new ArrayList<>();

  private LeafColumns(MessageType message, FieldIds ids) {
    this.message = message;
    this.ids = ids;
  }

  /** A writer for each column, in the order of the file's schema. */
  static List<LeafWriter> of(RowLayout layout, MessageType message, FieldIds ids) {
    LeafColumns columns = new LeafColumns(message, ids);
    columns.addFields(layout);
    return columns.leaves;
  }

  /**
   * Refuses what Parquet cannot store.
   *
   * @throws IllegalArgumentException where a record or an object in it has no fields
   */
  static void requireFields(RecordSchema schema) {
    requireFields(schema, "The record");
  }

  private static void requireFields(RecordSchema schema, String what) {
    if (schema.fields().isEmpty()) {
      throw new IllegalArgumentException(
          what + " has no fields, and Parquet cannot store that. Declare at least one.");
    }
    for (Field field : schema.fields()) {
      Field each = field;
      while (each.type() instanceof ArrayType array) {
        each = array.element();
      }
      if (each.type() instanceof ObjectType object) {
        requireFields(object.schema(), "Object '" + field.name() + "'");
      }
    }
  }

  private void addFields(RowLayout layout) {
    List<Field> fields = layout.schema().fields();
    for (int i = 0; i < fields.size(); i++) {
      Field field = fields.get(i);
      path.add(field.name());
      names.add(ids.nameOf(path));
      steps.add(new LeafWriter.Step(layout, i, null, field));
      if (field.type() instanceof ObjectType) {
        addFields(layout.object(i));
      } else if (field.type() instanceof ArrayType) {
        addElements(layout.array(i));
      } else {
        addLeaf();
      }
      removeLast(path);
      removeLast(names);
      removeLast(steps);
    }
  }

  private void addElements(ArrayLayout array) {
    path.add(ParquetSchemas.ELEMENT);
    names.add(ParquetSchemas.LIST);
    names.add(ParquetSchemas.ELEMENT);
    steps.add(new LeafWriter.Step(null, -1, array, array.element()));
    if (array.element().type() instanceof ObjectType) {
      addFields(array.object());
    } else if (array.element().type() instanceof ArrayType) {
      addElements(array.array());
    } else {
      addLeaf();
    }
    removeLast(steps);
    removeLast(path);
    removeLast(names);
    removeLast(names);
  }

  private void addLeaf() {
    leaves.add(
        new LeafWriter(
            message.getColumnDescription(names.toArray(String[]::new)),
            steps.toArray(LeafWriter.Step[]::new)));
  }

  private static void removeLast(List<?> list) {
    list.remove(list.size() - 1);
  }
}
