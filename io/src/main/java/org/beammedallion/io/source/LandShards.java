package org.beammedallion.io.source;

import java.io.Serializable;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.io.bronze.BronzeCycle;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatchCoder;

/**
 * Reads shards of a source, keeps every record in bronze and passes the records on in batches; the
 * last batch of a shard tells what was landed. Bounded. Idempotent where the source can be read
 * twice alike: a repeat writes the same bronze files over themselves; otherwise a repeat writes
 * files of its own. A file that has vanished gives no records and a warning, one that breaks off
 * those before; of one that is refused nothing is kept. A storage that fails, fails the bundle; of
 * a source by position, everything that fails does.
 */
public final class LandShards extends PTransform<PCollection<Shard>, PCollection<RawBatch>> {

  /**
   * What is read, and where it is kept.
   *
   * @param bronze where it is kept
   * @param source of the shards
   * @param unread files that are not opened
   * @param wholeFilesOnly whether a file that breaks off is refused. Where partitions are replaced
   *     by what a cycle reads, half a file must not take the place of a whole one
   */
  public record Settings(
      BronzeCycle bronze, Source source, UnreadFiles unread, boolean wholeFilesOnly)
      implements Serializable {}

  private final Settings settings;

  private LandShards(Settings settings) {
    this.settings = settings;
  }

  public static LandShards of(Settings settings) {
    return new LandShards(settings);
  }

  /** The same as a source of Beam, whose batches are not in memory together. */
  public static PTransform<PBegin, PCollection<RawBatch>> reading(
      List<Shard> shards, Settings settings) {
    return new Reader(settings).asSource(shards);
  }

  @Override
  public PCollection<RawBatch> expand(PCollection<Shard> shards) {
    return new Reader(settings).read("Read and keep raw", shards);
  }

  /** Opens shards. */
  record Reader(Settings settings) implements BatchReader<Shard, RawBatch> {

    private static final long serialVersionUID = 1L;

    @Override
    public Batches<RawBatch> open(Shard shard) {
      return new RecordLanding(settings, shard);
    }

    @Override
    public long bytes(Shard shard) {
      return shard.storedBytes();
    }

    @Override
    public Coder<RawBatch> coder() {
      return RawBatchCoder.of();
    }
  }
}
