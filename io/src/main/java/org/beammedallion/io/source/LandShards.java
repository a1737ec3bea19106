package org.beammedallion.io.source;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.io.bronze.BronzeFile;
import org.beammedallion.io.progress.FileShard;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.storage.StoredFile;
import org.beammedallion.transforms.raw.Landed;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatchCoder;
import org.beammedallion.transforms.raw.RawBatches;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.jspecify.annotations.Nullable;

/**
 * Reads shards of files, keeps every record in bronze and passes the records on in batches; the
 * last batch of a shard tells what was landed. Bounded. Idempotent: a repeat writes the same bronze
 * files over themselves. A file that has vanished gives no records and a warning, one that breaks
 * off those before; of one that is refused nothing is kept. A storage that fails, fails the bundle.
 */
public final class LandShards extends PTransform<PCollection<FileShard>, PCollection<RawBatch>> {

  /**
   * What is read, and where it is kept.
   *
   * @param bronzeFolder of the pipeline
   * @param refused why files are not read, by their URI: what another shard of them has found, or a
   *     later part of the file
   */
  public record Settings(
      String bronzeFolder,
      long cycle,
      Instant ingestTime,
      ShardFormat format,
      Map<String, String> refused)
      implements Serializable {}

  private final Settings settings;

  private LandShards(Settings settings) {
    this.settings = settings;
  }

  public static LandShards of(Settings settings) {
    return new LandShards(settings);
  }

  @Override
  public PCollection<RawBatch> expand(PCollection<FileShard> shards) {
    return shards
        .apply("Read and keep raw", ParDo.of(new LandFn(settings)))
        .setCoder(RawBatchCoder.of());
  }

  static final class LandFn extends DoFn<FileShard, RawBatch> {
    static final String VANISHED =
        "was there when the cycle was planned and has vanished. Its records are not in this cycle;"
            + " put it back and the next cycle reads it.";
    private static final String BREAKS_OFF =
        "is damaged or ends early: the records before were read, and what could not be is in the quarantine as"
            + " MALFORMED. Bring the whole file under another name to have the rest.";
    static final String SHRUNK =
        "has fewer bytes than when the cycle was planned; what is there was read. Files must not change once they are"
            + " there: give new content a new name.";

    private final Settings settings;

    LandFn(Settings settings) {
      this.settings = settings;
    }

    @ProcessElement
    public void process(@Element FileShard shard, OutputReceiver<RawBatch> output)
        throws IOException {
      Optional<StoredFile> file = Storage.of(shard.uri()).stat(shard.uri());
      if (file.isEmpty()) {
        output.output(RawBatch.closing(vanished(shard)));
        return;
      }
      BronzeFile bronze =
          BronzeFile.of(
              settings.bronzeFolder(),
              settings.cycle(),
              shard.number(),
              shard.uri(),
              settings.ingestTime());
      String refused = settings.refused().get(shard.uri());
      if (refused != null) {
        bronze.delete();
        output.output(RawBatch.closing(refused(shard, 0, refused)));
        return;
      }
      try {
        String warning = land(shard, bronze, output);
        boolean shrunk = file.get().size() < shard.size();
        output.output(
            RawBatch.closing(
                new Landed(
                    shard.number(),
                    shard.uri(),
                    bronze.records(),
                    bronze.uri(),
                    bronze.bytes(),
                    false,
                    shrunk && warning == null ? SHRUNK : warning,
                    null)));
      } catch (FileNotFoundException e) {
        output.output(RawBatch.closing(vanished(shard)));
      } catch (RefusedFileException e) {
        bronze.delete();
        output.output(RawBatch.closing(refused(shard, bronze.records(), e.why())));
      } catch (Error e) {
        // One file must not end the cycle, and every cycle after it.
        bronze.delete();
        output.output(RawBatch.closing(refused(shard, bronze.records(), cannotBeRead(e))));
      }
    }

    /** Returns what a person should know of the file, or null. */
    private @Nullable String land(
        FileShard shard, BronzeFile bronze, OutputReceiver<RawBatch> output) throws IOException {
      boolean complete = false;
      boolean breaksOff = false;
      String warning;
      try (RawBatches batches = settings.format().open(shard)) {
        for (RawBatch batch = batches.next(); batch != null; batch = batches.next()) {
          bronze.write(batch);
          breaksOff |= batch.breaksOff();
          LandingProgress.add(batch.count() + batch.rejects().size());
          output.output(batch);
        }
        warning = batches.warning();
        complete = true;
      } finally {
        if (!complete) {
          bronze.abort();
        }
        bronze.close();
      }
      return breaksOff ? BREAKS_OFF : warning;
    }

    static Landed vanished(FileShard shard) {
      return new Landed(shard.number(), shard.uri(), 0, null, 0, true, VANISHED, null);
    }

    /**
     * @param passedOn records that went on before it was known, and must not be published
     */
    static Landed refused(FileShard shard, long passedOn, String why) {
      return new Landed(shard.number(), shard.uri(), passedOn, null, 0, false, null, why);
    }

    static String cannotBeRead(Error error) {
      Throwable cause = error;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      return "cannot be read by this program ("
          + cause
          + "). This is a defect of the program or of its installation: please report it with the file. The other"
          + " files of the source are read.";
    }
  }
}
