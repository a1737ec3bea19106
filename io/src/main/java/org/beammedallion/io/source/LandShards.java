package org.beammedallion.io.source;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
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

  /**
   * The same as a source of Beam, for runners that hold all that a DoFn makes of an element before
   * they pass it on, and read sources piece by piece.
   */
  public static PTransform<PBegin, PCollection<RawBatch>> reading(
      List<Shard> shards, Settings settings) {
    return Read.from(new ShardSource(shards, settings));
  }

  @Override
  public PCollection<RawBatch> expand(PCollection<Shard> shards) {
    return shards
        .apply("Read and keep raw", ParDo.of(new LandFn(settings)))
        .setCoder(RawBatchCoder.of());
  }

  private static final class LandFn extends DoFn<Shard, RawBatch> {
    private final Settings settings;

    LandFn(Settings settings) {
      this.settings = settings;
    }

    @ProcessElement
    public void process(@Element Shard shard, OutputReceiver<RawBatch> output) throws IOException {
      try (ShardLanding landing = new ShardLanding(settings, shard)) {
        for (RawBatch batch = landing.next(); batch != null; batch = landing.next()) {
          output.output(batch);
        }
      }
    }
  }
}
