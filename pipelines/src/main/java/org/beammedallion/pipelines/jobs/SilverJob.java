package org.beammedallion.pipelines.jobs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.beammedallion.io.keys.KeyLanes;
import org.beammedallion.io.keys.KeySearch;
import org.beammedallion.io.quarantine.QuarantineFiles;
import org.beammedallion.io.source.UnreadFiles;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.CommitRequest.Operation;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.RowDeleteRules;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.io.writing.MaterializedBlocks;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.io.writing.UpsertFigures;
import org.beammedallion.pipelines.cycle.Cycle;
import org.beammedallion.pipelines.cycle.CycleHeldException;
import org.beammedallion.pipelines.cycle.CycleLedger;
import org.beammedallion.pipelines.cycle.CycleListener.Step;
import org.beammedallion.pipelines.cycle.RefusedFiles;
import org.beammedallion.pipelines.cycle.Staged;
import org.beammedallion.pipelines.cycle.TableJob;
import org.beammedallion.pipelines.engine.Engine.Work;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.pipelines.wiring.Sources;
import org.beammedallion.pipelines.wiring.Tables;
import org.beammedallion.pipelines.wiring.UserClasses;
import org.beammedallion.quality.gate.PublishGate;
import org.beammedallion.quality.ledger.Ledger;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.pipeline.SilverSpec;
import org.beammedallion.quality.pipeline.SilverSpec.UpsertMode;
import org.beammedallion.quality.pipeline.SilverSpec.WriteMode;
import org.beammedallion.quality.pipeline.UserClassSpec;
import org.beammedallion.transforms.deduplicate.RowKey;
import org.jspecify.annotations.Nullable;

/** Silver: from the source to its rows. The files of its companions are staged with it. */
final class SilverJob extends TableJob {

  /** Each is without the files that the ones before could not read. */
  private static final int MAX_ATTEMPTS = 8;

  private final PipelineDefinition definition;
  private final @Nullable DeletesJob deletes;
  private final @Nullable VersionsJob versions;

  /** Blocks of this cycle, which stay the same however often the table changes meanwhile. */
  private @Nullable ReadBlocks blocks;

  /** Files that were found to be refused or gone. */
  private UnreadFiles unreadable = UnreadFiles.NONE;

  SilverJob(
      PipelineDefinition definition,
      LakeLayout lake,
      @Nullable DeletesJob deletes,
      @Nullable VersionsJob versions) {
    super(Layer.SILVER, definition.silver().table(), Tables.silver(definition, lake));
    this.definition = definition;
    this.deletes = deletes;
    this.versions = versions;
  }

  private record ReadBlocks(String uri, KeyLanes lanes, MaterializedBlocks blocks) {}

  @Override
  public String describe() {
    SilverSpec silver = definition.silver();
    List<String> parts = new ArrayList<>();
    parts.add(silver.write().name().toLowerCase(Locale.ROOT));
    if (definition.hasKey()) {
      List<String> key =
          definition.keyFields().stream()
              .map(field -> definition.schema().fields().get(field).name())
              .toList();
      parts.add("key " + String.join(", ", key));
    }
    if (definition.hasChanges()) {
      parts.add("changes in the source's order");
    }
    if (silver.hasLatestBy()) {
      parts.add("latest by " + definition.rowSchema().fields().get(definition.latestBy()).name());
    }
    if (!silver.partitionBy().isEmpty()) {
      parts.add(
          "partitioned by "
              + String.join(", ", silver.partitionBy().stream().map(String::valueOf).toList()));
    }
    parts.add(silver.format().name().toLowerCase(Locale.ROOT));
    if (silver.formatVersion() > 0) {
      parts.add("format version " + silver.formatVersion());
    }
    parts.add(definition.schema().fields().size() + " columns");
    return String.join("; ", parts);
  }

  @Override
  public void requireFeasible() {
    Sources.requireDecodable(definition);
    UserClasses.check(definition);
  }

