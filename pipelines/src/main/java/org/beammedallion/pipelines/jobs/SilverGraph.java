package org.beammedallion.pipelines.jobs;

import java.io.IOException;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.beammedallion.io.keys.KeyLanes;
import org.beammedallion.io.keys.KeySearch;
import org.beammedallion.io.progress.CyclePlan;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.silver.ReadReferences;
import org.beammedallion.io.silver.StageSilver;
import org.beammedallion.io.silver.VersionLog;
import org.beammedallion.io.source.UnreadFiles;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.RowDeleteRules;
import org.beammedallion.io.writing.MaterializeBlocks;
import org.beammedallion.io.writing.MaterializedBlocks;
import org.beammedallion.io.writing.ReadBlocks;
import org.beammedallion.io.writing.TableTarget;
import org.beammedallion.pipelines.cycle.Cycle;
import org.beammedallion.pipelines.wiring.Tables;
import org.beammedallion.pipelines.wiring.Uniqueness;
import org.beammedallion.pipelines.wiring.UserClasses;
import org.beammedallion.quality.pipeline.ChangeSpec;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.block.Destination;
import org.beammedallion.transforms.deduplicate.RowKey;
import org.beammedallion.transforms.deduplicate.SpreadRows;
import org.beammedallion.transforms.row.RowBatch;
import org.jspecify.annotations.Nullable;

/**
 * The way of a record from its shard to a staged file, as one bounded Beam pipeline; as two where
 * the keys must be known before files of the table are read.
 */
final class SilverGraph {

  private static final int BUCKETS_PER_DEAD_LETTER_PART = 8;

  private final Cycle cycle;
  private final PipelineDefinition definition;
  private final CyclePlan plan;
  private final TableTarget target;
  private final @Nullable RowDeleteRules marks;
  private final @Nullable RememberedDeletes deletes;
  private final @Nullable VersionLog versions;
  private final Landing landing;
  private final UnreadFiles unread;

  /**
   * @param landing of the cycle's records
   * @param target of silver
   * @param marks how rows that are replaced are marked, or null where their files are written again
   * @param deletes that are remembered, or null where records are no changes
   * @param versions where every version is kept, or null
   * @param unread files of which no record is read
   */
  SilverGraph(
      Cycle cycle,
      Landing landing,
      TableTarget target,
      @Nullable RowDeleteRules marks,
      @Nullable RememberedDeletes deletes,
      @Nullable VersionLog versions,
      UnreadFiles unread) {
    this.cycle = cycle;
    this.landing = landing;
    this.definition = cycle.definition();
    this.plan = cycle.plan();
    this.target = target.withSources(plan.shards().stream().map(Shard::uri).toList());
    this.marks = marks;
    this.deletes = deletes;
    this.versions = versions;
    this.unread = unread;
  }

  /**
   * From the source to staged files, where no row of the table can be replaced.
   *
   * @param resultUri where the result is written
   */
  void build(Pipeline pipeline, String resultUri) throws IOException {
    stage(pipeline, spread(pipeline), List.of(), resultUri);
  }

  /**
   * From the source to blocks on storage, of which the keys are known.
   *
   * @param prefix of the blocks' files
   * @param resultUri where it is written what there is
   */
  void materialize(Pipeline pipeline, RowKey key, KeyLanes lanes, String prefix, String resultUri)
      throws IOException {
    spread(pipeline)
        .apply(
            "Materialize",
            MaterializeBlocks.of(new MaterializeBlocks.Settings(key, lanes, prefix, resultUri)));
  }

  /**
   * From such blocks to staged files.
   *
   * @param live files of the table whose rows may be replaced
   * @param resultUri where the result is written
   */
  void build(
      Pipeline pipeline,
      RowKey key,
      MaterializedBlocks materialized,
      KeySearch search,
      List<DataFile> live,
      String resultUri)
      throws IOException {
    List<DataFile> files = live.stream().map(DataFile::withoutStatistics).toList();
    PCollection<KV<Destination, Block>> blocks =
        pipeline.apply("Blocks", ReadBlocks.of(materialized.files()));
    if (!files.isEmpty()) {
      blocks =
          PCollectionList.of(blocks)
              .and(pipeline.apply("Table", ReadReferences.of(references(key, files, search))))
              .apply("With table", Flatten.pCollections());
    }
    stage(pipeline, blocks, files, resultUri);
  }

  private PCollection<KV<Destination, Block>> spread(Pipeline pipeline) throws IOException {
    PCollection<RowBatch> rows = UserClasses.transform(definition, landing.read(pipeline, unread));
    SpreadRows spread = SpreadRows.of(Tables.key(definition), plan.buckets(), deadLetterParts());
    boolean everyVersion = versions != null || holdsBack();
    return rows.apply("Spread", everyVersion ? spread.withEveryVersion() : spread);
  }

  /** Whether it takes all changes of a key to see that the order of two of them is not known. */
  private boolean holdsBack() {
    return definition.source().changes() instanceof ChangeSpec.Debezium;
  }

  private void stage(
      Pipeline pipeline,
      PCollection<KV<Destination, Block>> incoming,
      List<DataFile> liveFiles,
      String resultUri)
      throws IOException {
    PCollection<KV<Destination, Block>> blocks = incoming;
    if (deletes != null && deletes.areAny()) {
      blocks =
          PCollectionList.of(blocks)
              .and(pipeline.apply("Deletes", deletes.read()))
              .apply("With deletes", Flatten.pCollections());
    }
    StageSilver stage = StageSilver.of(staging(Tables.key(definition), liveFiles, resultUri));
    blocks.apply("Stage", holdsBack() ? stage.holdingBack(landing.files()) : stage);
  }

  private int deadLetterParts() {
    return Math.max(1, plan.buckets() / BUCKETS_PER_DEAD_LETTER_PART);
  }

  private ReadReferences.Settings references(
      RowKey key, List<DataFile> liveFiles, KeySearch search) {
    return new ReadReferences.Settings(
        target.folder(), key, definition.silver().eventTime(), liveFiles, plan.buckets(), search);
  }

  private StageSilver.Settings staging(
      @Nullable RowKey key, List<DataFile> liveFiles, String resultUri) throws IOException {
    return new StageSilver.Settings(
        target,
        key,
        new StageSilver.EventTime(definition.silver().eventTime(), Tables.paneMicros(definition)),
        Regrouping.of(cycle, landing).settings(),
        new StageSilver.Existing(liveFiles, marks),
        cycle.quarantine(),
        deletes == null ? null : deletes.tombstones(),
        versions,
        new StageSilver.Unique(Uniqueness.encoded(definition), plan.buckets()),
        resultUri);
  }
}
