package org.beammedallion.io.bronze;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The number of a bronze file's format, as {@code docs/adr/0015-bronze-format-2.md} describes it:
 * it stands in the metadata of an Avro or Parquet file; files of format 1 have none.
 */
public final class BronzeFormat {

  /** Key of the file's metadata. */
  public static final String KEY = "medallion.bronze";

  /** The format that is written. */
  public static final int LATEST = 2;

  private BronzeFormat() {}

  /**
   * The format of a file.
   *
   * @param number what stands in its metadata, or null where nothing does
   * @param uri names the file in the message
   * @throws IOException where this version of the program does not know it
   */
  public static int of(@Nullable String number, String uri) throws IOException {
    if (number == null) {
      return 1;
    }
    if (!number.equals(Integer.toString(LATEST))) {
      throw new IOException(
          uri
              + " is bronze of format '"
              + number
              + "', and this version of the program reads formats 1 to "
              + LATEST
              + ". Use the version that wrote it, or a newer one.");
    }
    return LATEST;
  }
}
