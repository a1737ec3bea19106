package org.beammedallion.io.source;

import java.io.IOException;
import java.util.List;
import org.beammedallion.io.bronze.BronzeFile;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.transforms.raw.Landed;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatches;
import org.beammedallion.transforms.raw.RecordCollector;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.jspecify.annotations.Nullable;

/** A shard of records, as their bytes. */
final class RecordLanding extends ShardLanding<RawBatch> {

  private static final String BREAKS_OFF =
      "is damaged or ends early: the records before were read, and the rest is in the quarantine as MALFORMED. "
          + RecordCollector.LOAD_THE_REST;
  private static final String NOT_WHOLE =
      "is damaged or ends early, and 'write: overwrite' would replace whole partitions by a part of it. Provide the whole file.";

  private final LandShards.Settings settings;
  private final BronzeFile bronze;
  private @Nullable RawBatches batches;
  private boolean breaksOff;

  RecordLanding(LandShards.Settings settings, Shard shard) {
    super(shard, settings.unread());
    this.settings = settings;
    BronzeFile file =
        settings.source().isRepeatable(List.of(shard))
            ? BronzeFile.of(settings.bronze(), shard.number(), shard.uri())
            : BronzeFile.ofAttempt(settings.bronze(), shard.number(), shard.uri());
    this.bronze = file.routedBy(settings.route());
  }

  @Override
  long passedOn() {
    return bronze.records();
  }

  @Override
  boolean failsAsWhole() {
    return settings.source().isByPosition();
  }

  private RawBatches opened() throws IOException {
    RawBatches source = batches;
    if (source == null) {
      source = settings.source().open(shard, bronze);
      batches = source;
      bronze.encoding(source.encoding());
    }
    return source;
  }

  @Override
  @Nullable RawBatch read() throws IOException {
    RawBatches source = opened();
    RawBatch batch = source.next();
    if (batch == null) {
      return null;
    }
    bronze.write(batch);
    breaksOff |= batch.breaksOff();
    if (settings.wholeFilesOnly() && (breaksOff || !source.isWhole())) {
      throw new RefusedFileException(NOT_WHOLE);
    }
    LandingProgress.add(batch.count() + batch.rejects().size());
    return batch;
  }

  @Override
  Landed end() throws IOException {
    RawBatches source = opened();
    String warning = breaksOff ? BREAKS_OFF : source.warning();
    String reached = source.reached();
    batches = null;
    source.close();
    bronze.close();
    if (bronze.uri() == null && settings.source().isByPosition()) {
      // An earlier attempt may have read what is lost by now.
      bronze.delete();
    }
    return new Landed(
        shard.number(),
        shard.uri(),
        bronze.records(),
        bronze.uri(),
        bronze.bytes(),
        false,
        warning,
        null,
        reached,
        bronze.routes());
  }

  @Override
  RawBatch closing(Landed landed) {
    return RawBatch.closing(landed);
  }

  @Override
  void abort() throws IOException {
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

  @Override
  void delete() throws IOException {
    bronze.delete();
  }
}
