package org.beammedallion.io.source;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.beammedallion.io.bronze.BronzeCycle;
import org.beammedallion.io.bronze.BronzeManifest;
import org.beammedallion.io.bronze.BronzeRecords;
import org.beammedallion.io.progress.BronzeShard;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.progress.SourceState;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.storage.StoredFile;
import org.beammedallion.transforms.raw.BlockSink;
import org.beammedallion.transforms.raw.RawBatches;

/**
 * What earlier cycles of a pipeline kept in bronze, as a source: records have the bytes, headers
 * and addresses that they had when they were landed. What is in bronze does not change, so the
 * whole range is planned at once, in cycles of the limits' size.
 *
 * <p>Files of Parquet hold no records of bytes: {@link LandRowGroups} reads their shards.
 *
 * @param folder of the pipeline's bronze layer
 * @param from the first cycle, included
 * @param to the last cycle, included
 * @param maxRecordBytes a larger record becomes a dead letter
 */
public record BronzeSource(String folder, long from, long to, int maxRecordBytes)
    implements Source {

  /**
   * @param state the files that earlier cycles over this range have taken
   */
  @Override
  public SourcePlan plan(SourceState state, PlanRequest request) throws IOException {
    List<StoredFile> fresh = new ArrayList<>();
    long known = 0;
    long bytes = 0;
    BronzeManifest.Names names = new BronzeManifest.Names(folder);
    Storage storage = Storage.of(folder);
    try (Stream<StoredFile> files = storage.listSorted(folder, "");
        var taken = state.takenFiles().lookup()) {
      Iterator<StoredFile> each = files.iterator();
      while (each.hasNext()) {
        StoredFile file = each.next();
        long cycle = BronzeCycle.of(file);
        if (cycle >= from && cycle <= to && names.count(file)) {
          known++;
          if (taken.find(file.uri()) == null) {
            fresh.add(file);
            bytes += file.size();
          }
        }
      }
    }
    List<StoredFile> first = request.limits().first(fresh);
    List<Shard> shards = new ArrayList<>();
    for (StoredFile file : first) {
      shards.add(new BronzeShard(shards.size(), file.uri(), BronzeCycle.of(file), file.size()));
    }
    return new SourcePlan(
        shards,
        first.size() < fresh.size(),
        known,
        fresh.size(),
        bytes,
        List.of(),
        storage.isMissing(folder)
            ? "There is no bronze in '"
                + folder
                + "'. Look at the name of the pipeline and the lake."
            : null,
        List.of());
  }

  @Override
  public RawBatches open(Shard shard, BlockSink blocks) throws IOException {
    if (Storage.of(shard.uri()).stat(shard.uri()).isEmpty()) {
      throw new FileNotFoundException(shard.uri());
    }
    return new BronzeBatches(BronzeRecords.open(shard.uri()), shard.number(), maxRecordBytes);
  }

  @Override
  public Estimate estimate(Shard shard) {
    return Estimate.ofCompressed(shard.storedBytes());
  }
}
