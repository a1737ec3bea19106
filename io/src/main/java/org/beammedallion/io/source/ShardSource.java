package org.beammedallion.io.source;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.io.BoundedSource;
import org.apache.beam.sdk.options.PipelineOptions;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatchCoder;
import org.jspecify.annotations.Nullable;

/**
 * Shards as a source of Beam. Its reader gives a batch when it is asked for it, so that no more of
 * a shard is in memory than a batch; Beam's Spark runner holds all that a DoFn makes of an element,
 * which may be a large file that cannot be split.
 */
final class ShardSource extends BoundedSource<RawBatch> {

  private static final long serialVersionUID = 1L;

  /** Of the size that a runner wishes, since shards of one part may take longer than others. */
  private static final int PARTS = 4;

  private final List<Shard> shards;
  private final LandShards.Settings settings;

  ShardSource(List<Shard> shards, LandShards.Settings settings) {
    this.shards = List.copyOf(shards);
    this.settings = settings;
  }

  @Override
  public List<ShardSource> split(long wantedBytes, PipelineOptions options) {
    long least = Math.max(1, wantedBytes / PARTS);
    List<ShardSource> parts = new ArrayList<>();
    List<Shard> part = new ArrayList<>();
    long bytes = 0;
    for (Shard shard : shards) {
      part.add(shard);
      bytes += Math.max(1, shard.storedBytes());
      if (bytes >= least) {
        parts.add(new ShardSource(part, settings));
        part = new ArrayList<>();
        bytes = 0;
      }
    }
    if (!part.isEmpty()) {
      parts.add(new ShardSource(part, settings));
    }
    return parts;
  }

  @Override
  public long getEstimatedSizeBytes(PipelineOptions options) {
    return shards.stream().mapToLong(shard -> Math.max(1, shard.storedBytes())).sum();
  }

  @Override
  public Coder<RawBatch> getOutputCoder() {
    return RawBatchCoder.of();
  }

  @Override
  public BoundedReader<RawBatch> createReader(PipelineOptions options) {
    return new Reader(this);
  }

  private static final class Reader extends BoundedReader<RawBatch> {
    private final ShardSource source;
    private int next;
    private @Nullable ShardLanding landing;
    private @Nullable RawBatch current;

    Reader(ShardSource source) {
      this.source = source;
    }

    @Override
    public boolean start() throws IOException {
      return advance();
    }

    @Override
    public boolean advance() throws IOException {
      current = landing == null ? null : landing.next();
      while (current == null && next < source.shards.size()) {
        landing = new ShardLanding(source.settings, source.shards.get(next++));
        current = landing.next();
      }
      return current != null;
    }

    @Override
    public RawBatch getCurrent() {
      if (current == null) {
        throw new NoSuchElementException();
      }
      return current;
    }

    @Override
    public void close() throws IOException {
      if (landing != null) {
        landing.close();
      }
    }

    @Override
    public BoundedSource<RawBatch> getCurrentSource() {
      return source;
    }
  }
}
