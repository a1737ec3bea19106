package org.beammedallion.io.source;

import java.io.IOException;
import org.beammedallion.io.parquet.source.RowGroupBronze;
import org.beammedallion.io.parquet.source.SourceRows;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.transforms.raw.Landed;
import org.beammedallion.transforms.row.RowBatch;
import org.jspecify.annotations.Nullable;

/** A shard of a Parquet file, whose row groups are kept when all of them are decoded. */
final class RowGroupLanding extends ShardLanding<RowBatch> {

  private final LandRowGroups.Settings settings;
  private final RowGroupBronze bronze;
  private @Nullable SourceRows rows;
  private long records;

  RowGroupLanding(LandRowGroups.Settings settings, Shard shard) {
    super(shard, settings.unread());
    this.settings = settings;
    this.bronze = RowGroupBronze.of(settings.bronze(), shard);
  }

  @Override
  long passedOn() {
    return records;
  }

  private SourceRows opened() throws IOException {
    SourceRows source = rows;
    if (source == null) {
      source = SourceRows.open(shard, settings.decoder());
      rows = source;
    }
    return source;
  }

  @Override
  @Nullable RowBatch read() throws IOException {
    RowBatch batch = opened().next();
    if (batch != null) {
      records += batch.read();
      LandingProgress.add(batch.read());
    }
    return batch;
  }

  @Override
  Landed end() throws IOException {
    SourceRows source = opened();
    bronze.write(source);
    String warning = source.warning();
    rows = null;
    source.close();
    return new Landed(
        shard.number(),
        shard.uri(),
        records,
        bronze.uri(),
        bronze.bytes(),
        false,
        warning,
        null,
        null);
  }

  @Override
  RowBatch closing(Landed landed) {
    return RowBatch.closing(landed);
  }

  @Override
  void abort() throws IOException {
    if (rows != null) {
      rows.close();
    }
  }

  @Override
  void delete() throws IOException {
    bronze.delete();
  }
}
