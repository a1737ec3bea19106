package org.beammedallion.io.source.kafka;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.beammedallion.io.progress.LandedShard;
import org.beammedallion.io.progress.SelectedPieces;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.progress.SourceState;
import org.beammedallion.io.source.Backlog;
import org.beammedallion.io.source.BronzeBatches;
import org.beammedallion.io.source.DataLoss;
import org.beammedallion.io.source.LandedFileException;
import org.beammedallion.io.source.PlanRequest;
import org.beammedallion.io.source.Source;
import org.beammedallion.io.source.SourcePlan;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.storage.StoredFile;
import org.beammedallion.quality.pipeline.MessageSpec.Condition;
import org.beammedallion.transforms.raw.BlockSink;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatches;
import org.jspecify.annotations.Nullable;

/**
 * Topics of Kafka that another pipeline of the lake reads, as a source: what its completed cycles
 * have kept in bronze, with the addresses that the messages have in their topics. What was taken is
 * told by offsets, as of {@link KafkaSource}, so a pipeline can change from one to the other
 * between cycles, and the other pipeline may be reset.
 *
 * @param pipeline name of the other pipeline
 * @param progress its own folder in the lake
 * @param bronze its folder in the bronze layer
 * @param topics which are taken
 * @param where conditions of the messages that are wanted; messages that do not meet them may be
 *     given, too
 * @param dataLoss what becomes of a cycle whose messages the other pipeline has not
 * @param maxRecordBytes a larger record becomes a dead letter
 */
public record LandedTopics(
    String pipeline,
    String progress,
    String bronze,
    KafkaTopics topics,
    List<Condition> where,
    DataLoss dataLoss,
    int maxRecordBytes)
    implements Source {

  @Override
  public LandedTopics onDataLoss(DataLoss other) {
    return new LandedTopics(pipeline, progress, bronze, topics, where, other, maxRecordBytes);
  }

  @Override
  public SourcePlan plan(SourceState state, PlanRequest request) throws IOException {
    return new LandedPlanner(this, state).plan(request.limits());
  }

  @Override
  public Backlog backlog(SourceState state, PlanRequest request) throws IOException {
    return new LandedPlanner(onDataLoss(DataLoss.CONTINUE), state).backlog();
  }

  @Override
  public boolean isByPosition() {
    return true;
  }

  @Override
  public boolean isKept() {
    return true;
  }

  @Override
  public boolean made(Shard shard) {
    return shard instanceof LandedShard;
  }

  @Override
  public Map<Integer, String> keptFiles(List<Shard> shards) {
    Map<Integer, String> files = new HashMap<>();
    for (Shard shard : shards) {
      String file = ((LandedShard) shard).landedFile();
      if (file != null) {
        files.put(shard.number(), file);
      }
    }
    return files;
  }

  @Override
  public RawBatches open(Shard shard, BlockSink blocks) throws IOException {
    LandedShard range = (LandedShard) shard;
    String file = range.landedFile();
    SelectedPieces selected = selected(range);
    if (file == null || (selected != null && selected.pieces().isEmpty())) {
      return new Nothing();
    }
    long bytes = Storage.of(file).stat(file).map(StoredFile::size).orElse(-1L);
    if (bytes == range.landedBytes()) {
      return BronzeBatches.open(range, file, selected, maxRecordBytes);
    } else if (dataLoss == DataLoss.CONTINUE) {
      return new LostRange(range.range());
    }
    throw LandedFileException.of(range);
  }

  /** The parts of the file that are read; null for all of it. */
  private @Nullable SelectedPieces selected(LandedShard range) {
    SelectedPieces selected = range.selected();
    // The pipeline file may have been changed since the cycle was planned.
    return selected != null && where.contains(selected.condition()) ? selected : null;
  }

  @Override
  public Estimate estimate(Shard shard) {
    LandedShard range = (LandedShard) shard;
    return Estimate.ofCompressed(
        selected(range) == null ? range.landedBytes() : range.storedBytes());
  }

  /** What is said before the other pipeline has completed a cycle. */
  String withoutCycles() {
    return "Pipeline '"
        + pipeline
        + "', which 'landedBy' names, has completed no cycle in this lake. Run it; if it has another name or another"
        + " lake, correct that.";
  }

  /** What is said of a partition whose position is of a topic that the other one has not read. */
  String readsAnother(String uri) {
    return uri
        + " was deleted and created again, and pipeline '"
        + pipeline
        + "' has read another topic of that name than this one: nothing of it is taken before both have read the same.";
  }

  /** A range without a record: of markers of transactions, or aborted ones. */
  private static final class Nothing implements RawBatches {
    @Override
    public @Nullable RawBatch next() {
      return null;
    }

    @Override
    public void close() {}
  }
}
