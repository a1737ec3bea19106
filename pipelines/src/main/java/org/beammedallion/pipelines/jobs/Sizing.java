package org.beammedallion.pipelines.jobs;

import java.util.List;
import org.beammedallion.io.source.Compression;
import org.beammedallion.io.source.FileSource;
import org.beammedallion.io.source.ShardFormat;
import org.beammedallion.io.source.ShardFormat.Kind;
import org.beammedallion.io.storage.StoredFile;

/**
 * How a cycle's work is cut, from its bytes alone.
 *
 * @param shardBytes about how much one worker reads at a time
 * @param buckets so many that the rows of one fit in memory
 */
public record Sizing(long shardBytes, int buckets) {

  private static final long MEGABYTE = 1 << 20;
  private static final long MIN_SHARD = 8 * MEGABYTE;
  private static final long MAX_SHARD = 128 * MEGABYTE;
  private static final long BUCKET = 64 * MEGABYTE;
  private static final long SMALL_BUCKET = 4 * MEGABYTE;
  private static final int USUAL_BUCKETS = 16;
  private static final int MAX_BUCKETS = 1 << 16;

  /**
   * What text grows to when it is decompressed, and other files as text; a guess on the safe side.
   */
  private static final int COMPRESSION_RATIO = 8;

  /** How many bytes of text one stored byte of a file stands for, about. */
  static int expansion(FileSource source, String uri) {
    ShardFormat format = source.format();
    boolean text = format.kind() == Kind.LINES || format.kind() == Kind.CSV;
    return text && format.compressionOf(uri) == Compression.NONE ? 1 : COMPRESSION_RATIO;
  }

  /**
   * @param parallelism number of tasks that run at the same time, approximately
   */
  public static Sizing of(List<StoredFile> files, FileSource source, int parallelism) {
    long stored = 0;
    long text = 0;
    for (StoredFile file : files) {
      stored += file.size();
      text += file.size() * expansion(source, file.uri());
    }
    long shard = stored / (4L * parallelism);
    long buckets = Math.max(text / BUCKET, Math.min(USUAL_BUCKETS, text / SMALL_BUCKET));
    return new Sizing(
        Math.min(MAX_SHARD, Math.max(MIN_SHARD, shard)),
        (int) Math.min(MAX_BUCKETS, Math.max(1, buckets)));
  }
}
