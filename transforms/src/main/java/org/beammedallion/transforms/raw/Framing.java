package org.beammedallion.transforms.raw;

import java.io.Serializable;

/**
 * What a {@link RecordFramer} frames. A shard of a file that can be read from any position owns the
 * lines that <em>start</em> in {@code [from, to)}: shards that share their borders own each line
 * exactly once.
 *
 * @param source URI of the file, for the provenance
 * @param shard number of the shard in the cycle's plan
 * @param from byte of the (decompressed) file from which the shard owns lines
 * @param to byte before which it owns lines; {@link Long#MAX_VALUE} for the end of the file
 * @param chunkBytes how much is read for one batch; one record may make it larger
 * @param maxRecordBytes a larger record becomes a dead letter
 */
public record Framing(
    String source, int shard, long from, long to, int chunkBytes, int maxRecordBytes)
    implements Serializable {

  /**
   * Small enough for the processor's cache, in which a batch is then compressed and decoded, and
   * for the smallest of G1's regions: an array of half a region would be a region of its own, and
   * start a marking of the heap.
   */
  public static final int DEFAULT_CHUNK_BYTES = 384 << 10;

  public static final int DEFAULT_MAX_RECORD_BYTES = 16 << 20;

  private static final int LARGEST = 1 << 30;

  public Framing {
    if (from < 0 || to < from) {
      throw new IllegalArgumentException(
          "A shard needs 0 <= from <= to, not [" + from + ", " + to + ").");
    }
    if (chunkBytes < 1 || chunkBytes > LARGEST || maxRecordBytes < 1 || maxRecordBytes > LARGEST) {
      throw new IllegalArgumentException(
          "Chunks of "
              + chunkBytes
              + " bytes and records of up to "
              + maxRecordBytes
              + " bytes: both must be between 1 byte and 1 GiB.");
    }
  }

  /** The whole of a source. */
  public static Framing of(String source, int shard) {
    return new Framing(
        source, shard, 0, Long.MAX_VALUE, DEFAULT_CHUNK_BYTES, DEFAULT_MAX_RECORD_BYTES);
  }

  public Framing withRange(long first, long end) {
    return new Framing(source, shard, first, end, chunkBytes, maxRecordBytes);
  }

  public Framing withChunkBytes(int bytes) {
    return new Framing(source, shard, from, to, bytes, maxRecordBytes);
  }

  public Framing withMaxRecordBytes(int bytes) {
    return new Framing(source, shard, from, to, chunkBytes, bytes);
  }

  /**
   * Where the stream that is given to the framer must stand: one byte before {@code from}, to see
   * how a line ended.
   */
  public long opensAt() {
    return Math.max(0, from - 1);
  }
}
