package org.beammedallion.pipelines.suite;

import java.io.IOException;
import java.util.List;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.progress.SourceState;
import org.beammedallion.io.source.DataLoss;
import org.beammedallion.io.source.PlanRequest;
import org.beammedallion.io.source.Source;
import org.beammedallion.io.source.SourcePlan;
import org.beammedallion.transforms.raw.BlockSink;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatches;
import org.jspecify.annotations.Nullable;

/** A source whose calls {@link Faults} lets fail: the plan, and each batch that a worker reads. */
record FaultySource(Source inner) implements Source {

  private static final long serialVersionUID = 1L;

  @Override
  public SourcePlan plan(SourceState state, PlanRequest request) throws IOException {
    boolean isLost = Faults.asked(Faults.SOURCE, "plan");
    SourcePlan plan = inner.plan(state, request);
    Faults.loseIf(isLost);
    return plan;
  }

  @Override
  public boolean isRepeatable(List<Shard> shards) {
    return inner.isRepeatable(shards);
  }

  @Override
  public boolean isByPosition() {
    return inner.isByPosition();
  }

  @Override
  public boolean made(Shard shard) {
    return inner.made(shard);
  }

  @Override
  public Source beforeReading(List<Shard> shards) throws IOException {
    boolean isLost = Faults.asked(Faults.SOURCE, "beforeReading");
    Source ready = inner.beforeReading(shards);
    Faults.loseIf(isLost);
    return new FaultySource(ready);
  }

  @Override
  public Source onDataLoss(DataLoss answer) {
    return new FaultySource(inner.onDataLoss(answer));
  }

  @Override
  public RawBatches open(Shard shard, BlockSink blocks) throws IOException {
    String name = shard.uri() + " " + shard.number();
    boolean isLost = Faults.asked(Faults.SOURCE, "open " + name);
    RawBatches batches = inner.open(shard, blocks);
    if (isLost) {
      batches.close();
      throw Faults.lost();
    }
    return new FaultyBatches(batches, name);
  }

  @Override
  public Estimate estimate(Shard shard) {
    return inner.estimate(shard);
  }

  private record FaultyBatches(RawBatches inner, String name) implements RawBatches {

    @Override
    public @Nullable RawBatch next() throws IOException {
      boolean isLost = Faults.asked(Faults.SOURCE, "next " + name);
      RawBatch batch = inner.next();
      Faults.loseIf(isLost);
      return batch;
    }

    @Override
    public @Nullable String warning() {
      return inner.warning();
    }

    @Override
    public boolean isWhole() {
      return inner.isWhole();
    }

    @Override
    public @Nullable String reached() {
      return inner.reached();
    }

    @Override
    public @Nullable String encoding() {
      return inner.encoding();
    }

    @Override
    public void close() throws IOException {
      boolean isLost = Faults.asked(Faults.SOURCE, "close " + name);
      inner.close();
      Faults.loseIf(isLost);
    }
  }
}