  @Override
  protected Staged stage(Cycle cycle, TableSnapshot read, int round) throws IOException {
    if (!cycle.readsSource()) {
      // The cycle is for gold alone.
      return staged(round, read, StageResult.NONE);
    }
    QuarantineFiles quarantine = cycle.quarantine();
    quarantine.deleteAll();
    Landing landing = Landing.of(cycle);
    RememberedDeletes remembered = deletes == null ? null : deletes.remembered(cycle);
    Set<String> unread = Set.of();
    TakenAgain base;
    StageResult result;
    boolean again;
    int attempts = 0;
    do {
      if (++attempts > MAX_ATTEMPTS) {
        throw new IOException(
            "Files of the source vanish one after another while they are read: "
                + String.join(", ", unreadable.gone())
                + ". Nothing was committed. Run it again when they are left alone.");
      }
      base = TakenAgain.of(cycle, table(), read, takenAgain(cycle, unread), round);
      result = stageFiles(cycle, landing, base.snapshot(), round, remembered);
      // Rows of a refused file, or of one that has vanished, are among those that were staged: once
      // more, without the file. Of a file that was to be taken again and cannot be read, the rows
      // stay.
      Set<String> now = unread(cycle, result);
      again = RefusedFiles.arePartlyRead(result.landed()) || !now.equals(unread);
      unread = now;
      if (again) {
        unreadable =
            unreadable.plus(RefusedFiles.of(result.landed()), RefusedFiles.gone(result.landed()));
        forgetBlocks();
        quarantine.deleteAll();
      }
    } while (again);
    if (remembered != null) {
      result = result.plus(remembered.forgotten());
    }
    if (versions != null) {
      String resultUri = cycle.result(name(), round);
      result = result.plus(versions.ofSilver(cycle, table().uri(), read, resultUri));
    }
    if (definition.silver().write() == WriteMode.OVERWRITE) {
      result = withReplacedPartitions(result, base.snapshot());
    }
    result = base.under(result);
    Staged staged = staged(round, read, result);
    CycleLedger.of(cycle, staged, read, List.of()).requireBalance();
    cycle.plan().requireEveryShard(result.landed());
    quarantine.write(0, RefusedFiles.letters(result.landed()));
    landing.putRoutes(result.landed());
    return staged;
  }

  /** The files whose rows give way: those that are taken again, if they can be read. */
  private static Set<String> takenAgain(Cycle cycle, Set<String> without) {
    Set<String> files = new TreeSet<>(cycle.plan().takenAgain());
    files.removeAll(without);
    return cycle.plan().givingWay(files);
  }

  /** Files that were to be taken again, and are refused or gone. */
  private static Set<String> unread(Cycle cycle, StageResult result) {
    Set<String> files = new TreeSet<>(RefusedFiles.of(result.landed()).keySet());
    files.addAll(RefusedFiles.gone(result.landed()));
    files.retainAll(cycle.plan().takenAgain());
    return files;
  }

  private Staged staged(int round, TableSnapshot read, StageResult result) {
    return Staged.ofSilver(round, read.version(), result, RefusedFiles.definition(definition));
  }

  private StageResult stageFiles(
      Cycle cycle,
      Landing landing,
      TableSnapshot read,
      int round,
      @Nullable RememberedDeletes remembered)
      throws IOException {
    SilverGraph graph =
        new SilverGraph(
            cycle,
            landing,
            cycle.target(table()),
            cycle.plan().takenAgain().isEmpty() ? marks() : null,
            remembered,
            versions == null ? null : versions.log(cycle),
            unreadable);
    RowKey key = Tables.key(definition);
    String resultUri = cycle.result(name(), round);
    return definition.silver().write() == WriteMode.UPSERT && key != null && !read.files().isEmpty()
        ? upsert(cycle, landing, graph, key, read, round)
        : cycle.run(
            "reading, checking and deduplicating",
            resultUri,
            work(landing),
            pipeline -> graph.build(pipeline, resultUri));
  }

  private Work work(Landing landing) {
    return new Work(UserClasses.groups(definition), landing.textBytes());
  }

  /** How replaced rows are marked, where their files are not written again. */
  private @Nullable RowDeleteRules marks() throws IOException {
    return definition.silver().upsert() == UpsertMode.MERGE_ON_READ
        ? table().rowDeleteRules().orElse(null)
        : null;
  }

  /** In two steps: files of the table are chosen when the keys are known. */
  private StageResult upsert(
      Cycle cycle, Landing landing, SilverGraph graph, RowKey key, TableSnapshot read, int round)
      throws IOException {
    ReadBlocks known = blocks;
    if (known == null) {
      known = readBlocks(cycle, landing, graph, key, read, round);
      blocks = known;
    }
    MaterializedBlocks incoming = known.blocks();
    KeySearch search = incoming.search(known.lanes());
    List<DataFile> candidates = read.files().stream().filter(search::mayBeIn).toList();
    String resultUri = cycle.result(name(), round);
    return cycle
        .run(
            "deduplicating and comparing with the table",
            resultUri,
            work(landing).plus(candidates),
            pipeline -> graph.build(pipeline, key, incoming, search, candidates, resultUri))
        .plus(UpsertFigures.ofFiles(read.files().size(), read.files().size() - candidates.size()));
  }

