package org.beammedallion.io.table.delta;

import io.delta.kernel.types.ArrayType;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.FieldMetadata;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.beammedallion.io.table.FieldIds;
import org.beammedallion.io.table.SchemaDifferences;
import org.beammedallion.io.table.TableColumn;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;

/**
 * How the files of a Delta table call its columns: by their names, unless column mapping gives them
 * names of their own, which stay whatever the column is called.
 */
final class DeltaColumns {

  static final String ID = "delta.columnMapping.id";
  static final String PHYSICAL_NAME = "delta.columnMapping.physicalName";

  private DeltaColumns() {}

  /** Numbers and names of the contract's columns in the table's files. */
  static FieldIds of(RecordSchema contract, StructType table) {
    Map<List<String>, Integer> ids = new HashMap<>();
    Map<List<String>, String> names = new HashMap<>();
    collect(contract, table, new ArrayList<>(), ids, names);
    return new FieldIds(ids, names);
  }

  private static void collect(
      RecordSchema contract,
      StructType table,
      List<String> path,
      Map<List<String>, Integer> ids,
      Map<List<String>, String> names) {
    Set<String> columns = new HashSet<>(table.fieldNames());
    for (Field field : contract.fields()) {
      String name = SchemaDifferences.storedName(field, contract, columns);
      if (name == null) {
        continue;
      }
      StructField column = table.get(name);
      path.add(field.name());
      String physical = physicalName(column);
      if (!physical.equals(field.name())) {
        names.put(List.copyOf(path), physical);
      }
      if (column.getMetadata().contains(ID)) {
        ids.put(List.copyOf(path), column.getMetadata().getLong(ID).intValue());
      }
      descend(field.type(), column.getDataType(), path, ids, names);
      path.remove(path.size() - 1);
    }
  }

  private static void descend(
      FieldType type,
      DataType column,
      List<String> path,
      Map<List<String>, Integer> ids,
      Map<List<String>, String> names) {
    if (type instanceof FieldType.ObjectType object && column instanceof StructType struct) {
      collect(object.schema(), struct, path, ids, names);
    } else if (type instanceof FieldType.ArrayType array && column instanceof ArrayType list) {
      path.add(TableColumn.ELEMENT);
      descend(array.element().type(), list.getElementType(), path, ids, names);
      path.remove(path.size() - 1);
    }
  }

  static String physicalName(StructField column) {
    FieldMetadata metadata = column.getMetadata();
    return metadata.contains(PHYSICAL_NAME) ? metadata.getString(PHYSICAL_NAME) : column.getName();
  }

  /** The types of plain columns, by the names that files have. */
  static Map<String, String> storedTypes(StructType table) {
    Map<String, String> types = new TreeMap<>();
    types("", table, types);
    return types;
  }

  private static void types(String path, DataType type, Map<String, String> types) {
    if (type instanceof StructType struct) {
      for (StructField field : struct.fields()) {
        types(path + "." + physicalName(field), field.getDataType(), types);
      }
    } else if (type instanceof ArrayType array) {
      types(path + "[]", array.getElementType(), types);
    } else {
      types.put(path.substring(1), type.toString());
    }
  }
}
