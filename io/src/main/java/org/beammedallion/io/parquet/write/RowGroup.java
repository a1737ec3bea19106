package org.beammedallion.io.parquet.write;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/**
 * A row group while it is filled: flat columns by writers of our own, all others by the library's.
 * Not thread-safe.
 */
final class RowGroup implements Closeable {

  private final ColumnChunkPageWriteStore pages;

  /** By column; null where the library writes it. */
  private final @Nullable FlatColumnWriter[] flat;

  private final List<ColumnDescriptor> columns;

  /** Null where every column is flat. */
  private final @Nullable ColumnWriteStore nested;

  private long rows;

  /**
   * @param leaves of the first columns; those behind them are flat
   */
  RowGroup(
      MessageType message,
      List<LeafWriter> leaves,
      ParquetProperties properties,
      CompactEncodings encodings,
      ZstdCompressor compressor) {
    pages =
        new ColumnChunkPageWriteStore(
            compressor,
            message,
            properties.getAllocator(),
            properties.getColumnIndexTruncateLength(),
            true);
    columns = message.getColumns();
    flat = new FlatColumnWriter[columns.size()];
    List<Type> rest = new ArrayList<>();
    for (int i = 0; i < flat.length; i++) {
      ColumnDescriptor column = columns.get(i);
      if (i >= leaves.size()) {
        flat[i] =
            column.getPrimitiveType().getPrimitiveTypeName().javaType == long.class
                ? new NumberColumnWriter(column, pages.getPageWriter(column), properties, encodings)
                : new TextColumnWriter(column, pages.getPageWriter(column), properties, encodings);
      } else if (leaves.get(i).isFlat()) {
        flat[i] = leaves.get(i).flatWriter(pages.getPageWriter(column), properties, encodings);
      } else {
        Type root = message.getType(column.getPath()[0]);
        if (!rest.contains(root)) {
          rest.add(root);
        }
      }
    }
    nested =
        rest.isEmpty()
            ? null
            : properties.newColumnWriteStore(
                new MessageType(message.getName(), rest), pages, pages);
  }

  void write(int column, LeafWriter leaf, byte[] block, int[] starts, int count) {
    FlatColumnWriter writer = flat[column];
    if (writer != null) {
      leaf.write(writer, block, starts, count);
    } else if (nested != null) {
      leaf.write(nested.getColumnWriter(columns.get(column)), block, starts, count);
    }
  }

  TextColumnWriter texts(int column) {
    return (TextColumnWriter) flatAt(column);
  }

  NumberColumnWriter numbers(int column) {
    return (NumberColumnWriter) flatAt(column);
  }

  private FlatColumnWriter flatAt(int column) {
    FlatColumnWriter writer = flat[column];
    if (writer == null) {
      throw new IllegalStateException("Column " + columns.get(column) + " is not flat.");
    }
    return writer;
  }

  /** To be called when every column has been given the rows of a block. */
  void endBlock(int count) throws IOException {
    for (FlatColumnWriter writer : flat) {
      if (writer != null) {
        writer.endBlock();
      }
    }
    if (nested != null) {
      for (int i = 0; i < count; i++) {
        nested.endRecord();
      }
    }
    rows += count;
  }

  /** Bytes in memory, most of them compressed. */
  long bufferedBytes() {
    long bytes = nested == null ? 0 : nested.getBufferedSize();
    for (FlatColumnWriter writer : flat) {
      bytes += writer == null ? 0 : writer.bufferedBytes();
    }
    return bytes;
  }

  long allocatedBytes() {
    long bytes = nested == null ? 0 : nested.getAllocatedSize();
    for (FlatColumnWriter writer : flat) {
      bytes += writer == null ? 0 : writer.allocatedBytes();
    }
    return bytes;
  }

  /** Writes the rows, if there are any. */
  void writeTo(ParquetFileWriter file) throws IOException {
    if (rows == 0) {
      return;
    }
    file.startBlock(rows);
    for (FlatColumnWriter writer : flat) {
      if (writer != null) {
        writer.endChunk();
      }
    }
    if (nested != null) {
      nested.flush();
    }
    pages.flushToFileWriter(file);
    file.endBlock();
  }

  @Override
  public void close() {
    for (FlatColumnWriter writer : flat) {
      if (writer != null) {
        writer.close();
      }
    }
    if (nested != null) {
      nested.close();
    }
    pages.close();
  }
}
