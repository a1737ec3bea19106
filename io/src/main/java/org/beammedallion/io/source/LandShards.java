package org.beammedallion.io.source;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.time.Instant;
import java.util.Optional;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.io.bronze.BronzeFile;
import org.beammedallion.io.progress.FileShard;
import org.beammedallion.io.storage.SeekableInput;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.storage.StoredFile;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.raw.Framing;
import org.beammedallion.transforms.raw.Landed;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatchCoder;
import org.beammedallion.transforms.raw.RecordFramer;
import org.jspecify.annotations.Nullable;

/**
 * Reads shards of files, keeps every record in bronze and passes the records on in batches; the last batch of a shard
 * tells what was landed. Bounded. Idempotent: a repeat writes the same bronze files over themselves. A file that has
 * vanished gives no records and a warning; a storage that fails, fails the bundle.
 */
public final class LandShards extends PTransform<PCollection<FileShard>, PCollection<RawBatch>> {

  /**
   * @param bronzeFolder of the pipeline
   * @param compression of every file, or empty to tell by each file's extension
   * @param csv how CSV files are written, or empty where a record is a line
   */
  public record Settings(
      String bronzeFolder,
      long cycle,
      Instant ingestTime,
      Optional<Compression> compression,
      Optional<CsvFormat> csv,
      int maxRecordBytes)
      implements Serializable {
    private Object writeReplace() {
      return new Portable(
          bronzeFolder, cycle, ingestTime, compression.orElse(null), csv.orElse(null), maxRecordBytes);
    }
  }

  /** {@link Optional} is not serializable. */
  private record Portable(
      String bronzeFolder,
      long cycle,
      Instant ingestTime,
      @Nullable Compression compression,
      @Nullable CsvFormat csv,
      int maxRecordBytes)
      implements Serializable {
    private Object readResolve() {
      return new Settings(
          bronzeFolder,
          cycle,
          ingestTime,
          Optional.ofNullable(compression),
          Optional.ofNullable(csv),
          maxRecordBytes);
    }
  }

  private final Settings settings;

  private LandShards(Settings settings) {
    this.settings = settings;
  }

  public static LandShards of(Settings settings) {
    return new LandShards(settings);
  }

  @Override
  public PCollection<RawBatch> expand(PCollection<FileShard> shards) {
    return shards.apply("Read and keep raw", ParDo.of(new LandFn(settings))).setCoder(RawBatchCoder.of());
  }

  private static final class LandFn extends DoFn<FileShard, RawBatch> {
    private final Settings settings;

    LandFn(Settings settings) {
      this.settings = settings;
    }

    @ProcessElement
    public void process(@Element FileShard shard, OutputReceiver<RawBatch> output) throws IOException {
      Optional<StoredFile> file = Storage.of(shard.uri()).stat(shard.uri());
      if (file.isEmpty()) {
        output.output(RawBatch.closing(vanished(shard)));
        return;
      }
      BronzeFile bronze =
          BronzeFile.of(
              settings.bronzeFolder(), settings.cycle(), shard.number(), shard.uri(), settings.ingestTime());
      boolean complete = false;
      try (InputStream in = open(shard);
          RecordFramer framer = framer(shard, in)) {
        for (RawBatch batch = framer.next(); batch != null; batch = framer.next()) {
          bronze.write(batch);
          LandingProgress.add(batch.count() + batch.rejects().size());
          output.output(batch);
        }
        complete = true;
      } catch (FileNotFoundException e) {
        output.output(RawBatch.closing(vanished(shard)));
        return;
      } finally {
        if (!complete) {
          bronze.abort();
        }
        bronze.close();
      }
      output.output(
          RawBatch.closing(
              new Landed(
                  shard.number(),
                  shard.uri(),
                  bronze.records(),
                  bronze.uri(),
                  bronze.bytes(),
                  false,
                  file.get().size() < shard.size() ? shrunk(shard, file.get()) : null)));
    }

    private static Landed vanished(FileShard shard) {
      return new Landed(
          shard.number(),
          shard.uri(),
          0,
          null,
          0,
          true,
          shard.uri() + " was there when the cycle was planned and has vanished. Its records are not in this cycle;"
              + " put it back and the next cycle reads it.");
    }

    private static String shrunk(FileShard shard, StoredFile file) {
      return shard.uri() + " had " + shard.size() + " bytes when the cycle was planned and has " + file.size()
          + " now; what is there was read. Files must not change once they are there: give new content a new name.";
    }

    private Compression compression(FileShard shard) {
      return settings.compression().orElseGet(() -> Compression.ofName(shard.uri()));
    }

    private InputStream open(FileShard shard) throws IOException {
      Storage storage = Storage.of(shard.uri());
      if (shard.from() > 0) {
        return new TailStream(storage.openSeekable(shard.uri()), framing(shard).opensAt());
      }
      return compression(shard).decompress(storage.open(shard.uri()));
    }

    /** A file that has grown since is read to where it ended when it was planned, unless that is told in other bytes. */
    private Framing framing(FileShard shard) {
      long end = compression(shard).isSplittable() ? shard.to() : Long.MAX_VALUE;
      return Framing.of(shard.uri(), shard.number())
          .withRange(shard.from(), end)
          .withMaxRecordBytes(settings.maxRecordBytes());
    }

    private RecordFramer framer(FileShard shard, InputStream in) {
      Framing framing = framing(shard);
      return settings
          .csv()
          .map(format -> RecordFramer.csv(in, framing.withRange(0, Long.MAX_VALUE), format))
          .orElseGet(() -> RecordFramer.lines(in, framing));
    }
  }

  /** The bytes of a file from a position on. */
  private static final class TailStream extends InputStream {
    private final SeekableInput input;
    private long position;

    TailStream(SeekableInput input, long position) {
      this.input = input;
      this.position = position;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = input.read(position, bytes, offset, length);
      if (count > 0) {
        position += count;
      }
      return count;
    }

    @Override
    public void close() throws IOException {
      input.close();
    }
  }
}
