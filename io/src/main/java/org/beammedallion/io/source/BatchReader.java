package org.beammedallion.io.source;

import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.jspecify.annotations.Nullable;

/**
 * How pieces of what a cycle reads, such as shards, are read batch by batch: by a DoFn, or as a
 * source of Beam for runners that hold all that a DoFn makes of an element before they pass it on,
 * which may be a file that cannot be split.
 *
 * @param <P> a piece
 * @param <B> a batch
 */
interface BatchReader<P, B> extends Serializable {

  /** The batches of a piece. Not thread-safe. */
  interface Batches<B> extends Closeable {
    /** The next, or null after the last. */
    @Nullable B next() throws IOException;
  }

  Batches<B> open(P piece) throws IOException;

  /** Size of a piece, by which runners divide the work. */
  long bytes(P piece);

  Coder<B> coder();

  /** Reads by a DoFn. */
  default PCollection<B> read(String step, PCollection<P> pieces) {
    return pieces.apply(step, ParDo.of(new BatchFn<>(this))).setCoder(coder());
  }

  /** Reads as a source of Beam. */
  default PTransform<PBegin, PCollection<B>> asSource(List<P> pieces) {
    return Read.from(new BatchSource<>(pieces, this));
  }

  /** Outputs the batches of each piece. */
  final class BatchFn<P, B> extends DoFn<P, B> {
    private final BatchReader<P, B> reader;

    private BatchFn(BatchReader<P, B> reader) {
      this.reader = reader;
    }

    @ProcessElement
    public void process(@Element P piece, OutputReceiver<B> output) throws IOException {
      try (Batches<B> batches = reader.open(piece)) {
        for (B batch = batches.next(); batch != null; batch = batches.next()) {
          output.output(batch);
        }
      }
    }
  }
}
