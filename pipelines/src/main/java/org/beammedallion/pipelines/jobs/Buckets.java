package org.beammedallion.pipelines.jobs;

import java.util.List;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.source.Source;

/**
 * Number of buckets that the keys of a cycle are spread over; the rows of one must fit in memory.
 */
public final class Buckets {

  private static final long MEGABYTE = 1 << 20;
  private static final long BUCKET = 64 * MEGABYTE;
  private static final long SMALL_BUCKET = 4 * MEGABYTE;
  private static final int USUAL = 16;
  private static final int MOST = 1 << 16;

  private Buckets() {}

  /** Follows from the bytes alone; at least one. */
  public static int of(List<Shard> shards, Source source) {
    long text = textBytes(shards, source);
    long buckets = Math.max(text / BUCKET, Math.min(USUAL, text / SMALL_BUCKET));
    return (int) Math.min(MOST, Math.max(1, buckets));
  }

  /** What the records of shards take as JSON text, approximately. */
  static long textBytes(List<? extends Shard> shards, Source source) {
    return shards.stream().mapToLong(shard -> source.estimate(shard).textBytes()).sum();
  }
}
