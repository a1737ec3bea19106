package org.beammedallion.io.parquet.source;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.beammedallion.io.parquet.StorageParquetFile;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.RecordSchema;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a Parquet file in the types that silver has for them; names are the file's. It is
 * what a contract can say of the file so that every value is taken.
 *
 * @param leftOut columns that no type of silver holds, and why not
 */
public record ParquetOutline(RecordSchema schema, Map<String, String> leftOut) {

  /** Reads the footer of a file. */
  public static ParquetOutline of(String uri) throws IOException {
    try (ParquetFileReader file = ParquetFileReader.open(StorageParquetFile.input(uri))) {
      Map<String, String> leftOut = new LinkedHashMap<>();
      return new ParquetOutline(
          fields(file.getFileMetaData().getSchema(), "", leftOut), Map.copyOf(leftOut));
    }
  }

  private static RecordSchema fields(GroupType group, String prefix, Map<String, String> leftOut) {
    List<Field> fields = new ArrayList<>();
    for (Type member : group.getFields()) {
      FieldType type = typeOf(member, prefix + member.getName(), leftOut);
      if (type != null) {
        fields.add(
            new Field(
                member.getName(),
                member.getName(),
                member.isRepetition(Repetition.REPEATED)
                    ? new ArrayType(Field.required("element", type))
                    : type,
                member.isRepetition(Repetition.REQUIRED)));
      }
    }
    return new RecordSchema(fields);
  }

  private static @Nullable FieldType typeOf(Type type, String path, Map<String, String> leftOut) {
    if (type.isPrimitive()) {
      PrimitiveType leaf = type.asPrimitiveType();
      String obstacle = ColumnForm.obstacle(leaf);
      if (obstacle != null) {
        leftOut.put(path, obstacle);
        return null;
      }
      return leafType(leaf);
    }
    GroupType group = type.asGroupType();
    if (ListShape.isMap(group)) {
      return FieldType.JSON_OBJECT;
    } else if (ListShape.isList(group)) {
      Type below = ListShape.elementBelow(group);
      Type element = below == null ? group.getType(0) : below;
      FieldType of = typeOf(element, path, leftOut);
      boolean required = below == null || below.isRepetition(Repetition.REQUIRED);
      return of == null ? null : new ArrayType(new Field("element", "element", of, required));
    }
    RecordSchema members = fields(group, path + ".", leftOut);
    return members.fields().isEmpty() ? null : new ObjectType(members);
  }

  private static FieldType leafType(PrimitiveType leaf) {
    ColumnForm form = ColumnForm.of(leaf);
    return switch (form.meaning().category()) {
      case BOOLEAN -> FieldType.BOOLEAN;
      case INTEGER -> form.storage() == ColumnForm.Storage.INT ? FieldType.INT : FieldType.LONG;
      case UNSIGNED -> FieldType.decimal(20, 0);
      case FLOAT -> FieldType.FLOAT;
      case DOUBLE -> FieldType.DOUBLE;
      case DECIMAL -> {
        int precision =
            leaf.getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation decimal
                ? decimal.getPrecision()
                : DecimalType.MAX_PRECISION;
        yield FieldType.decimal(
            Math.min(precision, DecimalType.MAX_PRECISION), form.meaning().scale());
      }
      case TEXT, BYTES -> FieldType.STRING;
      case DATE -> FieldType.DATE;
      case TIME -> FieldType.TIME;
      case TIMESTAMP -> FieldType.TIMESTAMP;
    };
  }
}
