package org.beammedallion.io.table.iceberg;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.beammedallion.io.table.ColumnAlias;
import org.beammedallion.io.table.SchemaDifferences;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;

/**
 * The columns of a table that some file may know by another name, or of which some file may hold
 * another column's values under the same name. Files tell them by their numbers.
 */
final class IcebergAliases {

  /** A number that no column has. */
  private static final int NONE = -1;

  private final List<Map<List<String>, Integer>> past = new ArrayList<>();
  private final List<ColumnAlias> aliases = new ArrayList<>();

  private IcebergAliases(BaseTable table) {
    for (Schema schema : table.schemas().values()) {
      past.add(IcebergTypes.idsOf(schema).byPath());
    }
  }

  static List<ColumnAlias> of(RecordSchema contract, BaseTable table) {
    IcebergAliases aliases = new IcebergAliases(table);
    aliases.collect(contract, table.schema().columns(), new ArrayList<>());
    return List.copyOf(aliases.aliases);
  }

  private void collect(RecordSchema contract, List<NestedField> columns, List<String> path) {
    Map<String, NestedField> byName = new HashMap<>();
    columns.forEach(column -> byName.put(column.name(), column));
    for (Field field : contract.fields()) {
      NestedField column =
          byName.get(SchemaDifferences.storedName(field, contract, byName.keySet()));
      path.add(field.name());
      int id = column == null ? NONE : column.fieldId();
      if (isAmbiguous(path, id)) {
        aliases.add(new ColumnAlias(path, null, id));
      }
      if (column != null) {
        descend(field.type(), column.type(), path);
      }
      path.remove(path.size() - 1);
    }
  }

  private void descend(FieldType type, Type column, List<String> path) {
    if (type instanceof FieldType.ObjectType object && column.isStructType()) {
      collect(object.schema(), column.asStructType().fields(), path);
    } else if (type instanceof FieldType.ArrayType array && column.isListType()) {
      Types.ListType list = column.asListType();
      path.add(IcebergTypes.ELEMENT);
      descend(array.element().type(), list.elementType(), path);
      path.remove(path.size() - 1);
    }
  }

  private boolean isAmbiguous(List<String> path, int id) {
    String name = path.get(path.size() - 1);
    Set<String> names = new HashSet<>(List.of(name));
    for (Map<List<String>, Integer> then : past) {
      Integer other = then.get(path);
      if (other != null && other != id) {
        return true;
      }
      then.forEach(
          (earlier, number) -> {
            if (number == id) {
              names.add(earlier.get(earlier.size() - 1));
            }
          });
    }
    return names.size() > 1;
  }
}
