package org.beammedallion.pipelines.jobs;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.io.keys.KeyRanges;
import org.beammedallion.io.star.StageDimension;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.io.writing.TouchedPanes;
import org.beammedallion.pipelines.cycle.Committed;
import org.beammedallion.pipelines.cycle.Cycle;
import org.beammedallion.pipelines.cycle.GoldDefinitions;
import org.beammedallion.pipelines.cycle.Staged;
import org.beammedallion.pipelines.engine.Engine.Work;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.pipelines.wiring.Tables;
import org.beammedallion.quality.ledger.Ledger.GoldEntry;
import org.beammedallion.quality.pipeline.DimensionSpec;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.star.DimensionPlan;
import org.beammedallion.transforms.star.DimensionPlan.Chronology;
import org.jspecify.annotations.Nullable;

/**
 * A dimension, which lies by its key. It follows another table: the ledger tells of which version
 * of that it was made, and what came and went there since is what a cycle does to it. Where that is
 * not known, or somebody else has changed the dimension, it is made as a whole.
 */
abstract class DimensionJob extends GoldJob {

  private final DimensionSpec spec;
  private final String sourceName;
  private final Table source;

  /**
   * @param versions of silver's rows, where the pipeline keeps them
   */
  static DimensionJob of(
      PipelineDefinition definition,
      LakeLayout lake,
      DimensionSpec spec,
      Table silver,
      @Nullable Table versions) {
    return spec.keepsHistory() && versions != null
        ? new HistoryDimensionJob(definition, lake, spec, versions)
        : new LatestDimensionJob(definition, lake, spec, silver);
  }

  /**
   * @param sourceName name of the table that it follows, without the layer
   */
  DimensionJob(
      PipelineDefinition definition,
      LakeLayout lake,
      DimensionSpec spec,
      String sourceName,
      Table source) {
    super(definition, spec.table(), Tables.dimension(definition, lake, spec));
    this.spec = spec;
    this.sourceName = "silver." + sourceName;
    this.source = source;
  }

  final DimensionSpec spec() {
    return spec;
  }

  final Table source() {
    return source;
  }

  @Override
  public final String describe() {
    return (spec.keepsHistory()
            ? "dimension of type 2, valid from " + spec.validFrom()
            : "dimension of type 1")
        + ", key "
        + String.join(", ", spec.key())
        + ", "
        + columns();
  }

  @Override
  public final String digest() {
    List<Instant> epochs = definition().epochs();
    String columns =
        GoldDefinitions.digest(
            spec.key(), spec.columns(), spec.tracked(), spec.validFrom(), spec.surrogateKey());
    // They decide the order of the versions. Without them the digest is that of earlier releases.
    return epochs.isEmpty() ? columns : GoldDefinitions.digest(columns, epochs);
  }

  @Override
  public final GoldEntry entry(Committed committed, String definition) {
    return new GoldEntry(
            shortName(),
            committed.version(),
            committed.staged().result().published(),
            committed.snapshot().rows(),
            definition)
        .with(committed.staged().references(), Map.of());
  }

  /** How rows of the table that it follows become rows of the dimension. */
  abstract DimensionPlan plan();

  /**
   * The same.
   *
   * @param rows of the table that it follows
   * @param deleted the field of them that says that the key is gone, or null where none does
   */
  final DimensionPlan plan(RecordSchema rows, @Nullable String deleted) {
    int latestBy = definition().latestBy();
    DimensionPlan.Names names =
        new DimensionPlan.Names(
            spec.key(),
            spec.columns(),
            spec.tracked(),
            spec.validFrom(),
            latestBy < 0 ? null : definition().rowSchema().fields().get(latestBy).name(),
            deleted,
            definition().hasChanges() ? Chronology.ORDER : Chronology.TIME);
    return definition().hasChanges()
        ? DimensionPlan.ofChanges(rows, names, spec.schema(), Tables.changeOrder(definition()))
        : DimensionPlan.of(rows, names, spec.schema());
  }

  /** The table that it follows, as it is now. */
  abstract KnownVersion sourceNow(Cycle cycle) throws IOException;

