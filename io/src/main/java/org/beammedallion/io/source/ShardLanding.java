package org.beammedallion.io.source;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import org.beammedallion.io.bronze.BronzeFile;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.transforms.raw.Landed;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatches;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one shard batch by batch, and keeps in bronze what it gives. The last batch tells what was
 * landed; what is closed before it keeps nothing. Not thread-safe.
 */
final class ShardLanding implements Closeable {

  static final String VANISHED =
      "was there when the cycle was planned, but does not exist any more. Its records are not in this "
          + "cycle; restore the file, and the next cycle reads it.";
  private static final String BREAKS_OFF =
      "is damaged or ends early: the records before were read, and the rest is in the quarantine as MALFORMED. To load the rest, save the whole file under a "
          + "new name.";
  private static final String NOT_WHOLE =
      "is damaged or ends early, and 'write: overwrite' would replace whole partitions by a part of it. Provide the whole file.";

  private static final Logger LOG = LoggerFactory.getLogger(ShardLanding.class);

  private final LandShards.Settings settings;
  private final Shard shard;
  private final BronzeFile bronze;
  private @Nullable RawBatches batches;
  private boolean breaksOff;
  private boolean isOver;

  ShardLanding(LandShards.Settings settings, Shard shard) {
    this.settings = settings;
    this.shard = shard;
    this.bronze =
        settings.source().isRepeatable(List.of(shard))
            ? BronzeFile.of(settings.bronze(), shard.number(), shard.uri())
            : BronzeFile.ofAttempt(settings.bronze(), shard.number(), shard.uri());
  }

  /** The next batch, or null behind the last. */
  @Nullable RawBatch next() throws IOException {
    if (isOver) {
      return null;
    }
    RawBatch unread = batches == null ? unread() : null;
    if (unread != null) {
      return unread;
    } else if (settings.source().isByPosition()) {
      // What is left out of a stream is never read again, so whatever fails must fail the cycle.
      return read();
    }
    try {
      return read();
    } catch (FileNotFoundException e) {
      return without(vanished(shard, bronze.records()));
    } catch (RefusedFileException e) {
      return without(refused(shard, bronze.records(), e.why()));
    } catch (Error e) {
      // One file must not end the cycle, and every cycle after it.
      return without(refused(shard, bronze.records(), RefusedFileException.of(e).why()));
    }
  }

  /** Ends a shard that is not opened; null where it is. */
  private @Nullable RawBatch unread() throws IOException {
    String refused = settings.unread().refused().get(shard.uri());
    if (refused != null) {
      return without(refused(shard, 0, refused));
    }
    return settings.unread().gone().contains(shard.uri()) ? without(vanished(shard, 0)) : null;
  }

  /** Ends a shard of which nothing is kept; an earlier attempt may have kept something. */
  private RawBatch without(Landed landed) throws IOException {
    try {
      close();
    } catch (IOException e) {
      // What cannot be read may not be closed in order either.
      LOG.debug("{} could not be closed.", shard.uri(), e);
    }
    bronze.delete();
    return RawBatch.closing(landed);
  }

  private RawBatch read() throws IOException {
    RawBatches source = batches;
    if (source == null) {
      source = settings.source().open(shard, bronze);
      batches = source;
      bronze.encoding(source.encoding());
    }
    RawBatch batch = source.next();
    if (batch == null) {
      return end(source);
    }
    bronze.write(batch);
    breaksOff |= batch.breaksOff();
    if (settings.wholeFilesOnly() && (breaksOff || !source.isWhole())) {
      throw new RefusedFileException(NOT_WHOLE);
    }
    LandingProgress.add(batch.count() + batch.rejects().size());
    return batch;
  }

  private RawBatch end(RawBatches source) throws IOException {
    String warning = breaksOff ? BREAKS_OFF : source.warning();
    String reached = source.reached();
    batches = null;
    source.close();
    bronze.close();
    isOver = true;
    if (bronze.uri() == null && settings.source().isByPosition()) {
      // An earlier attempt may have read what is lost by now.
      bronze.delete();
    }
    return RawBatch.closing(
        new Landed(
            shard.number(),
            shard.uri(),
            bronze.records(),
            bronze.uri(),
            bronze.bytes(),
            false,
            warning,
            null,
            reached));
  }

  @Override
  public void close() throws IOException {
    if (isOver) {
      return;
    }
    isOver = true;
    RawBatches source = batches;
    batches = null;
    try {
      if (source != null) {
        source.close();
      }
    } finally {
      bronze.abort();
    }
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
