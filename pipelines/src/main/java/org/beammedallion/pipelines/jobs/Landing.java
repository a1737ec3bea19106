package org.beammedallion.pipelines.jobs;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.io.bronze.BronzeCycle;
import org.beammedallion.io.bronze.BronzeFiles;
import org.beammedallion.io.bronze.BronzeManifest;
import org.beammedallion.io.bronze.BronzeRoutes;
import org.beammedallion.io.progress.CyclePlan;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.source.BronzeSource;
import org.beammedallion.io.source.KeepRecords;
import org.beammedallion.io.source.LandRowGroups;
import org.beammedallion.io.source.LandShards;
import org.beammedallion.io.source.ReadInBatches;
import org.beammedallion.io.source.ReadKept;
import org.beammedallion.io.source.ReadLanded;
import org.beammedallion.io.source.ShardCoder;
import org.beammedallion.io.source.Source;
import org.beammedallion.io.source.UnreadFiles;
import org.beammedallion.io.source.registry.AddSchemas;
import org.beammedallion.io.source.registry.SchemaLookup;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.pipelines.cycle.Cycle;
import org.beammedallion.pipelines.cycle.CycleListener.Step;
import org.beammedallion.pipelines.engine.Engine.Groups;
import org.beammedallion.pipelines.engine.Engine.Work;
import org.beammedallion.pipelines.wiring.Sources;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.pipeline.SilverSpec.WriteMode;
import org.beammedallion.transforms.decode.DecodeRecords;
import org.beammedallion.transforms.raw.BlockSink;
import org.beammedallion.transforms.raw.Landed;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatches;
import org.beammedallion.transforms.row.RowBatch;
import org.jspecify.annotations.Nullable;

/**
 * How the records of a cycle come into bronze and to its first step: in one pass where the source
 * can be read twice alike; otherwise they are kept first, written down in a manifest, and read from
 * bronze.
 */
final class Landing {

  private final Cycle cycle;
  private final Source source;
  private final BronzeCycle bronze;
  private final @Nullable BronzeManifest manifest;

  private Landing(
      Cycle cycle, Source source, BronzeCycle bronze, @Nullable BronzeManifest manifest) {
    this.cycle = cycle;
    this.source = source;
    this.bronze = bronze;
    this.manifest = manifest;
  }

  /** Keeps the records, where the source can be read only once and no earlier driver has. */
  static Landing of(Cycle cycle) throws IOException {
    BronzeCycle bronze =
        new BronzeCycle(
            cycle.lake().bronze(cycle.definition().name()),
            cycle.plan().cycle(),
            cycle.plan().time());
    if (cycle.source().isRepeatable(cycle.plan().shards())) {
      return new Landing(cycle, cycle.source().beforeReading(cycle.plan().shards()), bronze, null);
    }
    if (Sources.isTyped(cycle.definition().source())) {
      throw new IllegalStateException("Files of Parquet can be read again.");
    }
    Optional<BronzeManifest> earlier = BronzeManifest.find(bronze.folder(), bronze.number());
    BronzeManifest manifest = earlier.isPresent() ? earlier.get() : keep(cycle, bronze);
    manifest.deleteOthers(bronze);
    return new Landing(cycle, cycle.source(), bronze, manifest);
  }

  private static BronzeManifest keep(Cycle cycle, BronzeCycle bronze) throws IOException {
    CyclePlan plan = cycle.plan();
    String resultUri = cycle.result("landing", 1);
    Source source = cycle.source().beforeReading(plan.shards());
    Work work = new Work(Groups.STREAMED, Buckets.textBytes(plan.shards(), cycle.source()));
    StageResult result =
        cycle.run(
            "reading and keeping",
            resultUri,
            work,
            pipeline ->
                land(pipeline, cycle, source, bronze, UnreadFiles.NONE)
                    .apply("Keep", KeepRecords.of(resultUri)));
    plan.requireEveryShard(result.landed());
    cycle.checkClaim();
    BronzeManifest manifest =
        BronzeManifest.of(plan.cycle(), result.landed(), plan.positions()).put(bronze.folder());
    cycle.reached(Step.LANDED, "");
    return manifest;
  }

  private static PCollection<RawBatch> land(
      Pipeline pipeline, Cycle cycle, Source source, BronzeCycle bronze, UnreadFiles unread) {
    boolean wholeFilesOnly = cycle.definition().silver().write() == WriteMode.OVERWRITE;
    LandShards.Settings settings =
        new LandShards.Settings(
            bronze, source, unread, wholeFilesOnly, Sources.route(cycle.definition()));
    return readShards("Land", pipeline, cycle, LandShards.of(settings));
  }

