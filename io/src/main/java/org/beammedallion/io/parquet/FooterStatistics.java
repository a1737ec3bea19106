package org.beammedallion.io.parquet;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.beammedallion.io.table.ColumnStatistics;
import org.jspecify.annotations.Nullable;

/**
 * The statistics of a whole file, from those of its row groups. Columns inside arrays have none.
 */
public final class FooterStatistics {

  /** What bytes become that are no UTF-8. */
  private static final char REPLACEMENT = '\uFFFD';

  private FooterStatistics() {}

  public static List<ColumnStatistics> of(ParquetMetadata footer) {
    MessageType message = footer.getFileMetaData().getSchema();
    Map<ColumnPath, ColumnStatistics> merged = new LinkedHashMap<>();
    Set<ColumnPath> unordered = new HashSet<>();
    for (BlockMetaData block : footer.getBlocks()) {
      for (ColumnChunkMetaData chunk : block.getColumns()) {
        String[] path = chunk.getPath().toArray();
        if (message.getMaxRepetitionLevel(path) == 0) {
          merged.merge(chunk.getPath(), of(chunk), FooterStatistics::merge);
          if (holdsNan(chunk)) {
            unordered.add(chunk.getPath());
          }
        }
      }
    }
    for (ColumnPath path : unordered) {
      merged.computeIfPresent(
          path, (p, each) -> new ColumnStatistics(each.path(), null, null, each.nullCount()));
    }
    return new ArrayList<>(merged.values());
  }

  /**
   * Whether a column of floating point numbers has NaN among its values: engines disagree about its
   * order, so nothing may be skipped by the bounds of such a column. A footer that was read again
   * has no bounds then.
   */
  private static boolean holdsNan(ColumnChunkMetaData chunk) {
    Statistics<?> statistics = chunk.getStatistics();
    PrimitiveTypeName type = chunk.getPrimitiveType().getPrimitiveTypeName();
    if (type != PrimitiveTypeName.FLOAT && type != PrimitiveTypeName.DOUBLE) {
      return false;
    }
    return statistics.hasNonNullValue()
        ? isNan(statistics.genericGetMin()) || isNan(statistics.genericGetMax())
        : statistics.getNumNulls() < chunk.getValueCount();
  }

  private static boolean isNan(Object bound) {
    return bound instanceof Number number && Double.isNaN(number.doubleValue());
  }

  /**
   * The statistics of one row group of a file that anybody may have written: columns whose bounds
   * may mean something else than {@link ColumnStatistics} says have none.
   */
  public static List<ColumnStatistics> of(BlockMetaData block) {
    List<ColumnStatistics> statistics = new ArrayList<>();
    for (ColumnChunkMetaData chunk : block.getColumns()) {
      if (chunk.getPath().size() == 1 && hasPlainMeaning(chunk.getPrimitiveType())) {
        ColumnStatistics each = of(chunk);
        statistics.add(
            isWellFormed(each.min()) && isWellFormed(each.max())
                ? each
                : new ColumnStatistics(each.path(), null, null, each.nullCount()));
      }
    }
    return statistics;
  }

  private static boolean hasPlainMeaning(PrimitiveType type) {
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    return switch (type.getPrimitiveTypeName()) {
      case BOOLEAN -> true;
      case INT32, INT64 ->
          logical == null
              || logical instanceof DecimalLogicalTypeAnnotation
              || logical instanceof DateLogicalTypeAnnotation
              || (logical instanceof IntLogicalTypeAnnotation number && number.isSigned())
              || (logical instanceof TimestampLogicalTypeAnnotation time
                  && time.getUnit() == TimeUnit.MICROS);
      case BINARY, FIXED_LEN_BYTE_ARRAY ->
          logical instanceof StringLogicalTypeAnnotation
              || logical instanceof DecimalLogicalTypeAnnotation;
      default -> false;
    };
  }

  /** A writer may have cut a text within a character. */
  private static boolean isWellFormed(@Nullable Serializable bound) {
    return !(bound instanceof String text) || text.indexOf(REPLACEMENT) < 0;
  }

  private static ColumnStatistics of(ColumnChunkMetaData chunk) {
    Statistics<?> statistics = chunk.getStatistics();
    boolean bounded = statistics.hasNonNullValue();
    PrimitiveType type = chunk.getPrimitiveType();
    return new ColumnStatistics(
        List.of(chunk.getPath().toArray()),
        bounded ? zeroAs(-0.0, valueOf(statistics.genericGetMin(), type)) : null,
        bounded ? zeroAs(0.0, valueOf(statistics.genericGetMax(), type)) : null,
        statistics.getNumNulls());
  }

  /**
   * A bound that is a zero, with the sign that excludes neither of both: they are equal in SQL, and
   * Iceberg orders the negative one before the other.
   */
  private static Serializable zeroAs(double zero, Serializable bound) {
    return bound instanceof Double number && number == 0 ? (Serializable) zero : bound;
  }

  private static ColumnStatistics merge(ColumnStatistics a, ColumnStatistics b) {
    return new ColumnStatistics(
        a.path(),
        least(a.min(), b.min(), 1),
        least(a.max(), b.max(), -1),
        a.nullCount() + b.nullCount());
  }

  /** Row groups without a bound hold nulls only: our writer bounds everything else. */
  private static @Nullable Serializable least(
      @Nullable Serializable a, @Nullable Serializable b, int sign) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return ColumnStatistics.compare(a, b) * sign <= 0 ? a : b;
  }

  private static Serializable valueOf(Object value, PrimitiveType type) {
    boolean decimal = type.getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation;
    int scale =
        type.getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation d
            ? d.getScale()
            : 0;
    if (value instanceof Integer number) {
      return decimal ? BigDecimal.valueOf(number, scale) : (Serializable) Long.valueOf(number);
    } else if (value instanceof Long number) {
      return decimal ? BigDecimal.valueOf(number, scale) : number;
    } else if (value instanceof Float number) {
      return Double.valueOf(number);
    } else if (value instanceof Binary binary) {
      return decimal
          ? new BigDecimal(new BigInteger(binary.getBytes()), scale)
          : new String(binary.getBytes(), StandardCharsets.UTF_8);
    }
    return (Serializable) value;
  }
}
