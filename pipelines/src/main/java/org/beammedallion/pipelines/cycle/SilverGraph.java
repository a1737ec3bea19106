package org.beammedallion.pipelines.cycle;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.beammedallion.io.keys.KeyLanes;
import org.beammedallion.io.keys.KeySearch;
import org.beammedallion.io.progress.CyclePlan;
import org.beammedallion.io.progress.FileShard;
import org.beammedallion.io.quarantine.QuarantineFiles;
import org.beammedallion.io.source.LandShards;
import org.beammedallion.io.stage.MaterializeBlocks;
import org.beammedallion.io.stage.MaterializedBlocks;
import org.beammedallion.io.stage.ReadBlocks;
import org.beammedallion.io.stage.ReadReferences;
import org.beammedallion.io.stage.StageSilver;
import org.beammedallion.io.stage.TableTarget;
import org.beammedallion.io.stage.VersionLog;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.FileRules;
import org.beammedallion.io.table.RowDeleteRules;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.transforms.decode.DecodeRecords;
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

  private final PipelineDefinition definition;
  private final LakeLayout lake;
  private final PipelineOptions options;
  private final CyclePlan plan;
  private final int attempt;
  private final FileRules rules;
  private final @Nullable RowDeleteRules marks;
  private final QuarantineFiles quarantine;
  private final @Nullable Deletes deletes;
  private final Map<String, String> refused;

  SilverGraph(
      PipelineDefinition definition,
      LakeLayout lake,
      PipelineOptions options,
      CyclePlan plan,
      int attempt,
      FileRules rules,
      @Nullable RowDeleteRules marks,
      QuarantineFiles quarantine,
      @Nullable Deletes deletes,
      Map<String, String> refused) {
    this.definition = definition;
    this.lake = lake;
    this.options = options;
    this.plan = plan;
    this.attempt = attempt;
    this.rules = rules;
    this.marks = marks;
    this.quarantine = quarantine;
    this.deletes = deletes;
    this.refused = Map.copyOf(refused);
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
    PCollection<KV<Integer, byte[]>> blocks =
        pipeline.apply("Blocks", ReadBlocks.of(materialized.files()));
    if (!files.isEmpty()) {
      blocks =
          PCollectionList.of(blocks)
              .and(pipeline.apply("Table", ReadReferences.of(references(key, files, search))))
              .apply("With table", Flatten.pCollections());
    }
    stage(pipeline, blocks, files, resultUri);
  }

  private PCollection<KV<Integer, byte[]>> spread(Pipeline pipeline) throws IOException {
    PCollection<RowBatch> rows =
        pipeline
            .apply(
                "Plan", Create.of(plan.shards()).withCoder(SerializableCoder.of(FileShard.class)))
            .apply("Land", LandShards.of(landing()))
            .apply("Decode", DecodeRecords.with(Sources.decoder(definition)));
    rows = UserClasses.transform(definition, rows);
    return rows.apply(
        "Spread", SpreadRows.of(Tables.key(definition), plan.buckets(), deadLetterParts()));
  }

  private void stage(
      Pipeline pipeline,
      PCollection<KV<Integer, byte[]>> incoming,
      List<DataFile> liveFiles,
      String resultUri)
      throws IOException {
    PCollection<KV<Integer, byte[]>> blocks = incoming;
    if (deletes != null && deletes.areAny()) {
      blocks =
          PCollectionList.of(blocks)
              .and(pipeline.apply("Deletes", deletes.read()))
              .apply("With deletes", Flatten.pCollections());
    }
    blocks.apply("Stage", StageSilver.of(staging(Tables.key(definition), liveFiles, resultUri)));
  }

  private LandShards.Settings landing() {
    return new LandShards.Settings(
        lake.bronze(definition.name()),
        plan.cycle(),
        plan.time(),
        Sources.format(definition),
        refused);
  }

  private int deadLetterParts() {
    return Math.max(1, plan.buckets() / BUCKETS_PER_DEAD_LETTER_PART);
  }

  private ReadReferences.Settings references(
      RowKey key, List<DataFile> liveFiles, KeySearch search) {
    return new ReadReferences.Settings(
        lake.silver(definition.silver().table()),
        key,
        definition.silver().eventTime(),
        liveFiles,
        plan.buckets(),
        search);
  }

  private StageSilver.Settings staging(
      @Nullable RowKey key, List<DataFile> liveFiles, String resultUri) throws IOException {
    Regrouping regrouping = Regrouping.of(definition, plan, options);
    return new StageSilver.Settings(
        target(),
        key,
        definition.silver().eventTime(),
        Tables.paneMicros(definition),
        regrouping.regroup(),
        regrouping.splits(),
        liveFiles,
        marks,
        quarantine,
        deletes == null ? null : deletes.tombstones(attempt),
        versions(),
        Uniqueness.encoded(definition),
        plan.buckets(),
        resultUri);
  }

  private @Nullable VersionLog versions() throws IOException {
    Versions versions = Versions.of(definition, lake, plan);
    return versions == null ? null : versions.log(attempt);
  }

  private TableTarget target() {
    List<String> sources = new ArrayList<>();
    plan.shards().forEach(shard -> sources.add(shard.uri()));
    return new TableTarget(
        lake.silver(definition.silver().table()),
        definition.rowSchema(),
        Tables.partitions(definition),
        definition.silver().targetFileBytes(),
        String.format("cycle-%010d-%04d", plan.cycle(), attempt),
        sources,
        rules);
  }
}
