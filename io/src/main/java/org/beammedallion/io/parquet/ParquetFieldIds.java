package org.beammedallion.io.parquet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.Type;
import org.beammedallion.io.table.FieldIds;

/** The numbers that the columns of a Parquet file carry. */
public final class ParquetFieldIds {

  private ParquetFieldIds() {}

  /** Reads them from a file's footer; columns without one are left out. */
  public static FieldIds read(String uri) throws IOException {
    ParquetReadOptions options =
        ParquetReadOptions.builder(new PlainParquetConfiguration()).build();
    try (ParquetFileReader file = ParquetFileReader.open(StorageParquetFile.input(uri), options)) {
      Map<List<String>, Integer> ids = new HashMap<>();
      collect(file.getFileMetaData().getSchema(), new ArrayList<>(), ids);
      return new FieldIds(ids);
    }
  }

  private static void collect(GroupType group, List<String> path, Map<List<String>, Integer> ids) {
    boolean list = group.getLogicalTypeAnnotation() instanceof ListLogicalTypeAnnotation;
    for (Type type : list ? group.getType(0).asGroupType().getFields() : group.getFields()) {
      path.add(type.getName());
      if (type.getId() != null) {
        ids.put(List.copyOf(path), type.getId().intValue());
      }
      if (!type.isPrimitive()) {
        collect(type.asGroupType(), path, ids);
      }
      path.remove(path.size() - 1);
    }
  }
}
