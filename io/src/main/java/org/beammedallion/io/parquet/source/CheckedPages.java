package org.beammedallion.io.parquet.source;

import java.io.IOException;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.io.ParquetDecodingException;

/**
 * Pages of a row group, whose headers and lengths must not claim more values than there can be: the
 * library makes room for what they say.
 */
record CheckedPages(PageReadStore pages) implements PageReadStore {

  @Override
  public PageReader getPageReader(ColumnDescriptor descriptor) {
    return new Checked(
        pages.getPageReader(descriptor), descriptor, String.join(".", descriptor.getPath()));
  }

  @Override
  public long getRowCount() {
    return pages.getRowCount();
  }

  private record Checked(PageReader reader, ColumnDescriptor descriptor, String column)
      implements PageReader {

    @Override
    public DictionaryPage readDictionaryPage() {
      DictionaryPage page = reader.readDictionaryPage();
      if (page != null
          && (page.getDictionarySize() < 0 || page.getDictionarySize() > page.getBytes().size())) {
        throw new ParquetDecodingException(
            "the dictionary of the column '"
                + column
                + "' says that it has "
                + page.getDictionarySize()
                + " values in "
                + page.getBytes().size()
                + " bytes");
      }
      return page;
    }

    @Override
    public long getTotalValueCount() {
      return reader.getTotalValueCount();
    }

    @Override
    public DataPage readPage() {
      DataPage page = reader.readPage();
      // The library would read levels of a page without values, as Arrow writes before others.
      while (page != null && page.getValueCount() == 0) {
        page = reader.readPage();
      }
      if (page != null
          && (page.getValueCount() < 0 || page.getValueCount() > reader.getTotalValueCount())) {
        throw new ParquetDecodingException(
            "a page of the column '"
                + column
                + "' says that it has "
                + page.getValueCount()
                + " of "
                + reader.getTotalValueCount()
                + " values");
      }
      if (page != null) {
        try {
          PageLengths.check(page, descriptor);
        } catch (IOException e) {
          throw new ParquetDecodingException("a page of the column '" + column + "'", e);
        }
      }
      return page;
    }
  }
}