  private ReadBlocks readBlocks(
      Cycle cycle, Landing landing, SilverGraph graph, RowKey key, TableSnapshot read, int round)
      throws IOException {
    KeyLanes lanes = KeyLanes.of(key, read.files());
    String uri = cycle.result(name() + "-blocks", round);
    cycle
        .engine()
        .run(
            "reading and checking",
            work(landing),
            pipeline -> graph.materialize(pipeline, key, lanes, uri, uri));
    cycle.reached(Step.MATERIALIZED, "");
    return new ReadBlocks(uri, lanes, MaterializedBlocks.read(uri));
  }

  private void forgetBlocks() throws IOException {
    if (blocks != null) {
      blocks.blocks().delete();
      Storage.of(blocks.uri()).delete(blocks.uri());
      blocks = null;
    }
  }

  /**
   * The files of those partitions that the cycle has rows for; what their rows touched is told by
   * their statistics.
   */
  private StageResult withReplacedPartitions(StageResult result, TableSnapshot read) {
    List<DataFile> replaced = DataFile.inPartitionsOf(result.files(), read.files());
    StageResult sum = result;
    for (DataFile file : replaced) {
      sum = sum.withRemoved(List.of(file.path()), Tables.touchedBy(file, definition));
    }
    return sum;
  }

  /**
   * Asks the gate, unless an earlier driver committed already.
   *
   * @throws CycleHeldException where it objects
   */
  @Override
  protected void requireRelease(Cycle cycle, Staged staged) throws IOException {
    PublishGate gate = UserClasses.gate(definition);
    UserClassSpec spec = definition.own().gate();
    if (gate == null || spec == null || !cycle.readsSource() || isCommitted(cycle)) {
      return;
    }
    Ledger figures = CycleLedger.of(cycle, staged, snapshot(), List.of());
    List<String> objections = gate.objections(figures, spec.options());
    if (!objections.isEmpty()) {
      throw new CycleHeldException(definition.name(), cycle.plan().cycle(), objections);
    }
  }

  @Override
  protected @Nullable CommitRequest request(Cycle cycle, Staged staged) throws IOException {
    if (!cycle.readsSource()) {
      // The cycle is for gold alone, and a repeat of it finds the same nothing.
      return null;
    }
    StageResult result = staged.result();
    CommitRequest request =
        switch (definition.silver().write()) {
          case APPEND ->
              result.removed().isEmpty()
                  ? CommitRequest.append(result.files(), application(cycle), cycle.plan().cycle())
                  : replace(Operation.UPSERT, cycle, staged);
          case UPSERT -> replace(Operation.UPSERT, cycle, staged);
          case OVERWRITE -> replace(Operation.OVERWRITE, cycle, staged);
        };
    // A cycle that has read files is named in the table also where no row was left of them: whether
    // it is committed decides if the gate is asked again.
    return request.withMetrics(metrics(cycle, result)).evenIfEmpty();
  }

  private CommitRequest replace(Operation operation, Cycle cycle, Staged staged)
      throws IOException {
    return CommitRequest.replace(
            operation,
            staged.result().files(),
            live(staged.result().removed()),
            staged.readVersion(),
            application(cycle),
            cycle.plan().cycle())
        .withRowDeletes(staged.result().marks());
  }

  private static Map<String, String> metrics(Cycle cycle, StageResult result) {
    return Map.of(
        "cycle", Long.toString(cycle.plan().cycle()),
        "read", Long.toString(result.read()),
        "published", Long.toString(result.published()),
        "duplicate", Long.toString(result.rows().duplicate()),
        "rejected",
            Long.toString(result.rejected().values().stream().mapToLong(Long::longValue).sum()),
        "replaced", Long.toString(result.rows().replaced()),
        "deleted", Long.toString(result.deletes().rows()));
  }

  @Override
  protected void done(Cycle cycle) throws IOException {
    if (!cycle.plan().takenAgain().isEmpty()) {
      Set<String> read = takenAgain(cycle, unread(cycle, cycle.silverResult()));
      cycle.quarantine().supersede(read);
    }
    forgetBlocks();
    unreadable = UnreadFiles.NONE;
  }
}
