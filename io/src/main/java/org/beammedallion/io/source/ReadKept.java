package org.beammedallion.io.source;

import java.io.IOException;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.transforms.raw.BlockSink;
import org.beammedallion.transforms.raw.Landed;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatchCoder;

/**
 * The records of shards whose source {@link Source#isKept}, in batches; the last batch of a shard
 * tells how many there were. Bounded. Gives the same records whenever it is run. Whatever cannot be
 * read fails the bundle.
 */
public final class ReadKept extends ReadInBatches<Shard, RawBatch> {

  private ReadKept(Source source) {
    super(
        "Read bronze",
        new BatchReader<>(shard -> open(source, shard), Shard::storedBytes, RawBatchCoder.of()));
  }

  public static ReadKept of(Source source) {
    return new ReadKept(source);
  }

  private static KeptBatches open(Source source, Shard shard) throws IOException {
    return new KeptBatches(
        source.open(shard, BlockSink.NONE),
        LandingProgress::add,
        records ->
            new Landed(shard.number(), shard.uri(), records, null, 0, false, null, null, null));
  }
}
