package org.beammedallion.pipelines.cycle;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;
import org.beammedallion.io.keys.KeyLanes;
import org.beammedallion.io.keys.KeySearch;
import org.beammedallion.io.progress.CyclePlan;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.io.quarantine.QuarantineFiles;
import org.beammedallion.io.source.LandShards;
import org.beammedallion.io.stage.MaterializedBlocks;
import org.beammedallion.io.stage.StageResult;
import org.beammedallion.io.stage.StagedJson;
import org.beammedallion.io.stage.UpsertFigures;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.CommitRequest.Operation;
import org.beammedallion.io.table.ConcurrentCommitException;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.RowDeleteRules;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.pipelines.cycle.CycleListener.Step;
import org.beammedallion.quality.gate.PublishGate;
import org.beammedallion.quality.ledger.Ledger;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.pipeline.SilverSpec.UpsertMode;
import org.beammedallion.quality.pipeline.SilverSpec.WriteMode;
import org.beammedallion.quality.pipeline.UserClassSpec;
import org.beammedallion.transforms.deduplicate.RowKey;
import org.jspecify.annotations.Nullable;

/** The part of a cycle from the source to silver's commit. */
final class SilverCycle {

  /** A commit that another writer's made invalid is computed anew so many times. */
  private static final int MAX_ROUNDS = 5;

  private final PipelineDefinition definition;
  private final LakeLayout lake;
  private final PipelineOptions options;
  private final ProgressLog log;
  private final CyclePlan plan;
  private final DriverClaim claim;
  private final CycleListener listener;
  private final Table table;
  private @Nullable Landing landed;

  /** Files that were found to be refused, see {@link LandShards.Settings#refused}. */
  private final Map<String, String> refused = new TreeMap<>();

  SilverCycle(
      PipelineDefinition definition,
      LakeLayout lake,
      PipelineOptions options,
      ProgressLog log,
      CyclePlan plan,
      DriverClaim claim,
      CycleListener listener) {
    this.definition = definition;
    this.lake = lake;
    this.options = options;
    this.log = log;
    this.plan = plan;
    this.claim = claim;
    this.listener = listener;
    this.table = Tables.silver(definition, lake);
  }

  /** The cycle's blocks, which stay the same however often the table changes meanwhile. */
  private record Landing(String uri, KeyLanes lanes, MaterializedBlocks blocks) {}

  /**
   * Silver with the cycle in it.
   *
   * @param snapshot the table's version that holds the cycle, or a later one
   */
  record Committed(StageResult result, TableSnapshot snapshot, Table table) {

    /**
     * The same with silver as it is now. What is computed anew, because another pipeline has
     * committed to a table of gold, must hold that pipeline's rows too: whoever computes reads gold
     * first and silver then.
     */
    Committed asOfNow() throws IOException {
      return new Committed(result, table.snapshot().orElse(snapshot), table);
    }

    long version() {
      return snapshot.version();
    }

    long rows() {
      return snapshot.rows();
    }
  }

  Committed stageAndCommit() throws IOException {
    Optional<Staged> earlier =
        log.staged(plan.cycle(), tableName(), StagedJson.mapper(), Staged.class);
    Staged staged = earlier.isPresent() ? earlier.get() : stage(1);
    for (int round = staged.round(); ; round++) {
      try {
        claim.check();
        ask(staged);
        commit(staged);
        listener.reached(plan, Step.SILVER_COMMITTED, definition.silver().table());
        rememberDeletes(staged.result());
        keepVersions(staged.result());
        forgetLanding();
        return new Committed(staged.result(), snapshot(), table);
      } catch (ConcurrentCommitException e) {
        if (round >= MAX_ROUNDS) {
          throw new CycleFailedException(String.valueOf(e.getMessage()), e);
        }
        staged = stage(round + 1);
      }
    }
  }

  /**
   * Asks the gate, unless an earlier driver committed already.
   *
   * @throws CycleHeldException where it objects
   */
  private void ask(Staged staged) throws IOException {
    PublishGate gate = UserClasses.gate(definition);
    UserClassSpec spec = definition.gate();
    boolean forGoldAlone = plan.shards().isEmpty();
    if (gate == null || spec == null || forGoldAlone || isCommitted()) {
      return;
    }
    TableSnapshot before = snapshot();
    Ledger figures =
        CycleLedger.of(
            definition,
            plan,
            claim.attempt().number(),
            staged.result(),
            before.version(),
            before.rows(),
            List.of(),
            List.of());
    List<String> objections = gate.objections(figures, spec.options());
    if (!objections.isEmpty()) {
      throw new CycleHeldException(definition.name(), plan.cycle(), objections);
    }
  }