  private static <B> PCollection<B> readShards(
      String step, Pipeline pipeline, Cycle cycle, ReadInBatches<Shard, B> read) {
    return readPieces(step, pipeline, cycle, cycle.plan().shards(), ShardCoder.of(), read);
  }

  private static <P, B> PCollection<B> readPieces(
      String step,
      Pipeline pipeline,
      Cycle cycle,
      List<P> pieces,
      Coder<P> coder,
      ReadInBatches<P, B> read) {
    // A cycle may have nothing to read, and Spark wants at least one part of a source.
    return cycle.engine().holdsOutputs() && !pieces.isEmpty()
        ? pipeline.apply(step, read.asSource(pieces))
        : pipeline.apply("Plan", Create.of(pieces).withCoder(coder)).apply(step, read);
  }

  /**
   * The records of the cycle, as rows and dead letters.
   *
   * @param unread files of which no record is given
   */
  PCollection<RowBatch> read(Pipeline pipeline, UnreadFiles unread) {
    PipelineDefinition definition = cycle.definition();
    if (Sources.isTyped(definition.source())) {
      LandRowGroups.Settings settings =
          new LandRowGroups.Settings(bronze, Sources.typedDecoder(definition), unread);
      return readShards("Land", pipeline, cycle, LandRowGroups.of(settings));
    }
    PCollection<RawBatch> records = records(pipeline, unread);
    SchemaLookup schemas = schemas();
    if (schemas != null) {
      records = records.apply("Schemas", AddSchemas.with(schemas));
    }
    DecodeRecords decode = DecodeRecords.with(Sources.decoder(definition));
    // What is left out of a stream is never read again.
    return records.apply("Decode", source.isByPosition() ? decode : decode.refusingFiles());
  }

  private PCollection<RawBatch> records(Pipeline pipeline, UnreadFiles unread) {
    if (manifest != null) {
      int most = cycle.definition().source().text().maxRecordBytes();
      return readPieces(
          "Landed",
          pipeline,
          cycle,
          manifest.landed(),
          SerializableCoder.of(Landed.class),
          ReadLanded.of(unread, most));
    }
    return source.isKept()
        ? readShards("Landed", pipeline, cycle, ReadKept.of(source))
        : land(pipeline, cycle, source, bronze, unread);
  }

  private @Nullable SchemaLookup schemas() {
    SchemaLookup schemas = Sources.schemas(cycle.definition(), bronze.folder());
    String other = Sources.landedIn(cycle.definition(), cycle.lake());
    return schemas == null || other == null ? schemas : schemas.alsoIn(other);
  }

  /**
   * The first records of a shard, to look at them before a pipeline reads them; null where it has
   * none.
   *
   * @throws FileNotFoundException where the shard is not there
   */
  @Nullable RawBatch first(Shard shard) throws IOException {
    SchemaLookup schemas = schemas();
    try (RawBatches batches = open(shard)) {
      RawBatch raw = batches.next();
      return raw == null || schemas == null ? raw : schemas.in(raw);
    }
  }

  private RawBatches open(Shard shard) throws IOException {
    if (manifest == null) {
      return source.open(shard, BlockSink.NONE);
    }
    for (Shard kept : manifest.shards()) {
      if (kept.number() == shard.number()) {
        return kept().open(kept, BlockSink.NONE);
      }
    }
    throw new FileNotFoundException(shard.uri());
  }

  /** What was kept, as a source. */
  private BronzeSource kept() {
    int most = cycle.definition().source().text().maxRecordBytes();
    return new BronzeSource(bronze.folder(), bronze.number(), bronze.number(), most);
  }

  /** Writes down where the messages of each route are in bronze, if it keeps them apart. */
  void putRoutes(List<Landed> landed) throws IOException {
    if (source.isByPosition() && !source.isKept()) {
      BronzeRoutes.of(bronze.number(), landed).put(bronze.folder());
    }
  }

  /** What the records take as JSON text, approximately. */
  long textBytes() {
    return manifest == null
        ? Buckets.textBytes(cycle.plan().shards(), cycle.source())
        : Buckets.textBytes(manifest.shards(), kept());
  }

  /** Where the bytes of the cycle's records are. */
  BronzeFiles files() {
    if (manifest != null) {
      return BronzeFiles.of(bronze, manifest);
    }
    return source.isKept()
        ? new BronzeFiles(bronze, source.keptFiles(cycle.plan().shards()))
        : BronzeFiles.of(bronze);
  }
}
