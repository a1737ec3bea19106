package org.beammedallion.io.parquet.write;

import java.io.Closeable;
import java.io.IOException;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.ValuesWriter;
import org.jspecify.annotations.Nullable;

/**
 * Writes a column chunk of a top-level column that is no array, in pages of version 1. It does what
 * the library's writers do, a run at a time: levels only where there are nulls, statistics of a
 * dictionary's values once a page. Values are copied. Not thread-safe.
 */
abstract class FlatColumnWriter implements Closeable {

  private static final int PAGE_BYTES = 1 << 20;
  private static final int PAGE_ROWS = 20_480;

  private final ColumnDescriptor column;
  private final PageWriter pages;
  private final PageLevels levels;
  private final boolean optional;

  /** Null once it has grown too large for further pages, and where it does not pay. */
  @Nullable PageDictionary dictionary;

  /** What a page without a dictionary holds. */
  final ValuesWriter plain;

  private @Nullable PageDictionary started;

  FlatColumnWriter(
      ColumnDescriptor column,
      PageWriter pages,
      ParquetProperties properties,
      CompactEncodings encodings) {
    this.column = column;
    this.pages = pages;
    optional = column.getMaxDefinitionLevel() > 0;
    levels = new PageLevels(optional);
    plain = encodings.compact(column, properties);
    dictionary =
        properties.isDictionaryEnabled(column)
            ? new PageDictionary(properties.getAllocator())
            : null;
    started = dictionary;
  }

  final void writeNull() {
    if (!optional) {
      throw new IllegalArgumentException(
          "Column '"
              + String.join(".", column.getPath())
              + "' is required and a row holds null in it: rows must be checked against their contract before they are written.");
    }
    levels.absent();
  }

  /** To be called for each value. */
  final void present() {
    levels.present();
  }

  /** Puts the bounds of the page into its statistics; called where there is a value. */
  abstract void bounds(Statistics<?> statistics);

  /** Forgets the bounds of the page. */
  abstract void resetBounds();

  /** Ends the page if it is large enough; called between blocks of rows. */
  final void endBlock() throws IOException {
    if (levels.count() >= PAGE_ROWS || pageBytes() >= PAGE_BYTES) {
      endPage();
    }
  }

  private long pageBytes() {
    PageDictionary current = dictionary;
    return current == null ? plain.getBufferedSize() : current.pageBytes();
  }

  private void endPage() throws IOException {
    int count = levels.count();
    if (count == 0) {
      return;
    }
    Statistics<?> statistics = Statistics.createStats(column.getPrimitiveType());
    statistics.incrementNumNulls(levels.nulls());
    if (levels.nulls() < count) {
      bounds(statistics);
    }
    PageDictionary current = dictionary;
    if (current != null && current.isEmpty()) {
      current = null; // Nothing but nulls so far: readers would look for the dictionary.
    }
    Encoding encoding = current == null ? plain.getEncoding() : Encoding.RLE_DICTIONARY;
    BytesInput values = current == null ? plain.getBytes() : current.endPage();
    pages.writePage(
        BytesInput.concat(levels.bytes(), values),
        count,
        count,
        statistics,
        Encoding.RLE,
        Encoding.RLE,
        encoding);
    levels.reset();
    plain.reset();
    resetBounds();
    if (current != null && current.isFull()) {
      dictionary = null;
    }
  }

  /** Ends the column chunk. */
  final void endChunk() throws IOException {
    endPage();
    PageDictionary whole = started;
    if (whole != null && !whole.isEmpty()) {
      pages.writeDictionaryPage(whole.toPage());
    }
    started = null;
  }

  /** Bytes in memory, most of them compressed. */
  final long bufferedBytes() {
    return pages.getMemSize() + pageBytes();
  }

  final long allocatedBytes() {
    PageDictionary whole = started;
    return pages.allocatedSize()
        + plain.getAllocatedSize()
        + (whole == null ? 0 : whole.allocatedBytes());
  }

  @Override
  public final void close() {
    plain.close();
  }
}