  /**
   * Changes the dimension where the other table was changed.
   *
   * @param earlier the version of the other table that the dimension was made of
   */
  abstract Staged update(
      Cycle cycle, TableSnapshot read, int round, KnownVersion earlier, KnownVersion now)
      throws IOException;

  @Override
  protected final Staged stage(Cycle cycle, TableSnapshot read, int round) throws IOException {
    KnownVersion now = sourceNow(cycle);
    KnownVersion earlier = madeOf(cycle, read, now);
    return earlier == null
        ? makeWhole(cycle, read, round, now)
        : update(cycle, read, round, earlier, now);
  }

  /** Makes the dimension of all rows of the other table. */
  final Staged makeWhole(Cycle cycle, TableSnapshot read, int round, KnownVersion now)
      throws IOException {
    KeyRanges ranges = KeyRanges.of(plan().key(), now.files());
    Set<Integer> all = IntStream.range(0, ranges.count()).boxed().collect(Collectors.toSet());
    return make(cycle, read, round, now, new Making(ranges, all, read.files()));
  }

  /**
   * The version of the other table that the dimension was made of, as a whole; null where that is
   * not known.
   */
  private @Nullable KnownVersion madeOf(Cycle cycle, TableSnapshot read, KnownVersion now)
      throws IOException {
    if (read.version() == CommitRequest.NO_TABLE || cycle.recomputes(this)) {
      return null;
    }
    GoldEntry entry = entryOf(cycle.log(), cycle.plan().cycle() - 1);
    Long version = entry == null ? null : entry.dimensions().get(sourceName);
    if (entry == null
        || version == null
        || !Objects.equals(entry.definition(), digest())
        || !isAsItWas(entry.version(), read)) {
      return null;
    }
    return version == now.version() ? now : KnownVersion.at(source, version);
  }

  /** Whether the dimension has the files that an earlier cycle left. */
  private boolean isAsItWas(long version, TableSnapshot read) throws IOException {
    if (version == read.version()) {
      return true;
    }
    KnownVersion left = KnownVersion.at(table(), version);
    return left != null && left.difference(KnownVersion.of(table(), read)).isEmpty();
  }

  /**
   * Ranges of keys that are made again.
   *
   * @param ranges in which the other table lies
   * @param numbers of them
   * @param replaced files of the dimension
   */
  record Making(KeyRanges ranges, Set<Integer> numbers, List<DataFile> replaced) {}

  /** Makes ranges of keys of all rows of them that the other table has. */
  final Staged make(Cycle cycle, TableSnapshot read, int round, KnownVersion now, Making making)
      throws IOException {
    String resultUri = cycle.result(name(), round);
    StageResult result =
        run(
                cycle,
                resultUri,
                work(making),
                StageDimension.of(
                    new StageDimension.Settings(
                        plan(),
                        source.uri(),
                        making.ranges(),
                        making.numbers(),
                        cycle.target(table()),
                        resultUri)))
            .withRemoved(
                making.replaced().stream().map(DataFile::path).toList(), TouchedPanes.NONE);
    boolean isWhole = making.numbers().size() == making.ranges().count();
    return staged(read, round, now, result, isWhole);
  }

  final StageResult run(
      Cycle cycle, String resultUri, Work work, PTransform<PBegin, PCollection<String>> transform)
      throws IOException {
    return cycle.run(
        "making the dimension " + shortName(),
        resultUri,
        work,
        pipeline -> pipeline.apply("Dimension", transform));
  }

  private static Work work(Making making) {
    Work work = Work.of(making.replaced()).plus(making.ranges().spread());
    for (int number : making.numbers()) {
      work = work.plus(making.ranges().files(number));
    }
    return work;
  }

  final Staged nothing(TableSnapshot read, int round, KnownVersion now) {
    return staged(read, round, now, StageResult.NONE, false);
  }

  final Staged staged(
      TableSnapshot read, int round, KnownVersion now, StageResult result, boolean whole) {
    return Staged.ofGold(round, read.version(), result, Map.of(sourceName, now.version()), whole);
  }
}
