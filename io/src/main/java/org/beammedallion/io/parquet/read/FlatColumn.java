package org.beammedallion.io.parquet.read;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReadStore;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.io.api.Binary;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/**
 * Some thousand values of a top-level column that is neither an object nor an array, read in one
 * go.
 */
final class FlatColumn implements FieldReader {

  private final ColumnDescriptor descriptor;
  private final Conversion conversion;
  private final int field;
  private final RowLayout.Storage storage;
  private final int present;
  private @Nullable ColumnReader reader;

  private boolean[] nulls = new boolean[0];
  private long[] longs = new long[0];
  private int[] ends = new int[0];
  private byte[] bytes = new byte[256];
  private int used;

  FlatColumn(ColumnDescriptor descriptor, Conversion conversion, RowLayout layout, int field) {
    this(descriptor, conversion, field, layout.storage(field));
  }

  FlatColumn(
      ColumnDescriptor descriptor, Conversion conversion, int field, RowLayout.Storage storage) {
    this.descriptor = descriptor;
    this.conversion = conversion;
    this.field = field;
    this.storage = storage;
    present = descriptor.getMaxDefinitionLevel();
  }

  @Override
  public void startGroup(ColumnReadStore store) {
    reader = store.getColumnReader(descriptor);
  }

  @Override
  public void fill(int count) {
    ColumnReader from = reader;
    if (from == null) {
      throw new IllegalStateException("No row group is open.");
    }
    if (nulls.length < count) {
      nulls = new boolean[count];
      longs = new long[conversion instanceof Conversion.ToLong ? count : 0];
      ends = new int[conversion instanceof Conversion.ToBytes ? count : 0];
    }
    // The common conversions have loops of their own, which the compiler can inline.
    if (conversion == Conversion.LONG) {
      for (int i = 0; i < count; i++) {
        boolean isNull = from.getCurrentDefinitionLevel() < present;
        nulls[i] = isNull;
        if (!isNull) {
          longs[i] = from.getLong();
        }
        from.consume();
      }
    } else if (conversion == Conversion.INT) {
      for (int i = 0; i < count; i++) {
        boolean isNull = from.getCurrentDefinitionLevel() < present;
        nulls[i] = isNull;
        if (!isNull) {
          longs[i] = from.getInteger();
        }
        from.consume();
      }
    } else if (conversion instanceof Conversion.ToLong toLong) {
      for (int i = 0; i < count; i++) {
        boolean isNull = from.getCurrentDefinitionLevel() < present;
        nulls[i] = isNull;
        if (!isNull) {
          longs[i] = toLong.of(from);
        }
        from.consume();
      }
    } else if (conversion instanceof Conversion.ToBytes toBytes) {
      used = 0;
      for (int i = 0; i < count; i++) {
        boolean isNull = from.getCurrentDefinitionLevel() < present;
        nulls[i] = isNull;
        if (!isNull) {
          append(toBytes.of(from));
        }
        ends[i] = used;
        from.consume();
      }
    }
  }

  private void append(Binary value) {
    int length = value.length();
    if (length > bytes.length - used) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, used + length));
    }
    ByteBuffer buffer = value.toByteBuffer();
    buffer.get(buffer.position(), bytes, used, length);
    used += length;
  }

  @Override
  public void put(RowBuilder builder, RowLayout layout, int row, int index) {
    if (nulls[index]) {
      return;
    }
    switch (storage) {
      case BOOLEAN -> builder.setBoolean(layout, row, field, longs[index] != 0);
      case INT, FLOAT -> builder.setInt(layout, row, field, (int) longs[index]);
      case LONG, DOUBLE -> builder.setLong(layout, row, field, longs[index]);
      default ->
          builder.setBytes(layout, row, field, bytes, startOf(index), ends[index] - startOf(index));
    }
  }

  boolean isNull(int index) {
    return nulls[index];
  }

  long longAt(int index) {
    return longs[index];
  }

  byte[] bytes() {
    return bytes;
  }

  int startOf(int index) {
    return index == 0 ? 0 : ends[index - 1];
  }

  int endOf(int index) {
    return ends[index];
  }
}
