package org.beammedallion.io.parquet.source;

import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReadStore;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.page.PageReadStore;

/** Columns of a row group, each of which can be read once. */
record OpenColumns(ColumnReadStore readers, PageReadStore pages) {

  ColumnReader reader(ColumnDescriptor column) {
    return readers.getColumnReader(column);
  }

  /** Values that a column has, nulls and empty lists among them. */
  long values(ColumnDescriptor column) {
    return pages.getPageReader(column).getTotalValueCount();
  }
}
