package org.beammedallion.pipelines.cycle;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.beammedallion.io.progress.CyclePlan;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.io.quarantine.QuarantineFiles;
import org.beammedallion.io.source.Source;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.io.writing.StagedJson;
import org.beammedallion.io.writing.TableTarget;
import org.beammedallion.pipelines.cycle.CycleListener.Step;
import org.beammedallion.pipelines.engine.Engine;
import org.beammedallion.pipelines.engine.Engine.Graph;
import org.beammedallion.pipelines.engine.Engine.Work;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.quality.ledger.Ledger;
import org.beammedallion.quality.ledger.Ledger.GoldEntry;
import org.beammedallion.quality.ledger.RefusedFile;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.jspecify.annotations.Nullable;

/**
 * A running cycle: its plan, the claim to it, where it writes, and what its {@link TableJob}s have
 * committed so far. Used by one thread.
 */
public final class Cycle {

  private final PipelineDefinition definition;
  private final LakeLayout lake;
  private final CyclePlan plan;
  private final DriverClaim claim;
  private final ProgressLog log;
  private final Engine engine;
  private final CycleListener listener;
  private final Source source;
  private final Map<String, Committed> committed = new LinkedHashMap<>();

  public Cycle(
      PipelineDefinition definition,
      LakeLayout lake,
      CyclePlan plan,
      DriverClaim claim,
      ProgressLog log,
      Engine engine,
      CycleListener listener,
      Source source) {
    this.definition = definition;
    this.lake = lake;
    this.plan = plan;
    this.claim = claim;
    this.log = log;
    this.engine = engine;
    this.listener = listener;
    this.source = source;
  }

  public PipelineDefinition definition() {
    return definition;
  }

  public LakeLayout lake() {
    return lake;
  }

  public CyclePlan plan() {
    return plan;
  }

  public ProgressLog log() {
    return log;
  }

  public Engine engine() {
    return engine;
  }

  /** What the shards of its plan are parts of. */
  public Source source() {
    return source;
  }

  /** Whether it has a source to read; otherwise it is for gold alone. */
  public boolean readsSource() {
    return !plan.shards().isEmpty();
  }

  /** Whether a gold table is computed as a whole, independent of new rows. */
  public boolean recomputes(TableJob job) {
    return plan.recompute().contains(job.shortName());
  }

  /**
   * To be called before each step that others see.
   *
   * @throws org.beammedallion.io.progress.FencedException where another driver has taken the cycle
   */
  public void checkClaim() throws IOException {
    claim.check();
  }

  /** Tells the listener. */
  public void reached(Step step, String detail) {
    listener.reached(plan, step, detail);
  }

  /**
   * Where workers leave what they staged, until the driver has written it down.
   *
   * @param name of the table, or of a step of it
   */
  public String result(String name, int round) {
    return lake.result(definition.name(), claim.attempt(), name, round);
  }

  /** What the names of the files begin with that the cycle writes into tables. */
  public String filePrefix() {
    return String.format("cycle-%010d-%04d", plan.cycle(), claim.attempt().number());
  }

  /** How workers write files for a table. */
  public TableTarget target(Table table) throws IOException {
    return new TableTarget(
        table.uri(),
        table.layout().schema(),
        table.layout().partitionBy(),
        definition.silver().targetFileBytes(),
        filePrefix(),
        List.of(),
        table.fileRules());
  }

  public QuarantineFiles quarantine() {
    return new QuarantineFiles(lake.quarantine(definition.name()), plan.cycle(), plan.time());
  }

  /**
   * Runs a pipeline whose last step leaves a result, and takes the result.
   *
   * @param what see {@link Engine#run}
   * @param resultUri where the pipeline leaves its result
   */
  public StageResult run(String what, String resultUri, Work work, Graph graph) throws IOException {
    engine.run(what, work, graph);
    return takeResult(resultUri);
  }

  /** Takes what a pipeline has left at a URI, which is deleted. */
  static StageResult takeResult(String resultUri) throws IOException {
    Storage storage = Storage.of(resultUri);
    StageResult result;
    try (InputStream in = storage.open(resultUri)) {
      result = StagedJson.decode(in.readAllBytes());
    }
    storage.delete(resultUri);
    return result;
  }

  Optional<Staged> staged(TableJob job) throws IOException {
    return log.staged(plan.cycle(), job.name(), StagedJson.mapper(), Staged.class);
  }

  Staged putStaged(TableJob job, Staged staged) throws IOException {
    return log.putStaged(
        plan.cycle(), job.name(), staged.round(), staged, StagedJson.mapper(), Staged.class);
  }

  void add(TableJob job, Committed commit) {
    committed.put(job.name(), commit);
  }

  /** What was committed to a table; null where its job is not done. */
  public @Nullable Committed committed(TableJob job) {
    return committed.get(job.name());
  }

  /** Versions of the tables beside silver that hold the cycle, by name. */
  Map<String, Long> companions() {
    Map<String, Long> versions = new TreeMap<>();
    committed.forEach(
        (table, commit) -> {
          if (table.startsWith("silver.")
              && !table.equals(silverName())
              && commit.version() != CommitRequest.NO_TABLE) {
            versions.put(table, commit.version());
          }
        });
    return versions;
  }

  private String silverName() {
    return "silver." + definition.silver().table();
  }

  private Committed silverCommit() {
    Committed commit = committed.get(silverName());
    if (commit == null) {
      throw new IllegalStateException("Silver is not committed yet.");
    }
    return commit;
  }

  /** What silver's job staged in this cycle. */
  public StageResult silverResult() {
    return silverCommit().staged().result();
  }

  /**
   * Silver as it is now. What is computed again, because another pipeline has committed to a table
   * of gold, must hold that pipeline's rows too: read gold first and silver then.
   */
  public TableSnapshot silverNow(Table silver) throws IOException {
    return silver.snapshot().orElse(silverCommit().snapshot());
  }

  /** Files without any row in silver. */
  public List<RefusedFile> refused(Staged staged) {
    String read = staged.definition();
    return RefusedFiles.of(
        plan, staged.result().landed(), read == null ? RefusedFiles.definition(definition) : read);
  }

  /**
   * The ledger, when every job is done.
   *
   * @param gold entries of gold tables
   */
  public Ledger ledger(List<GoldEntry> gold) {
    Committed silver = silverCommit();
    return CycleLedger.of(this, silver.staged(), silver.snapshot(), gold);
  }

  /** Number of drivers that it has taken so far. */
  public int attempts() {
    return claim.attempt().number();
  }
}
