package org.beammedallion.io.source;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.io.bronze.BronzeCycle;
import org.beammedallion.io.bronze.BronzeFile;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.transforms.raw.Landed;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatchCoder;
import org.beammedallion.transforms.raw.RawBatches;
import org.beammedallion.transforms.raw.RefusedFileException;

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

  @Override
  public PCollection<RawBatch> expand(PCollection<Shard> shards) {
    return shards
        .apply("Read and keep raw", ParDo.of(new LandFn(settings)))
        .setCoder(RawBatchCoder.of());
  }

  static final class LandFn extends DoFn<Shard, RawBatch> {
    static final String VANISHED =
        "was there when the cycle was planned, but does not exist any more. Its records are not in this "
            + "cycle; restore the file, and the next cycle reads it.";
    private static final String BREAKS_OFF =
        "is damaged or ends early: the records before were read, and the rest is in the quarantine as MALFORMED. To load the rest, save the whole file under a "
            + "new name.";
    private static final String NOT_WHOLE =
        "is damaged or ends early, and 'write: overwrite' would replace whole partitions by a part of it. Provide the whole file.";

    private final Settings settings;

    LandFn(Settings settings) {
      this.settings = settings;
    }

    @ProcessElement
    public void process(@Element Shard shard, OutputReceiver<RawBatch> output) throws IOException {
      BronzeFile bronze =
          settings.source().isRepeatable(List.of(shard))
              ? BronzeFile.of(settings.bronze(), shard.number(), shard.uri())
              : BronzeFile.ofAttempt(settings.bronze(), shard.number(), shard.uri());
      String refused = settings.unread().refused().get(shard.uri());
      if (refused != null) {
        bronze.delete();
        output.output(RawBatch.closing(refused(shard, 0, refused)));
        return;
      }
      if (settings.unread().gone().contains(shard.uri())) {
        bronze.delete();
        output.output(RawBatch.closing(vanished(shard, 0)));
        return;
      }
      if (settings.source().isByPosition()) {
        // What is left out of a stream is never read again, so whatever fails must fail the cycle.
        Landed landed = land(shard, bronze, output);
        if (landed.bronzeFile() == null) {
          // An earlier attempt may have read what is lost by now.
          bronze.delete();
        }
        output.output(RawBatch.closing(landed));
        return;
      }
      try {
        output.output(RawBatch.closing(land(shard, bronze, output)));
      } catch (FileNotFoundException e) {
        // An earlier attempt may have read it.
        bronze.delete();
        output.output(RawBatch.closing(vanished(shard, bronze.records())));
      } catch (RefusedFileException e) {
        bronze.delete();
        output.output(RawBatch.closing(refused(shard, bronze.records(), e.why())));
      } catch (Error e) {
        // One file must not end the cycle, and every cycle after it.
        bronze.delete();
        output.output(
            RawBatch.closing(refused(shard, bronze.records(), RefusedFileException.of(e).why())));
      }
    }

    private Landed land(Shard shard, BronzeFile bronze, OutputReceiver<RawBatch> output)
        throws IOException {
      boolean complete = false;
      boolean breaksOff = false;
      String warning;
      String reached;
      try (RawBatches batches = settings.source().open(shard, bronze)) {
        bronze.encoding(batches.encoding());
        for (RawBatch batch = batches.next(); batch != null; batch = batches.next()) {
          bronze.write(batch);
          breaksOff |= batch.breaksOff();
          if (settings.wholeFilesOnly() && (breaksOff || !batches.isWhole())) {
            throw new RefusedFileException(NOT_WHOLE);
          }
          LandingProgress.add(batch.count() + batch.rejects().size());
          output.output(batch);
        }
        warning = batches.warning();
        reached = batches.reached();
        complete = true;
      } finally {
        if (!complete) {
          bronze.abort();
        }
        bronze.close();
      }
      return new Landed(
          shard.number(),
          shard.uri(),
          bronze.records(),
          bronze.uri(),
          bronze.bytes(),
          false,
          breaksOff ? BREAKS_OFF : warning,
          null,
          reached);
    }

    static Landed refused(Shard shard, long passedOn, String why) {
      return Landed.refused(shard.number(), shard.uri(), passedOn, why);
    }

    static Landed vanished(Shard shard, long passedOn) {
      return vanished(shard.number(), shard.uri(), passedOn);
    }

    /**
     * @param passedOn records that went on before it was known, and must not be published
     */
    static Landed vanished(int shard, String source, long passedOn) {
      return new Landed(shard, source, passedOn, null, 0, true, VANISHED, null, null);
    }
  }
}
