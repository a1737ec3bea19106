package org.beammedallion.io.source;

import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import org.apache.beam.sdk.coders.Coder;
import org.jspecify.annotations.Nullable;

/**
 * How pieces of what a cycle reads, such as shards, are read batch by batch.
 *
 * @param opener opens a piece
 * @param size tells the size of a piece, by which runners divide the work
 * @param coder of batches
 * @param <P> a piece
 * @param <B> a batch
 */
record BatchReader<P, B>(Opener<P, B> opener, Size<P> size, Coder<B> coder)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  /** The batches of a piece. Not thread-safe. */
  interface Batches<B> extends Closeable {
    /** The next, or null after the last. */
    @Nullable B next() throws IOException;
  }

  /** Opens pieces. */
  @FunctionalInterface
  interface Opener<P, B> extends Serializable {
    Batches<B> open(P piece) throws IOException;
  }

  /** Tells the size of pieces, in bytes as they are stored. */
  @FunctionalInterface
  interface Size<P> extends Serializable {
    long of(P piece);
  }
}
