package org.beammedallion.io.parquet.source;

import java.io.Closeable;
import java.io.IOException;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.beammedallion.io.bronze.BronzeFormat;
import org.beammedallion.io.storage.SeekableInput;
import org.beammedallion.io.storage.Storage;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a Parquet file of bronze as JSON, one after another, as dead letters have them. Not
 * thread-safe.
 */
public final class BronzeRowTexts implements Closeable {

  private final SeekableInput input;
  private final SourceFooter footer;
  private final ParquetFileReader file;
  private final LegacyCalendar calendar;
  private final String source;
  private final long first;
  private @Nullable RecordText text;
  private int group = -1;
  private long row;
  private long rows;

  private BronzeRowTexts(
      String uri, SeekableInput input, SourceFooter footer, ParquetFileReader file)
      throws IOException {
    this.input = input;
    this.footer = footer;
    this.file = file;
    BronzeFormat.of(footer.keyValue(BronzeFormat.KEY), uri);
    calendar = LegacyCalendar.of(footer);
    source = SourceRows.noted(footer, RowGroupBronze.SOURCE);
    first = Long.parseLong(SourceRows.noted(footer, RowGroupBronze.FIRST));
  }

  public static BronzeRowTexts open(String uri) throws IOException {
    SeekableInput input = Storage.of(uri).openSeekable(uri);
    try {
      SourceFooter footer = SourceFooter.read(input);
      return new BronzeRowTexts(uri, input, footer, SourceRows.reader(uri, input, footer));
    } catch (IOException | RuntimeException e) {
      input.close();
      throw e;
    }
  }

  /** Goes to the next row; false where there is none. */
  public boolean next() throws IOException {
    row++;
    while (row >= rows) {
      if (++group == footer.groups().size()) {
        return false;
      }
      rows = footer.groups().get(group).rows();
      row = 0;
      text = null;
    }
    return true;
  }

  /** URI of the file that the rows came from. */
  public String source() {
    return source;
  }

  /** Number of the row in that file. */
  public long position() {
    return first + footer.groups().get(group).first() + row;
  }

  /** All columns of the row by their names. */
  public String text() throws IOException {
    RecordText open = text;
    if (open == null) {
      open = RecordText.open(file, group, calendar);
      text = open;
    }
    return open.of(row);
  }

  @Override
  public void close() throws IOException {
    try {
      file.close();
    } finally {
      input.close();
    }
  }
}
