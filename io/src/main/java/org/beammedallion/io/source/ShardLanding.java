package org.beammedallion.io.source;

import java.io.FileNotFoundException;
import java.io.IOException;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.transforms.raw.Landed;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one shard batch by batch, and keeps in bronze what it gives. The last batch tells what was
 * landed; what is closed before it keeps nothing. Not thread-safe.
 *
 * @param <B> a batch
 */
abstract class ShardLanding<B> implements BatchReader.Batches<B> {

  private static final Logger LOG = LoggerFactory.getLogger(ShardLanding.class);

  final Shard shard;
  private final UnreadFiles unread;
  private boolean isBegun;
  private boolean isOver;

  ShardLanding(Shard shard, UnreadFiles unread) {
    this.shard = shard;
    this.unread = unread;
  }

  /** Records that went on before it was known how the shard ends. */
  abstract long passedOn();

  /** The next batch, or null after the last. */
  abstract @Nullable B read() throws IOException;

  /** Completes what is kept of a shard that was read to its end, and tells what was landed. */
  abstract Landed end() throws IOException;

  /** The batch that tells what was landed. */
  abstract B closing(Landed landed);

  /** Closes what is open, and drops what was kept. */
  abstract void abort() throws IOException;

  /** Deletes what an earlier attempt may have kept. */
  abstract void delete() throws IOException;

  /**
   * Whether whatever fails must fail the cycle, since what is left out of the source is never read
   * again.
   */
  boolean failsAsWhole() {
    return false;
  }

  @Override
  public final @Nullable B next() throws IOException {
    if (isOver) {
      return null;
    }
    Landed left = isBegun ? null : unread.landed(shard.number(), shard.uri());
    isBegun = true;
    if (left != null) {
      return without(left);
    } else if (failsAsWhole()) {
      return readOrEnd();
    }
    try {
      return readOrEnd();
    } catch (FileNotFoundException e) {
      return without(UnreadFiles.vanished(shard.number(), shard.uri(), passedOn()));
    } catch (RefusedFileException e) {
      return without(Landed.refused(shard.number(), shard.uri(), passedOn(), e.why()));
    } catch (Error e) {
      // One file must not end the cycle, and every cycle after it.
      String why = RefusedFileException.of(e).why();
      return without(Landed.refused(shard.number(), shard.uri(), passedOn(), why));
    }
  }

  private B readOrEnd() throws IOException {
    B batch = read();
    if (batch != null) {
      return batch;
    }
    Landed landed = end();
    isOver = true;
    return closing(landed);
  }

  /** Ends a shard of which nothing is kept; an earlier attempt may have kept something. */
  private B without(Landed landed) throws IOException {
    try {
      close();
    } catch (IOException e) {
      // What cannot be read may not be closed in order either.
      LOG.debug("{} could not be closed.", shard.uri(), e);
    }
    delete();
    return closing(landed);
  }

  @Override
  public final void close() throws IOException {
    if (!isOver) {
      isOver = true;
      abort();
    }
  }
}
