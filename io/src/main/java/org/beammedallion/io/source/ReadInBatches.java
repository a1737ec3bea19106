package org.beammedallion.io.source;

import java.io.IOException;
import java.util.List;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;

/**
 * Reads pieces of what a cycle reads batch by batch: by a DoFn, or as a source of Beam for runners
 * that hold all that a DoFn makes of an element before they pass it on, which may be a file that
 * cannot be split.
 *
 * @param <P> a piece
 * @param <B> a batch
 */
public abstract class ReadInBatches<P, B> extends PTransform<PCollection<P>, PCollection<B>> {

  private final String step;
  private final BatchReader<P, B> reader;

  /**
   * @param step name of the step that reads
   */
  ReadInBatches(String step, BatchReader<P, B> reader) {
    this.step = step;
    this.reader = reader;
  }

  /** The same as a source of Beam, whose batches are not in memory together. */
  public final PTransform<PBegin, PCollection<B>> asSource(List<P> pieces) {
    return Read.from(source(pieces));
  }

  final BatchSource<P, B> source(List<P> pieces) {
    return new BatchSource<>(pieces, reader);
  }

  @Override
  public final PCollection<B> expand(PCollection<P> pieces) {
    return pieces.apply(step, ParDo.of(new BatchFn<>(reader))).setCoder(reader.coder());
  }

  private static final class BatchFn<P, B> extends DoFn<P, B> {
    private final BatchReader<P, B> reader;

    BatchFn(BatchReader<P, B> reader) {
      this.reader = reader;
    }

    @ProcessElement
    public void process(@Element P piece, OutputReceiver<B> output) throws IOException {
      try (BatchReader.Batches<B> batches = reader.opener().open(piece)) {
        for (B batch = batches.next(); batch != null; batch = batches.next()) {
          output.output(batch);
        }
      }
    }
  }
}
