package org.beammedallion.io.table;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.RecordSchema;

/**
 * What a table asks of its data files; workers follow it without seeing the table.
 *
 * @param folder of the files, relative to the table's; empty for that itself
 * @param nullable paths of fields that the contract requires and that rows of the table may lack
 */
public record FileRules(
    String folder, FieldIds fieldIds, EmptyText emptyText, List<List<String>> nullable)
    implements Serializable {

  /** What an empty text is in the column of a partition. */
  public enum EmptyText {
    /** A value like any other. */
    VALUE,
    /** The same partition as null. */
    NULL
  }

  /** Files in the table's folder, columns by name. */
  public static final FileRules BY_NAME =
      new FileRules("", FieldIds.NONE, EmptyText.NULL, List.of());

  public FileRules {
    nullable = List.copyOf(nullable);
  }

  /** The path of a file relative to the table, given that relative to the data's folder. */
  public String path(String file) {
    return folder.isEmpty() ? file : folder + "/" + file;
  }

  /** The fields as files hold them: new rows keep the contract, rows that are copied need not. */
  public RecordSchema relaxed(RecordSchema schema) {
    return nullable.isEmpty() ? schema : relaxed(schema, new ArrayList<>());
  }

  private RecordSchema relaxed(RecordSchema schema, List<String> path) {
    return new RecordSchema(
        schema.fields().stream().map(field -> relaxed(field, path, field.name())).toList());
  }

  private Field relaxed(Field field, List<String> path, String name) {
    path.add(name);
    FieldType type = field.type();
    if (type instanceof ObjectType object) {
      type = new ObjectType(relaxed(object.schema(), path));
    } else if (type instanceof ArrayType array) {
      type = new ArrayType(relaxed(array.element(), path, TableColumn.ELEMENT));
    }
    boolean required = field.required() && !nullable.contains(path);
    path.remove(path.size() - 1);
    return new Field(field.name(), field.physicalName(), type, required, field.formerNames());
  }
}
