package org.beammedallion.io.table.delta;

import io.delta.kernel.internal.actions.Metadata;
import io.delta.kernel.internal.actions.Protocol;
import io.delta.kernel.internal.tablefeatures.TableFeatures;
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
import java.util.UUID;
import org.beammedallion.io.table.SchemaDifferences;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;

/**
 * What a Delta table's metadata and protocol become when it follows its contract. A table in which
 * a column is renamed or dropped gets column mapping by name: its files stay, and so do the names
 * that they have for their columns. Pure, but for the random names of new columns.
 */
final class DeltaSchemaChange {

  /** The contract by which the table's columns are. */
  static final String CONTRACT_VERSION = "medallion.contract-version";

  private static final String MODE = "delta.columnMapping.mode";
  private static final String MAX_ID = "delta.columnMapping.maxColumnId";

  /** From these versions on readers and writers know column mapping. */
  private static final int READER = 2;

  private static final int WRITER = 5;

  /** Which types a changed table has. */
  enum Types {
    /** The contract's. */
    CONTRACT,
    /** Those that it has, for its files are as they are. */
    TABLE
  }

  private final RecordSchema contract;
  private final Types types;
  private long lastId;
  private boolean mapped;

  DeltaSchemaChange(RecordSchema contract, Types types) {
    this.contract = contract;
    this.types = types;
  }

  static boolean isMapped(Metadata metadata) {
    return metadata.getConfiguration().getOrDefault(MODE, "none").equals("name");
  }

  /**
   * The metadata that follows.
   *
   * @param mapping whether columns need names in files that are not their own
   */
  Metadata metadata(Metadata now, boolean mapping, String contractVersion) {
    Map<String, String> properties = new HashMap<>();
    if (!contractVersion.isEmpty()) {
      properties.put(CONTRACT_VERSION, contractVersion);
    }
    StructType columns = now.getSchema();
    mapped = mapping || isMapped(now);
    if (mapped) {
      lastId = Long.parseLong(now.getConfiguration().getOrDefault(MAX_ID, "0"));
      columns = (StructType) named(columns);
      columns = evolved(contract, columns);
      properties.put(MODE, "name");
      properties.put(MAX_ID, Long.toString(lastId));
    } else {
      columns = evolved(contract, columns);
    }
    return now.withMergedConfiguration(properties).withNewSchema(columns);
  }

  /** The protocol that readers and writers of mapped columns must know. */
  static Protocol mappingProtocol(Protocol now) {
    return now.supportsWriterFeatures()
        ? now.withFeature(TableFeatures.COLUMN_MAPPING_RW_FEATURE)
        : new Protocol(
            Math.max(READER, now.getMinReaderVersion()),
            Math.max(WRITER, now.getMinWriterVersion()));
  }

  /** Columns that files call by their own names, numbered. */
  private DataType named(DataType type) {
    if (type instanceof StructType struct) {
      List<StructField> fields = new ArrayList<>();
      for (StructField field : struct.fields()) {
        StructField inner =
            new StructField(
                field.getName(),
                named(field.getDataType()),
                field.isNullable(),
                field.getMetadata());
        fields.add(mapped(inner, field.getName()));
      }
      return new StructType(fields);
    } else if (type instanceof ArrayType array) {
      return new ArrayType(named(array.getElementType()), array.containsNull());
    }
    return type;
  }

  /** The column with a number and a name in files, unless it has them. */
  private StructField mapped(StructField column, String physicalName) {
    if (column.getMetadata().contains(DeltaColumns.ID)) {
      return column;
    }
    lastId++;
    FieldMetadata metadata =
        FieldMetadata.builder()
            .fromMetadata(column.getMetadata())
            .putLong(DeltaColumns.ID, lastId)
            .putString(DeltaColumns.PHYSICAL_NAME, physicalName)
            .build();
    return column.withNewMetadata(metadata);
  }

  private StructType evolved(RecordSchema wanted, StructType table) {
    Set<String> names = new HashSet<>(table.fieldNames());
    List<StructField> fields = new ArrayList<>();
    for (Field field : wanted.fields()) {
      String name = SchemaDifferences.storedName(field, wanted, names);
      if (name == null) {
        fields.add(added(field.name(), DeltaTypes.typeOf(field.type())));
      } else {
        StructField column = table.get(name);
        fields.add(
            new StructField(
                field.name(),
                evolved(field.type(), column.getDataType()),
                column.isNullable() || !field.required(),
                column.getMetadata()));
      }
    }
    return new StructType(fields);
  }

  private DataType evolved(FieldType wanted, DataType table) {
    if (wanted instanceof FieldType.ObjectType object && table instanceof StructType struct) {
      return evolved(object.schema(), struct);
    } else if (wanted instanceof FieldType.ArrayType array && table instanceof ArrayType list) {
      return new ArrayType(
          evolved(array.element().type(), list.getElementType()),
          list.containsNull() || !array.element().required());
    }
    return types == Types.CONTRACT ? DeltaTypes.typeOf(wanted) : table;
  }

  /**
   * A column that no file has: a name that none ever had, so that values of another cannot come
   * back.
   */
  private StructField added(String name, DataType type) {
    StructField column = new StructField(name, mapped ? unused(type) : type, true);
    return mapped ? mapped(column, "col-" + UUID.randomUUID()) : column;
  }

  private DataType unused(DataType type) {
    if (type instanceof StructType struct) {
      List<StructField> fields = new ArrayList<>();
      for (StructField field : struct.fields()) {
        StructField inner =
            new StructField(field.getName(), unused(field.getDataType()), field.isNullable());
        fields.add(mapped(inner, "col-" + UUID.randomUUID()));
      }
      return new StructType(fields);
    } else if (type instanceof ArrayType array) {
      return new ArrayType(unused(array.getElementType()), array.containsNull());
    }
    return type;
  }
}
