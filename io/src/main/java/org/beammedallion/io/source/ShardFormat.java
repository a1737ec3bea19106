package org.beammedallion.io.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import org.beammedallion.io.parquet.ParquetRecords;
import org.beammedallion.io.progress.FileShard;
import org.beammedallion.io.storage.SeekableInput;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.raw.Framing;
import org.beammedallion.transforms.raw.RawBatches;
import org.beammedallion.transforms.raw.RecordFramer;
import org.jspecify.annotations.Nullable;

/**
 * How the records of a file are told apart.
 *
 * @param kind of the files
 * @param compression of every file, or null to tell by each file's extension
 * @param csv how CSV files are written
 * @param maxRecordBytes a longer record is oversized
 */
public record ShardFormat(
    Kind kind, @Nullable Compression compression, CsvFormat csv, int maxRecordBytes)
    implements Serializable {

  /** How records are told apart. */
  public enum Kind {
    /** A record is a line. */
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
    return kind == Kind.LINES && compressionOf(uri).isSplittable();
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
      case LINES -> RecordFramer.lines(stream(shard, framing), framing);
      case CSV -> RecordFramer.csv(stream(shard, framing), framing, csv);
      case AVRO -> AvroFramer.of(stream(shard, framing), framing);
      case PARQUET -> ParquetRecords.open(framing);
    };
  }

  private InputStream stream(FileShard shard, Framing framing) throws IOException {
    Storage storage = Storage.of(shard.uri());
    return shard.from() > 0
        ? new TailStream(storage.openSeekable(shard.uri()), framing.opensAt())
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
