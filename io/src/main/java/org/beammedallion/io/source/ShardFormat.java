package org.beammedallion.io.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import org.beammedallion.io.parquet.ParquetRecords;
import org.beammedallion.io.progress.FileShard;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.transforms.raw.BlockSink;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.raw.FileCheck;
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
 * @param check of a file's header, before its records are passed on
 */
public record ShardFormat(
    Kind kind,
    @Nullable Compression compression,
    CsvFormat csv,
    int maxRecordBytes,
    FileCheck check)
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

  /** Whether a reader can start in the middle of a file: at any line, or block of Avro. */
  public boolean isSplittable(String uri) {
    return (kind == Kind.LINES || kind == Kind.AVRO) && compressionOf(uri).isSplittable();
  }

  /** The records of a shard, whose blocks nobody keeps; see {@link #open(FileShard, BlockSink)}. */
  public RawBatches open(FileShard shard) throws IOException {
    return open(shard, BlockSink.NONE);
  }

  /**
   * The records of a shard. A file that has grown since it was planned is read to where it ended
   * then, unless it is compressed.
   *
   * @param blocks takes the blocks of an Avro file as they are
   * @throws java.io.FileNotFoundException where the file is gone
   */
  public RawBatches open(FileShard shard, BlockSink blocks) throws IOException {
    Framing framing =
        Framing.of(shard.uri(), shard.number())
            .withRange(shard.from(), isSplittable(shard.uri()) ? shard.to() : Long.MAX_VALUE)
            .withMaxRecordBytes(maxRecordBytes);
    return switch (kind) {
      case LINES -> RecordFramer.lines(stream(shard, framing), framing);
      case CSV -> RecordFramer.csv(stream(shard, framing), framing, csv);
      case AVRO -> avro(shard, framing, blocks);
      case PARQUET -> ParquetRecords.open(framing);
    };
  }

  private InputStream stream(FileShard shard, Framing framing) throws IOException {
    Storage storage = Storage.of(shard.uri());
    return shard.from() > 0
        ? new TailStream(storage.openSeekable(shard.uri()), framing.opensAt())
        : compressionOf(shard.uri()).decompress(storage.open(shard.uri()));
  }

  private AvroFramer avro(FileShard shard, Framing framing, BlockSink blocks) throws IOException {
    Storage storage = Storage.of(shard.uri());
    // Its header is needed, wherever the shard begins.
    return AvroFramer.of(
        compressionOf(shard.uri()).decompress(storage.open(shard.uri())),
        () -> storage.openSeekable(shard.uri()),
        framing,
        check,
        blocks);
  }
}