  private boolean isCommitted() throws IOException {
    OptionalLong last = table.lastCycle(Tables.application(definition, tableName()));
    return last.isPresent() && last.getAsLong() >= plan.cycle();
  }

  private TableSnapshot snapshot() throws IOException {
    return table.snapshot().orElseGet(() -> new TableSnapshot(CommitRequest.NO_TABLE, List.of()));
  }

  private Staged stage(int round) throws IOException {
    listener.reached(plan, Step.STAGING, "");
    if (plan.shards().isEmpty()) {
      // The cycle is for gold alone.
      return put(round, snapshot(), StageResult.NONE);
    }
    QuarantineFiles quarantine =
        new QuarantineFiles(lake.quarantine(definition.name()), plan.cycle(), plan.time());
    quarantine.deleteAll();
    TableSnapshot read = snapshot();
    String resultUri = lake.result(definition.name(), claim.attempt(), tableName(), round);
    Deletes deletes = Deletes.of(definition, lake, plan);
    StageResult result = stageFiles(read, round, resultUri, quarantine, deletes);
    while (RefusedFiles.arePartlyRead(result.landed())) {
      // Rows of a refused file are among those that were staged: once more, without the file.
      refused.putAll(RefusedFiles.of(result.landed()));
      forgetLanding();
      quarantine.deleteAll();
      result = stageFiles(read, round, resultUri, quarantine, deletes);
    }
    if (deletes != null) {
      result = result.plus(deletes.forgotten());
    }
    Versions versions = Versions.of(definition, lake, plan);
    if (versions != null) {
      result = result.plus(versions.ofSilver(read, options, claim.attempt().number(), resultUri));
    }
    if (definition.silver().write() == WriteMode.OVERWRITE) {
      result = withReplacedPartitions(result, read);
    }
    CycleLedger.of(definition, plan, claim.attempt().number(), result, 0, 0, List.of(), List.of())
        .requireBalance();
    requireEveryShard(result);
    return put(round, read, result);
  }

  private StageResult stageFiles(
      TableSnapshot read,
      int round,
      String resultUri,
      QuarantineFiles quarantine,
      @Nullable Deletes deletes)
      throws IOException {
    SilverGraph graph =
        new SilverGraph(
            definition,
            lake,
            options,
            plan,
            claim.attempt().number(),
            table.fileRules(),
            marks(),
            quarantine,
            deletes,
            refused);
    RowKey key = Tables.key(definition);
    return upserts() && key != null && !read.files().isEmpty()
        ? upsert(graph, key, read, round, resultUri)
        : stage(graph, resultUri);
  }

  /** How replaced rows are marked, where their files are not written anew. */
  private @Nullable RowDeleteRules marks() throws IOException {
    return definition.silver().upsert() == UpsertMode.MERGE_ON_READ
        ? table.rowDeleteRules().orElse(null)
        : null;
  }

  private Staged put(int round, TableSnapshot read, StageResult result) throws IOException {
    claim.check();
    Staged staged =
        log.putStaged(
            plan.cycle(),
            tableName(),
            round,
            new Staged(round, read.version(), result),
            StagedJson.mapper(),
            Staged.class);
    listener.reached(plan, Step.STAGED, "");
    return staged;
  }

  private StageResult stage(SilverGraph graph, String resultUri) throws IOException {
    Pipeline pipeline = Pipeline.create(options);
    graph.build(pipeline, resultUri);
    run(pipeline, "reading, checking and deduplicating");
    return Staged.takeResult(resultUri);
  }

  /** In two steps: files of the table are chosen when the keys are known. */
  private StageResult upsert(
      SilverGraph graph, RowKey key, TableSnapshot read, int round, String resultUri)
      throws IOException {
    Landing landing = landed;
    if (landing == null) {
      landing = land(graph, key, read, round);
      landed = landing;
    }
    KeySearch search = landing.blocks().search(landing.lanes());
    List<DataFile> candidates = read.files().stream().filter(search::mayBeIn).toList();
    Pipeline pipeline = Pipeline.create(options);
    graph.build(pipeline, key, landing.blocks(), search, candidates, resultUri);
    run(pipeline, "deduplicating and comparing with the table");
    return Staged.takeResult(resultUri)
        .plus(UpsertFigures.ofFiles(read.files().size(), read.files().size() - candidates.size()));
  }

