package org.beammedallion.io.parquet;

import java.io.IOException;
import java.util.Objects;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.Type;
import org.beammedallion.io.table.FieldIds;
import org.beammedallion.quality.schema.RecordSchema;

/** The columns that a Parquet file has, by its footer. */
public final class ParquetColumns {

  private ParquetColumns() {}

  /**
   * Whether a file's columns are exactly those that our writer would give it, apart from whether
   * they may be null and from where its rows came from.
   */
  public static boolean are(String uri, RecordSchema schema, FieldIds ids) throws IOException {
    ParquetReadOptions options =
        ParquetReadOptions.builder(new PlainParquetConfiguration()).build();
    try (ParquetFileReader file = ParquetFileReader.open(StorageParquetFile.input(uri), options)) {
      GroupType found = file.getFileMetaData().getSchema();
      GroupType with = ParquetSchemas.messageOf(schema, true, ids);
      GroupType without = ParquetSchemas.messageOf(schema, false, ids);
      return same(with, found) || same(without, found);
    }
  }

  private static boolean same(GroupType expected, GroupType found) {
    return expected.getFieldCount() == found.getFieldCount()
        && expected.getFields().stream()
            .allMatch(
                field ->
                    found.containsField(field.getName())
                        && same(field, found.getType(field.getName())));
  }

  private static boolean same(Type expected, Type found) {
    if (!Objects.equals(expected.getLogicalTypeAnnotation(), found.getLogicalTypeAnnotation())
        || expected.isPrimitive() != found.isPrimitive()) {
      return false;
    } else if (!expected.isPrimitive()) {
      return same(expected.asGroupType(), found.asGroupType());
    }
    return expected.asPrimitiveType().getPrimitiveTypeName()
            == found.asPrimitiveType().getPrimitiveTypeName()
        && expected.asPrimitiveType().getTypeLength() == found.asPrimitiveType().getTypeLength();
  }
}
