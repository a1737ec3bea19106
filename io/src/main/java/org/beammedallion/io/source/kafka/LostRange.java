package org.beammedallion.io.source.kafka;

import org.beammedallion.io.progress.KafkaShard;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatches;
import org.jspecify.annotations.Nullable;

/** A range of a topic that is not there any more: no record, and a warning. */
record LostRange(KafkaShard shard) implements RawBatches {

  @Override
  public @Nullable RawBatch next() {
    return null;
  }

  @Override
  public String warning() {
    return LostOffsets.sentence(shard.from(), shard.to());
  }

  @Override
  public String reached() {
    return shard.end();
  }

  @Override
  public void close() {}
}
