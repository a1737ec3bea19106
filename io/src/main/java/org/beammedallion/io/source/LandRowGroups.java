package org.beammedallion.io.source;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.io.bronze.BronzeCycle;
import org.beammedallion.io.parquet.source.RowGroupBronze;
import org.beammedallion.io.parquet.source.SourceRows;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.transforms.decode.typed.TypedDecoder;
import org.beammedallion.transforms.raw.Landed;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowBatchCoder;
import org.jspecify.annotations.Nullable;

/**
 * Reads shards of Parquet files, column by column, into checked rows and dead letters, and keeps
 * their row groups in bronze as they are; the last batch of a shard tells what was landed. Bounded.
 * Idempotent: a repeat writes the same bronze files over themselves. A file that has vanished gives
 * a warning; one that is damaged anywhere, or does not fit the contract, is refused as a whole, and
 * nothing of it is kept. A storage that fails, fails the bundle.
 */
public final class LandRowGroups extends PTransform<PCollection<Shard>, PCollection<RowBatch>> {

  /**
   * What is read, and where it is kept.
   *
   * @param bronze where it is kept
   * @param unread files that are not opened
   */
  public record Settings(BronzeCycle bronze, TypedDecoder decoder, UnreadFiles unread)
      implements Serializable {}

  private final Settings settings;

  private LandRowGroups(Settings settings) {
    this.settings = settings;
  }

  public static LandRowGroups of(Settings settings) {
    return new LandRowGroups(settings);
  }

  @Override
  public PCollection<RowBatch> expand(PCollection<Shard> shards) {
    return shards
        .apply("Read, keep and decode", ParDo.of(new LandFn(settings)))
        .setCoder(RowBatchCoder.of());
  }

  private static final class LandFn extends DoFn<Shard, RowBatch> {
    private final Settings settings;

    LandFn(Settings settings) {
      this.settings = settings;
    }

    @ProcessElement
    public void process(@Element Shard shard, OutputReceiver<RowBatch> output) throws IOException {
      RowGroupBronze bronze = RowGroupBronze.of(settings.bronze(), shard);
      String known = settings.unread().refused().get(shard.uri());
      if (known != null) {
        bronze.delete();
        output.output(RowBatch.closing(ShardLanding.refused(shard, 0, known)));
        return;
      }
      if (settings.unread().gone().contains(shard.uri())) {
        bronze.delete();
        output.output(RowBatch.closing(ShardLanding.vanished(shard, 0)));
        return;
      }
      Passed passed = new Passed(output);
      try {
        String warning = land(shard, bronze, passed);
        output.output(
            RowBatch.closing(
                new Landed(
                    shard.number(),
                    shard.uri(),
                    passed.records,
                    bronze.uri(),
                    bronze.bytes(),
                    false,
                    warning,
                    null,
                    null)));
      } catch (FileNotFoundException e) {
        // An earlier attempt may have read it.
        bronze.delete();
        output.output(RowBatch.closing(ShardLanding.vanished(shard, passed.records)));
      } catch (RefusedFileException e) {
        refuse(shard, bronze, passed, e.why());
      } catch (Error e) {
        // One file must not end the cycle, and every cycle after it.
        refuse(shard, bronze, passed, RefusedFileException.of(e).why());
      }
    }

    private static void refuse(Shard shard, RowGroupBronze bronze, Passed passed, String why)
        throws IOException {
      bronze.delete();
      passed.output.output(RowBatch.closing(ShardLanding.refused(shard, passed.records, why)));
    }

    /** Returns what a person should know of the file, or null. */
    private @Nullable String land(Shard shard, RowGroupBronze bronze, Passed passed)
        throws IOException {
      try (SourceRows rows = SourceRows.open(shard, settings.decoder())) {
        for (RowBatch batch = rows.next(); batch != null; batch = rows.next()) {
          passed.records += batch.read();
          LandingProgress.add(batch.read());
          passed.output.output(batch);
        }
        bronze.write(rows);
        return rows.warning();
      }
    }
  }

  /** What went on, before it was known how the shard ends. */
  private static final class Passed {
    private final DoFn.OutputReceiver<RowBatch> output;
    private long records;

    Passed(DoFn.OutputReceiver<RowBatch> output) {
      this.output = output;
    }
  }
}
