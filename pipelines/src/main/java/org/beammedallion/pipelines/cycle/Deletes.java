package org.beammedallion.pipelines.cycle;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.beammedallion.io.progress.CyclePlan;
import org.beammedallion.io.stage.DeleteResult;
import org.beammedallion.io.stage.ReadReferences;
import org.beammedallion.io.stage.TableTarget;
import org.beammedallion.io.stage.Tombstones;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.CommitRequest.Operation;
import org.beammedallion.io.table.ConcurrentCommitException;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.transforms.deduplicate.RowKey;
import org.jspecify.annotations.Nullable;

/**
 * The deletes that a pipeline remembers, as one cycle finds and leaves them. Their table changes
 * after silver's: before the cycle is complete no other one reads it.
 */
final class Deletes {

  /**
   * As soon as the table has more files than this and two for each bucket, they are written anew.
   */
  private static final int MAX_FILES = 16;

  private final PipelineDefinition definition;
  private final CyclePlan plan;
  private final RowKey key;
  private final Table table;
  private final long now;
  private final long deletedFrom;
  private final List<DataFile> live = new ArrayList<>();
  private final List<DataFile> expired = new ArrayList<>();

  private Deletes(PipelineDefinition definition, LakeLayout lake, CyclePlan plan, RowKey key)
      throws IOException {
    this.definition = definition;
    this.plan = plan;
    this.key = key;
    this.table = Tables.deletes(definition, lake, key);
    this.now = ChronoUnit.MICROS.between(Instant.EPOCH, plan.time());
    this.deletedFrom = now - definition.silver().rememberDeletes().toNanos() / 1000;
    for (DataFile file : snapshot().files()) {
      boolean wanted = file.mayHold(Tombstones.DELETED_AT, deletedFrom, null);
      (wanted ? live : expired).add(file);
    }
  }

  /** Null where the pipeline's records are no changes. */
  static @Nullable Deletes of(PipelineDefinition definition, LakeLayout lake, CyclePlan plan)
      throws IOException {
    RowKey key = Tables.key(definition);
    return definition.hasChanges() && key != null ? new Deletes(definition, lake, plan, key) : null;
  }

  private TableSnapshot snapshot() throws IOException {
    return table.snapshot().orElseGet(() -> new TableSnapshot(CommitRequest.NO_TABLE, List.of()));
  }

  boolean areAny() {
    return !live.isEmpty();
  }

  /** Reads those that are remembered. */
  ReadReferences read() {
    return ReadReferences.toDeletes(
        new ReadReferences.Settings(
            table.uri(),
            key,
            -1,
            live.stream().map(DataFile::withoutStatistics).toList(),
            plan.buckets(),
            null),
        deletedFrom);
  }

  private boolean rewrites() {
    return live.size() > MAX_FILES + 2 * plan.buckets();
  }

  /** How the cycle's own are written. */
  Tombstones tombstones(int attempt) throws IOException {
    return new Tombstones(
        new TableTarget(
            table.uri(),
            Tombstones.schema(key),
            List.of(),
            definition.silver().targetFileBytes(),
            String.format("cycle-%010d-%04d", plan.cycle(), attempt),
            List.of(),
            table.fileRules()),
        now,
        rewrites());
  }

  /** The files that the commit takes away. */
  DeleteResult forgotten() {
    List<DataFile> files = new ArrayList<>(expired);
    if (rewrites()) {
      files.addAll(live);
    }
    return DeleteResult.forgetting(files.stream().map(DataFile::path).toList());
  }

  /** Commits what the cycle remembers and forgets. */
  void commit(DeleteResult result) throws IOException {
    String application = Tables.application(definition, "silver." + Tables.deletesName(definition));
    TableSnapshot read = snapshot();
    Set<String> paths = new HashSet<>(result.forgotten());
    List<DataFile> removes =
        read.files().stream().filter(file -> paths.contains(file.path())).toList();
    CommitRequest append = CommitRequest.append(result.files(), application, plan.cycle());
    if (read.version() != CommitRequest.NO_TABLE) {
      // A version of each cycle, so that silver can be rolled back to it with its deletes.
      append = append.evenIfEmpty();
    }
    if (removes.isEmpty()) {
      table.commit(append);
      return;
    }
    try {
      table.commit(
          CommitRequest.replace(
              Operation.OVERWRITE,
              result.files(),
              removes,
              read.version(),
              application,
              plan.cycle()));
    } catch (ConcurrentCommitException e) {
      // Somebody else maintains the table: what is remembered twice does no harm, and a later cycle
      // forgets it.
      table.commit(append);
    }
  }
}
