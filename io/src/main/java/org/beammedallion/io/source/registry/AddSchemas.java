package org.beammedallion.io.source.registry;

import java.io.IOException;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatchCoder;

/**
 * Adds to batches of messages the schemas that their records name, see {@link SchemaLookup}. A
 * registry or a lake that fails, fails the bundle.
 */
public final class AddSchemas extends PTransform<PCollection<RawBatch>, PCollection<RawBatch>> {

  private final SchemaLookup lookup;

  private AddSchemas(SchemaLookup lookup) {
    this.lookup = lookup;
  }

  public static AddSchemas with(SchemaLookup lookup) {
    return new AddSchemas(lookup);
  }

  @Override
  public PCollection<RawBatch> expand(PCollection<RawBatch> records) {
    return records
        .apply("Look up schemas", ParDo.of(new LookUpFn(lookup)))
        .setCoder(RawBatchCoder.of());
  }

  private static final class LookUpFn extends DoFn<RawBatch, RawBatch> {
    private final SchemaLookup lookup;

    LookUpFn(SchemaLookup lookup) {
      this.lookup = lookup;
    }

    @ProcessElement
    public void process(@Element RawBatch records, OutputReceiver<RawBatch> output)
        throws IOException {
      output.output(lookup.in(records));
    }
  }
}