  private Landing land(SilverGraph graph, RowKey key, TableSnapshot read, int round)
      throws IOException {
    KeyLanes lanes = KeyLanes.of(key, read.files());
    String uri = lake.result(definition.name(), claim.attempt(), tableName() + "-blocks", round);
    Pipeline pipeline = Pipeline.create(options);
    graph.materialize(pipeline, key, lanes, uri, uri);
    run(pipeline, "reading and checking");
    listener.reached(plan, Step.MATERIALIZED, "");
    return new Landing(uri, lanes, MaterializedBlocks.read(uri));
  }

  private void forgetLanding() throws IOException {
    if (landed != null) {
      landed.blocks().delete();
      Storage.of(landed.uri()).delete(landed.uri());
      landed = null;
    }
  }

  private void run(Pipeline pipeline, String what) {
    Runners.run(pipeline, what, UserClasses.groupsReadOnce(definition));
  }

  private String tableName() {
    return "silver." + definition.silver().table();
  }

  private boolean upserts() {
    return definition.silver().write() == WriteMode.UPSERT;
  }

  /**
   * The files of those partitions that the cycle has rows for; what their rows touched is told by
   * their statistics.
   */
  private StageResult withReplacedPartitions(StageResult result, TableSnapshot read) {
    List<DataFile> replaced = Tables.inPartitionsOf(result.files(), read.files());
    StageResult sum = result;
    for (DataFile file : replaced) {
      sum = sum.withRemoved(List.of(file.path()), Tables.touchedBy(file, definition));
    }
    return sum;
  }

  private void requireEveryShard(StageResult result) {
    Set<Integer> seen = new HashSet<>();
    result.landed().forEach(landed -> seen.add(landed.shard()));
    if (seen.size() != plan.shards().size() || result.landed().size() != seen.size()) {
      throw new IllegalStateException(
          "Cycle "
              + plan.cycle()
              + " was to read "
              + plan.shards().size()
              + " shards, and "
              + result.landed().size()
              + " reported. Nothing was committed. This is a defect of the program or of the runner.");
    }
  }

  private void commit(Staged staged) throws IOException {
    if (plan.shards().isEmpty()) {
      // The cycle is for gold alone, and a repeat of it finds the same nothing.
      return;
    }
    StageResult result = staged.result();
    String application = Tables.application(definition, tableName());
    CommitRequest request =
        switch (definition.silver().write()) {
          case APPEND -> CommitRequest.append(result.files(), application, plan.cycle());
          case UPSERT -> replace(Operation.UPSERT, staged, application);
          case OVERWRITE -> replace(Operation.OVERWRITE, staged, application);
        };
    // A cycle that has read files is named in the table also where no row was left of them: whether
    // it is committed decides if the gate is asked again.
    table.commit(request.withMetrics(metrics(result)).evenIfEmpty());
  }

  private void rememberDeletes(StageResult result) throws IOException {
    Deletes deletes = Deletes.of(definition, lake, plan);
    if (deletes != null) {
      claim.check();
      deletes.commit(result.deletes());
    }
  }

  /** After silver, for what was staged may be dropped and staged anew before that. */
  private void keepVersions(StageResult result) throws IOException {
    Versions versions = Versions.of(definition, lake, plan);
    if (versions != null) {
      claim.check();
      versions.commit(result);
    }
  }

  private CommitRequest replace(Operation operation, Staged staged, String application)
      throws IOException {
    return CommitRequest.replace(
            operation,
            staged.result().files(),
            removedFiles(staged.result()),
            staged.readVersion(),
            application,
            plan.cycle())
        .withRowDeletes(staged.result().marks());
  }

  private List<DataFile> removedFiles(StageResult result) throws IOException {
    Set<String> removed = new HashSet<>(result.removed());
    if (removed.isEmpty()) {
      return List.of();
    }
    return snapshot().files().stream().filter(file -> removed.contains(file.path())).toList();
  }

  private Map<String, String> metrics(StageResult result) {
    return Map.of(
        "cycle", Long.toString(plan.cycle()),
        "read", Long.toString(result.read()),
        "published", Long.toString(result.published()),
        "duplicate", Long.toString(result.rows().duplicate()),
        "rejected",
            Long.toString(result.rejected().values().stream().mapToLong(Long::longValue).sum()),
        "replaced", Long.toString(result.rows().replaced()),
        "deleted", Long.toString(result.deletes().rows()));
  }
}
