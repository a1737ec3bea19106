package org.beammedallion.quality.pipeline;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Where the records come from, and how they are written.
 *
 * @param server name of the contract's server
 * @param type the server's type in the standard, such as {@code local}
 * @param path glob of the files: absolute, or a URI
 * @param maxRecordBytes a longer record is rejected as oversized
 * @param values what stands for what in formats with a schema
 * @param changes how records say what was inserted, updated and deleted; null where each is a row
 */
public record SourceSpec(
    String server,
    String type,
    String path,
    Format format,
    CsvSpec csv,
    Compression compression,
    int maxRecordBytes,
    ValueSpec values,
    @Nullable ChangeSpec changes)
    implements Serializable {

  /** What NaN is. */
  public enum Nan {
    /** A value of a floating point number. */
    KEEP,
    /** A missing value, as pandas writes it. */
    NULL
  }

  /** What bytes are of which a file's schema says nothing. */
  public enum Binary {
    /** Bytes, which become texts in base64. */
    BASE64,
    /** Texts in UTF-8, as Impala and Hive wrote them. */
    TEXT
  }

  /** What stands for what in formats with a schema. */
  public record ValueSpec(Nan nan, Binary binary) implements Serializable {
    public static final ValueSpec DEFAULT = new ValueSpec(Nan.KEEP, Binary.BASE64);
  }

  /** How a record is written. */
  public enum Format {
    /** One JSON object a line. */
    JSON,
    CSV,
    /** Avro object container files. */
    AVRO,
    PARQUET
  }

  /** How a file is compressed. */
  public enum Compression {
    /** Told from the file's extension. */
    AUTO,
    NONE,
    GZIP,
    ZSTD,
    BZIP2
  }

  /**
   * How CSV is written.
   *
   * @param hasHeader whether the first line of each file names the columns; else they have the
   *     order of the contract
   * @param nullValue the text, not in quotes, that stands for null, as an empty one always does
   */
  public record CsvSpec(char delimiter, char quote, boolean hasHeader, String nullValue)
      implements Serializable {

    /** RFC 4180 with a header. */
    public static final CsvSpec DEFAULT = new CsvSpec(',', '"', true, "");
  }
}
