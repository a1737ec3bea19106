package org.beammedallion.io.parquet.write;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.IntStatistics;
import org.apache.parquet.column.statistics.LongStatistics;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** Writes a column of signed integers of 32 or 64 bits, whatever they stand for. */
final class NumberColumnWriter extends FlatColumnWriter {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final boolean isInt;
  private final byte[] encoded = new byte[Long.BYTES];
  private long min = Long.MAX_VALUE;
  private long max = Long.MIN_VALUE;

  NumberColumnWriter(
      ColumnDescriptor column,
      PageWriter pages,
      ParquetProperties properties,
      CompactEncodings encodings) {
    super(column, pages, properties, encodings);
    isInt = column.getPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.INT32;
  }

  void write(long value) {
    present();
    if (value < min) {
      min = value;
    }
    if (value > max) {
      max = value;
    }
    PageDictionary numbers = dictionary;
    if (numbers != null) {
      // Of an int the first four bytes are its plain encoding: little-endian.
      LONG.set(encoded, 0, value);
      numbers.append(numbers.numberOf(encoded, 0, isInt ? Integer.BYTES : Long.BYTES, 0));
    } else if (isInt) {
      plain.writeInteger((int) value);
    } else {
      plain.writeLong(value);
    }
  }

  @Override
  void bounds(Statistics<?> statistics) {
    if (statistics instanceof IntStatistics ints) {
      ints.setMinMax((int) min, (int) max);
    } else {
      ((LongStatistics) statistics).setMinMax(min, max);
    }
  }

  @Override
  void resetBounds() {
    min = Long.MAX_VALUE;
    max = Long.MIN_VALUE;
  }
}
