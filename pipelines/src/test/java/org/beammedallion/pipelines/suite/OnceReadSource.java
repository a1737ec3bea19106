package org.beammedallion.pipelines.suite;

import java.io.IOException;
import java.util.List;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.progress.SourceState;
import org.beammedallion.io.source.PlanRequest;
import org.beammedallion.io.source.Source;
import org.beammedallion.io.source.SourcePlan;
import org.beammedallion.transforms.raw.BlockSink;
import org.beammedallion.transforms.raw.RawBatches;

/** A source of which it is not relied upon that it can be read twice alike. */
record OnceReadSource(Source inner) implements Source {

  private static final long serialVersionUID = 1L;

  @Override
  public boolean isRepeatable(List<Shard> shards) {
    return false;
  }

  @Override
  public boolean isByPosition() {
    return true;
  }

  @Override
  public SourcePlan plan(SourceState state, PlanRequest request) throws IOException {
    return inner.plan(state, request);
  }

  @Override
  public RawBatches open(Shard shard, BlockSink blocks) throws IOException {
    return inner.open(shard, blocks);
  }

  @Override
  public Estimate estimate(Shard shard) {
    return inner.estimate(shard);
  }
}
