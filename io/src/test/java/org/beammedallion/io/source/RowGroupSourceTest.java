package org.beammedallion.io.source;

import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.transforms.row.RowBatch;

/** Row groups that are read as a source land as they do with a DoFn. */
class RowGroupSourceTest extends LandRowGroupsTest {

  @Override
  PCollection<RowBatch> land(
      Pipeline pipeline, List<Shard> shards, LandRowGroups.Settings settings) {
    return pipeline.apply(LandRowGroups.of(settings).asSource(shards));
  }

  @Override
  Class<? extends RuntimeException> failure() {
    return RuntimeException.class;
  }
}
