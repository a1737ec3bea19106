package org.beammedallion.pipelines.jobs;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.beammedallion.io.keys.KeyRanges;
import org.beammedallion.io.silver.CopyVersions;
import org.beammedallion.io.silver.MergeVersions;
import org.beammedallion.io.silver.VersionLog;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.CommitRequest.Operation;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.io.writing.TouchedPanes;
import org.beammedallion.pipelines.cycle.Cycle;
import org.beammedallion.pipelines.cycle.Staged;
import org.beammedallion.pipelines.engine.Engine.Work;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.pipelines.wiring.Tables;
import org.beammedallion.quality.pipeline.DimensionSpec;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.deduplicate.RowKey;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/**
 * The table of all accepted versions of silver's rows. It lies by the business key of the
 * dimensions that are made of it: a cycle writes those ranges of keys again that get a new version.
 */
final class VersionsJob extends CompanionJob {

  private final RowKey key;

  VersionsJob(PipelineDefinition definition, LakeLayout lake) {
    super(Tables.versionsName(definition), Tables.versions(definition, lake));
    this.key = key(definition);
  }

  /** Of several dimensions with history the first one's; others with another key are made whole. */
  private static RowKey key(PipelineDefinition definition) {
    RecordSchema versions = VersionLog.schema(definition.rowSchema());
    DimensionSpec dimension =
        definition.gold().dimensions().stream()
            .filter(DimensionSpec::keepsHistory)
            .findFirst()
            .orElseThrow();
    int[] fields = dimension.key().stream().mapToInt(versions::indexOf).toArray();
    return RowKey.of(RowLayout.of(versions), fields, -1);
  }

  /** How workers keep versions. */
  VersionLog log(Cycle cycle) throws IOException {
    return new VersionLog(cycle.target(table()));
  }

  /**
   * Silver's rows as versions, where there is silver from the time before versions were kept, or
   * where silver was rolled back to that time.
   *
   * @param folder of silver
   * @param resultUri where workers may leave their result
   */
  StageResult ofSilver(Cycle cycle, String folder, TableSnapshot silver, String resultUri)
      throws IOException {
    boolean isKept = table().snapshot().map(kept -> !kept.files().isEmpty()).orElse(false);
    if (silver.files().isEmpty() || isKept) {
      return StageResult.NONE;
    }
    List<DataFile> files = silver.files().stream().map(DataFile::withoutStatistics).toList();
    return cycle.run(
        "storing the versions of silver's rows",
        resultUri,
        Work.of(files),
        pipeline ->
            pipeline.apply(
                "Copy versions",
                CopyVersions.of(
                    new CopyVersions.Settings(
                        cycle.definition().rowSchema(), folder, files, log(cycle), resultUri))));
  }

  @Override
  public String describe() {
    return "every version of each row, for the dimensions of type 2";
  }

  @Override
  protected Staged stage(Cycle cycle, TableSnapshot read, int round) throws IOException {
    List<DataFile> incoming = cycle.silverResult().versions();
    return Staged.ofCompanion(
        round,
        read.version(),
        incoming.isEmpty() || isCommitted(cycle)
            ? StageResult.NONE
            : merge(cycle, incoming, read, round));
  }

  private StageResult merge(Cycle cycle, List<DataFile> incoming, TableSnapshot read, int round)
      throws IOException {
    long rows = incoming.stream().mapToLong(DataFile::rows).sum();
    KeyRanges ranges = KeyRanges.of(key, read.files(), rows);
    String resultUri = cycle.result(name(), round);
    MergeVersions.Settings settings =
        new MergeVersions.Settings(log(cycle), key, ranges, incoming, resultUri);
    return cycle
        .run(
            "keeping new versions",
            resultUri,
            Work.of(incoming).plus(ranges.spread()),
            pipeline -> pipeline.apply("Versions", MergeVersions.of(settings)))
        .withRemoved(ranges.spread().stream().map(DataFile::path).toList(), TouchedPanes.NONE);
  }

  @Override
  protected @Nullable CommitRequest request(Cycle cycle, Staged staged) throws IOException {
    if (!cycle.readsSource()) {
      return null;
    }
    StageResult result = staged.result();
    return result.removed().isEmpty()
        ? append(cycle, staged, result.files())
        : CommitRequest.replace(
            Operation.OVERWRITE,
            result.files(),
            live(result.removed()),
            staged.readVersion(),
            application(cycle),
            cycle.plan().cycle());
  }

  /** What silver's job staged is merged into the table's files, and stands there no more. */
  @Override
  protected void done(Cycle cycle) throws IOException {
    Set<String> live = new HashSet<>();
    snapshot().files().forEach(file -> live.add(file.path()));
    for (DataFile file : cycle.silverResult().versions()) {
      // A cycle that an earlier version of the program began may have committed them as they are.
      if (!live.contains(file.path())) {
        Storage.of(table().uri()).delete(file.uri(table().uri()));
      }
    }
  }
}
