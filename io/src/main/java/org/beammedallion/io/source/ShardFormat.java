package org.beammedallion.io.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import org.beammedallion.io.progress.FileShard;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.transforms.raw.BlockSink;
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

  /** Whether a file can be cut: at any line, block of Avro, or row group of Parquet. */
  public boolean isSplittable(String uri) {
    return switch (kind) {
      case PARQUET -> true;
      case AVRO -> compressionOf(uri).isSplittable();
      case LINES -> text().isSplittable() && compressionOf(uri).isSplittable();
      case CSV -> false;
    };
  }

  /** The records of a shard, whose blocks are not kept; see {@link #open(FileShard, BlockSink)}. */
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
      case LINES, CSV ->
          TextRecords.open(position -> stream(shard, position), framing, text(), check);
      case AVRO -> avro(shard, framing, blocks);
      case PARQUET ->
          throw new IllegalStateException("Parquet has no records of bytes; see LandRowGroups.");
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
