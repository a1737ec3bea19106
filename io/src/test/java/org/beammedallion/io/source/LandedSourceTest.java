package org.beammedallion.io.source;

import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.transforms.raw.Landed;
import org.beammedallion.transforms.raw.RawBatch;

/** What a manifest names is read as a source as it is by a DoFn. */
class LandedSourceTest extends ReadLandedTest {

  @Override
  PCollection<RawBatch> land(Pipeline pipeline, List<Landed> landed, ReadLanded read) {
    return pipeline.apply(read.asSource(landed));
  }
}
