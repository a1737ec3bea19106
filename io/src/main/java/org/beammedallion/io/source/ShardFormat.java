package org.beammedallion.io.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import org.beammedallion.io.parquet.ParquetRecords;
import org.beammedallion.io.progress.FileShard;
import org.beammedallion.io.storage.SeekableInput;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.raw.FileCheck;
import org.beammedallion.transforms.raw.Framing;
import org.beammedallion.transforms.raw.JsonFormat;
import org.beammedallion.transforms.raw.RawBatches;
import org.beammedallion.transforms.raw.TextEncoding;
import org.beammedallion.transforms.raw.TextFormat;
import org.beammedallion.transforms.raw.TextRecords;
import org.jspecify.annotations.Nullable;

/**
 * How the records of a file are told apart.
 *
 * @param kind of the files
 * @param compression of every file, or null to tell by each file's extension
 * @param csv how CSV files are written
 * @param json how the records of JSON files are told apart
 * @param encoding of text files without a byte order mark
 * @param maxRecordBytes a longer record is oversized
 * @param check of a file's header, before its records are passed on
 */
public record ShardFormat(
    Kind kind,
    @Nullable Compression compression,
    CsvFormat csv,
    JsonFormat json,
    TextEncoding encoding,
    int maxRecordBytes,
    FileCheck check)
    implements Serializable {

  /** JSON as each file shows it, and UTF-8. */
  public ShardFormat(
      Kind kind,
      @Nullable Compression compression,
      CsvFormat csv,
      int maxRecordBytes,
      FileCheck check) {
    this(kind, compression, csv, JsonFormat.AUTO, TextEncoding.UTF_8, maxRecordBytes, check);
  }

  /** How records are told apart. */
  public enum Kind {
    /** JSON, whose records are lines unless the file shows otherwise. */
    LINES,
    CSV,
    /** Avro's object container files. */
    AVRO,
    PARQUET
  }

  /** How a file is compressed. */
  public Compression compressionOf(String uri) {
    return compression != null ? compression : Compression.ofName(uri);
  }

  /** Whether a reader can start at any record of a file. */
  public boolean isSplittable(String uri) {
    return kind == Kind.LINES && text().isSplittable() && compressionOf(uri).isSplittable();
  }

  /**
   * The records of a shard. A file that has grown since it was planned is read to where it ended
   * then, unless it is compressed.
   *
   * @throws java.io.FileNotFoundException where the file is gone
   */
  public RawBatches open(FileShard shard) throws IOException {
    Framing framing =
        Framing.of(shard.uri(), shard.number())
            .withRange(shard.from(), isSplittable(shard.uri()) ? shard.to() : Long.MAX_VALUE)
            .withMaxRecordBytes(maxRecordBytes);
    return switch (kind) {
      case LINES, CSV ->
          TextRecords.open(position -> stream(shard, position), framing, text(), check);
      case AVRO -> AvroFramer.of(stream(shard, framing.opensAt()), framing);
      case PARQUET -> ParquetRecords.open(framing);
    };
  }

  private TextFormat text() {
    return kind == Kind.CSV ? TextFormat.csv(csv, encoding) : TextFormat.json(json, encoding);
  }

  private InputStream stream(FileShard shard, long position) throws IOException {
    Storage storage = Storage.of(shard.uri());
    return position > 0
        ? new TailStream(storage.openSeekable(shard.uri()), position)
        : compressionOf(shard.uri()).decompress(storage.open(shard.uri()));
  }

  /** The bytes of a file from a position on. */
  private static final class TailStream extends InputStream {
    private final SeekableInput input;
    private long position;

    TailStream(SeekableInput input, long position) {
      this.input = input;
      this.position = position;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = input.read(position, bytes, offset, length);
      if (count > 0) {
        position += count;
      }
      return count;
    }

    @Override
    public void close() throws IOException {
      input.close();
    }
  }
}
