package org.beammedallion.io.source;

import java.io.IOException;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import org.beammedallion.transforms.raw.Landed;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatches;
import org.jspecify.annotations.Nullable;

/** Records of a shard that are kept already, and after them what was landed. */
final class KeptBatches implements BatchReader.Batches<RawBatch> {

  private final @Nullable RawBatches kept;
  private final LongConsumer progress;
  private final LongFunction<Landed> landed;
  private long records;
  private boolean isOver;

  /**
   * @param kept null where there is no record
   * @param progress gets the number of records of each batch
   * @param landed gets how many records there were
   */
  KeptBatches(@Nullable RawBatches kept, LongConsumer progress, LongFunction<Landed> landed) {
    this.kept = kept;
    this.progress = progress;
    this.landed = landed;
  }

  @Override
  public @Nullable RawBatch next() throws IOException {
    if (isOver) {
      return null;
    }
    RawBatch batch = kept == null ? null : kept.next();
    if (batch != null) {
      long count = (long) batch.count() + batch.rejects().size();
      records += count;
      progress.accept(count);
      return batch;
    }
    isOver = true;
    return RawBatch.closing(landed.apply(records));
  }

  @Override
  public void close() throws IOException {
    if (kept != null) {
      kept.close();
    }
  }
}
