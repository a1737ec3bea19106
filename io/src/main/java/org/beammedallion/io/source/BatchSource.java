package org.beammedallion.io.source;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.io.BoundedSource;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;

/**
 * Pieces as a source of Beam. Its reader gives a batch when it is asked for it, so that no more of
 * a piece is in memory than a batch.
 */
final class BatchSource<P, B> extends BoundedSource<B> {

  private static final long serialVersionUID = 1L;

  /** Of the size that a runner wishes, since pieces of one part may take longer than others. */
  private static final int PARTS = 4;

  private final List<P> pieces;
  private final BatchReader<P, B> reader;

  BatchSource(List<P> pieces, BatchReader<P, B> reader) {
    this.pieces = List.copyOf(pieces);
    this.reader = reader;
  }

  @Override
  public List<BatchSource<P, B>> split(long wantedBytes, PipelineOptions options) {
    long least = Math.max(1, wantedBytes / PARTS);
    List<BatchSource<P, B>> parts = new ArrayList<>();
    List<P> part = new ArrayList<>();
    long bytes = 0;
    for (P piece : pieces) {
      part.add(piece);
      bytes += Math.max(1, reader.size().of(piece));
      if (bytes >= least) {
        parts.add(new BatchSource<>(part, reader));
        part = new ArrayList<>();
        bytes = 0;
      }
    }
    if (!part.isEmpty()) {
      parts.add(new BatchSource<>(part, reader));
    }
    return parts;
  }

  @Override
  public long getEstimatedSizeBytes(PipelineOptions options) {
    return pieces.stream().mapToLong(piece -> Math.max(1, reader.size().of(piece))).sum();
  }

  @Override
  public Coder<B> getOutputCoder() {
    return reader.coder();
  }

  @Override
  public BoundedReader<B> createReader(PipelineOptions options) {
    return new Reader<>(this);
  }

  private static final class Reader<P, B> extends BoundedReader<B> {
    private final BatchSource<P, B> source;
    private int next;
    private BatchReader.@Nullable Batches<B> batches;
    private @Nullable B current;

    Reader(BatchSource<P, B> source) {
      this.source = source;
    }

    @Override
    public boolean start() throws IOException {
      return advance();
    }

    /** A runner may not close a reader that has failed. */
    @Override
    public boolean advance() throws IOException {
      boolean isRead = false;
      try {
        current = nextBatch();
        isRead = true;
        return current != null;
      } finally {
        if (!isRead) {
          close();
        }
      }
    }

    private @Nullable B nextBatch() throws IOException {
      B batch = batches == null ? null : batches.next();
      while (batch == null && next < source.pieces.size()) {
        close();
        BatchReader.Batches<B> opened = source.reader.opener().open(source.pieces.get(next++));
        batches = opened;
        batch = opened.next();
      }
      return batch;
    }

    @Override
    public B getCurrent() {
      if (current == null) {
        throw new NoSuchElementException();
      }
      return current;
    }

    @Override
    public void close() throws IOException {
      BatchReader.Batches<B> opened = batches;
      batches = null;
      if (opened != null) {
        opened.close();
      }
    }

    @Override
    public BoundedSource<B> getCurrentSource() {
      return source;
    }
  }
}
