package org.beammedallion.quality.pipeline;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the records come from, and how they are written.
 *
 * @param server name of the contract's server
 * @param type the server's type in the standard, such as {@code local}
 * @param place where they are
 * @param text how records of text are written
 * @param values what stands for what in formats with a schema
 * @param changes how records say what was inserted, updated and deleted; null where each is a row
 */
public record SourceSpec(
    String server,
    String type,
    Place place,
    Format format,
    TextSpec text,
    ValueSpec values,
    @Nullable ChangeSpec changes)
    implements Serializable {

  /** Where records are. */
  public sealed interface Place extends Serializable permits Files, KafkaSpec {

    /** In words, for messages and output. */
    String where();
  }

  /**
   * Files.
   *
   * @param path glob of the files: absolute, or a URI
   * @param order in which files come
   * @param changed what becomes of files that have changed since they were read
   */
  public record Files(String path, Order order, Changed changed) implements Place {

    @Override
    public String where() {
      return path;
    }
  }

  /** What becomes of files that have changed since they were read. */
  public enum Changed {
    /** They are told of, and left alone. */
    WARN,
    /** They are read again, and the rows that came from them give way. */
    TAKE_AGAIN
  }

  /** In which order files come. */
  public enum Order {
    /** In any. */
    ANY,
    /** A file's name is greater than those of all files before it. */
    NAME
  }

  /**
   * How files of text are written, and what their records may be.
   *
   * @param encoding of files without a byte order mark
   * @param compression of files of any format whose blocks are not compressed themselves
   * @param maxRecordBytes a longer record is rejected as oversized
   * @param json where the records of JSON files stand
   */
  public record TextSpec(
      Encoding encoding, Compression compression, int maxRecordBytes, CsvSpec csv, JsonSpec json)
      implements Serializable {}

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
    /** JSON lines or documents. */
    JSON,
    CSV,
    /** Avro object container files. */
    AVRO,
    PARQUET
  }

  /** How the characters of a text file are encoded. */
  public enum Encoding {
    UTF_8,
    /** By the file's byte order mark. */
    UTF_16,
    UTF_16LE,
    UTF_16BE,
    ISO_8859_1,
    WINDOWS_1252
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
   * @param ignoresHeaderCase whether names of columns that differ by case alone are taken without a
   *     warning
   * @param comment the character that lines which are no records begin with; 0 for none
   */
  public record CsvSpec(
      char delimiter,
      char quote,
      boolean hasHeader,
      boolean ignoresHeaderCase,
      char comment,
      CsvValues values)
      implements Serializable {

    /** RFC 4180 with a header. */
    public static final CsvSpec DEFAULT =
        new CsvSpec(',', '"', true, false, (char) 0, CsvValues.DEFAULT);
  }

  /**
   * How fields of CSV stand for values.
   *
   * @param trim whether blanks and tabs around a field are no part of it
   * @param nulls texts, not in quotes, that stand for null, as an empty one always does
   * @param trues texts that stand for true, as the word itself does
   * @param falses texts that stand for false, as the word itself does
   * @param decimal between whole and fraction of a number
   * @param thousands between groups of three digits of a number; 0 for none
   */
  public record CsvValues(
      boolean trim,
      List<String> nulls,
      List<String> trues,
      List<String> falses,
      char decimal,
      char thousands)
      implements Serializable {

    public static final CsvValues DEFAULT =
        new CsvValues(false, List.of(), List.of(), List.of(), '.', (char) 0);

    public CsvValues {
      nulls = List.copyOf(nulls);
      trues = List.copyOf(trues);
      falses = List.copyOf(falses);
    }
  }

  /**
   * Where the records of JSON files stand.
   *
   * @param path names of members that lead from a document to its records; empty where the document
   *     is the record, or the array of them
   */
  public record JsonSpec(Layout layout, List<String> path) implements Serializable {

    /** Told from the beginning of each file. */
    public static final JsonSpec DEFAULT = new JsonSpec(Layout.AUTO, List.of());

    /** How records are told apart. */
    public enum Layout {
      AUTO,
      LINES,
      DOCUMENT
    }

    public JsonSpec {
      path = List.copyOf(path);
    }
  }
}
