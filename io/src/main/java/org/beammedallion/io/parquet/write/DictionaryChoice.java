package org.beammedallion.io.parquet.write;

import java.util.HashSet;
import java.util.Set;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * Decides for one column, by a sample of its values, whether a dictionary is worth its price. On a
 * column of many different values the library tries, gives up and writes again, which costs more
 * than everything else together.
 */
final class DictionaryChoice implements ColumnWriter {

  /**
   * A sample of which more than this share is different comes from a domain of thousands of values.
   */
  private static final double MAX_DISTINCT_SHARE = 0.3;

  private final Set<Object> distinct = new HashSet<>();
  private final boolean possible;
  private int count;

  DictionaryChoice(ColumnDescriptor column) {
    possible = column.getPrimitiveType().getPrimitiveTypeName() != PrimitiveTypeName.BOOLEAN;
  }

  boolean pays() {
    return possible && (count < 20 || distinct.size() <= count * MAX_DISTINCT_SHARE);
  }

  private void add(Object value) {
    count++;
    distinct.add(value);
  }

  @Override
  public void write(int value, int repetition, int definition) {
    add(value);
  }

  @Override
  public void write(long value, int repetition, int definition) {
    add(value);
  }

  @Override
  public void write(boolean value, int repetition, int definition) {
    count++;
  }

  @Override
  public void write(Binary value, int repetition, int definition) {
    // A collision of hashes counts one value too few, which does not matter.
    add(value.hashCode());
  }

  @Override
  public void write(float value, int repetition, int definition) {
    add(value);
  }

  @Override
  public void write(double value, int repetition, int definition) {
    add(value);
  }

  @Override
  public void writeNull(int repetition, int definition) {}

  @Override
  public void close() {}

  @Override
  public long getBufferedSizeInMemory() {
    return 0;
  }
}
