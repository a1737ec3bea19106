package org.beammedallion.pipelines.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ObjLongConsumer;
import org.apache.beam.sdk.options.PipelineOptions;
import org.beammedallion.io.source.CycleLimits;
import org.beammedallion.io.source.kafka.KafkaCluster;
import org.beammedallion.io.table.CatalogSettings;
import org.beammedallion.pipelines.cycle.CycleListener;
import org.beammedallion.pipelines.driver.CycleDriver;
import org.beammedallion.pipelines.driver.DryRun;
import org.beammedallion.pipelines.driver.Outcome;
import org.beammedallion.pipelines.driver.SideBySide;
import org.beammedallion.pipelines.driver.Standby;
import org.beammedallion.pipelines.maintain.Housekeeping;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.quality.ledger.Ledger;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.yaml.Document;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code medallion run}: loads new files from source to gold. */
@Command(
    name = "run",
    description = {
      "Takes everything that is new from the source to gold, and exits. Several pipelines run side by side.",
      "A run that was killed is completed by the next one; no record is lost or counted twice.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    footer = {
      "",
      "Every option of Beam and its runners can be given too, for example:",
      "  --runner=FlinkRunner|SparkRunner|DirectRunner     the default is Flink, in this process, with every core",
      "  --flinkMaster=host:port, --sparkMaster=spark://host:port",
      "  --storage=JSON     options of storages, by scheme, bucket or account",
      "A misspelt option is an error. `@file` reads options from a file."
    })
final class RunCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private PipelineArguments arguments = new PipelineArguments();

  @Mixin private TriggerOptions trigger = new TriggerOptions();

  @Mixin private CycleOptions cycle = new CycleOptions();

  @Option(
      names = "--recompute",
      paramLabel = "TABLE",
      split = ",",
      description =
          "gold tables to compute again as a whole from silver, for example after a change of their SQL; several with commas")
  private List<String> recompute = List.of();

  @Option(
      names = "--setAside",
      paramLabel = "FILE",
      split = ",",
      description =
          "refused files that are not read again: their URIs, or their names if they are unique")
  private List<String> setAside = List.of();

  @Option(
      names = "--takeAgain",
      paramLabel = "FILE",
      split = ",",
      description =
          "files to read again that were read before: names, paths or patterns; the rows that came from them give way")
  private List<String> takeAgain = List.of();

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "PIPELINE",
      description = "further pipeline files, or folders with *.pipeline.yaml files")
  private List<String> further = List.of();

  @Option(
      names = "--concurrentPipelines",
      paramLabel = "N",
      description = "number of pipelines that run at the same time (one for each core)")
  private int concurrent = Runtime.getRuntime().availableProcessors();

  @Option(
      names = {"--dryRun", "--dry-run"},
      description = "says what would be read and written, as `validate` does, and touches nothing")
  private boolean dryRun;

  @Option(
      names = "--standby",
      description =
          "if another driver runs the pipeline, wait until it has ended or died, instead of exit code 4")
  private boolean standby;

  @Option(
      names = "--strict",
      description =
          "a rule of the contract about a cycle that fails ends the run with an exit code of its own; tables are"
              + " committed as without it")
  private boolean strict;

  @Override
  public Integer call() throws Exception {
    int code = runs();
    // A process that lives on, such as a notebook's, is not to keep what belongs to these classes.
    KafkaCluster.closeIdleClients();
    return code;
  }

  private int runs() throws Exception {
    // Fails where an option is wrong, before anything else.
    arguments.beamOptions();
    cycle.dataLoss();
    Duration interval = trigger.interval();
    CycleLimits limits = cycle.limits();
    Housekeeping.Settings housekeeping = trigger.housekeeping(cycle.kept());
    List<Document> files = arguments.pipelineFiles(further);
    String lake = arguments.requiredLake();
    if (files.size() > 1 && !(recompute.isEmpty() && setAside.isEmpty() && takeAgain.isEmpty())) {
      throw new UsageException(
          "--recompute, --setAside and --takeAgain name tables and files of one pipeline. Run that pipeline alone.");
    }
    if (dryRun) {
      for (Document file : files) {
        dryRun(arguments.definition(file), lake);
      }
      return ExitCode.OK.code();
    }
    if (interval != null) {
      return runAtIntervals(files, lake, limits, interval, housekeeping).code();
    }
    if (files.size() == 1) {
      return runOne(arguments.definition(files.get(0)), lake, limits).code();
    }
    if (concurrent < 1) {
      throw new UsageException("--concurrentPipelines must be at least 1.");
    }
    return runMany(files, lake, limits).code();
  }

  private void dryRun(PipelineDefinition definition, String lake) throws IOException {
    PipelineOptions options = arguments.beamOptions();
    CatalogSettings catalog = CatalogOptions.read(options);
    LakeLayout layout = LakeLayout.of(lake).withCatalog(catalog);
    DryRunText text =
        new DryRunText(
            definition,
            DryRun.of(definition, layout, catalog, takeAgain),
            options,
            catalog,
            layout);
    PrintWriter out = spec.commandLine().getOut();
    if (arguments.output == PipelineArguments.Output.json) {
      out.println(text.json());
    } else {
      text.print(out);
    }
  }

  private ExitCode runOne(PipelineDefinition definition, String lake, CycleLimits limits)
      throws Exception {
    boolean json = arguments.output == PipelineArguments.Output.json;
    AtomicReference<ExitCode> worst = new AtomicReference<>(ExitCode.OK);
    PrintWriter out = spec.commandLine().getOut();
    try (Console console = new Console(spec.commandLine().getErr(), json)) {
      LakeLayout layout = LakeLayout.of(lake);
      Consumer<Outcome> each =
          outcome -> {
            worst.updateAndGet(code -> code.worse(code(outcome)));
            if (json) {
              Summary.json(out, definition.name(), outcome, console.seconds(), layout);
            } else {
              Summary.text(out, definition, outcome, console.seconds(), layout);
            }
            out.flush();
          };
      List<String> tables =
          recompute.stream().map(table -> table.replaceFirst("^gold\\.", "")).toList();
      AtomicBoolean begun = new AtomicBoolean();
      run(
          definition.name(),
          () -> true,
          () -> {
            CycleDriver driver = driver(definition, lake, limits, console);
            // What was wished for once is not done again after a wait.
            (begun.get()
                    ? driver
                    : recomputing(driver, tables).settingAside(setAside).takingAgain(takeAgain))
                .runAll(
                    outcome -> {
                      begun.set(true);
                      each.accept(outcome);
                    });
          });
    }
    return Objects.requireNonNull(worst.get());
  }

  private static CycleDriver recomputing(CycleDriver driver, List<String> tables) {
    try {
      return driver.recomputing(tables);
    } catch (NoSuchElementException e) {
      throw new UsageException("--recompute: " + e.getMessage());
    }
  }

  private void run(String pipeline, BooleanSupplier goOn, Standby.Run run) throws Exception {
    if (!standby) {
      if (goOn.getAsBoolean()) {
        run.run();
      }
      return;
    }
    PrintWriter err = spec.commandLine().getErr();
    Standby.await(
        run,
        goOn,
        why -> {
          err.println(pipeline + ": waiting. " + why);
          err.flush();
        });
  }

  private CycleDriver driver(
      PipelineDefinition definition, String lake, CycleLimits limits, CycleListener listener) {
    PipelineOptions options = arguments.beamOptions();
    return new CycleDriver(definition, layout(lake), options, Clock.systemUTC(), listener)
        .limited(limits)
        .onDataLoss(cycle.dataLoss())
        .keepingVersions(cycle.kept());
  }

  private LakeLayout layout(String lake) {
    return LakeLayout.of(lake).withCatalog(CatalogOptions.read(arguments.beamOptions()));
  }

  /** Until it is stopped. */
  private ExitCode runAtIntervals(
      List<Document> files,
      String lake,
      CycleLimits limits,
      Duration interval,
      Housekeeping.Settings housekeeping)
      throws Exception {
    if (!recompute.isEmpty() || !setAside.isEmpty() || !takeAgain.isEmpty()) {
      throw new UsageException(
          "--recompute, --setAside and --takeAgain are wishes for one run. Run the pipeline once with them, without"
              + " --trigger.");
    }
    RunReport report = report(lake).ofRepeatedRuns();
    List<PipelineDefinition> definitions = definitions(files, report);
    BetweenCycles between =
        new BetweenCycles(interval, report, housekeeping, layout(lake), arguments.beamOptions());
    Map<String, CycleDriver> drivers = new ConcurrentHashMap<>();
    if (report.worst() != ExitCode.OK) {
      return report.worst();
    }
    AnnouncedRuns announced = new AnnouncedRuns(layout(lake), interval, Clock.systemUTC());
    return new RepeatedRun(interval, trigger, report, announced::end)
        .run(
            (begin, goOn) ->
                new SideBySide(definitions, concurrent)
                    .run(
                        definition -> {
                          boolean mayRun =
                              run(
                                  definition.name(),
                                  report,
                                  goOn,
                                  (outcome, begun) ->
                                      between.after(definition, outcome, begun, goOn),
                                  console ->
                                      drivers.computeIfAbsent(
                                          definition.name(),
                                          name ->
                                              driver(definition, lake, limits, CycleListener.NONE)
                                                  .repeatedEach(interval)));
                          if (mayRun) {
                            announced.after(definition.name(), begin);
                          }
                        }));
  }

  /** One that fails does not stop the others. */
  private ExitCode runMany(List<Document> files, String lake, CycleLimits limits) {
    RunReport report = report(lake);
    new SideBySide(definitions(files, report), concurrent)
        .run(
            definition ->
                run(
                    definition.name(),
                    report,
                    () -> true,
                    (outcome, begun) -> {},
                    console -> driver(definition, lake, limits, console)));
    return report.end();
  }

  private RunReport report(String lake) {
    return new RunReport(
        spec.commandLine().getOut(),
        spec.commandLine().getErr(),
        arguments.output == PipelineArguments.Output.json,
        arguments.verbose,
        LakeLayout.of(lake));
  }

  /** Those that can be read; of the others the report is told. */
  private List<PipelineDefinition> definitions(List<Document> files, RunReport report) {
    Map<String, PipelineDefinition> definitions = new LinkedHashMap<>();
    for (Document file : files) {
      try {
        PipelineDefinition definition = arguments.definition(file);
        if (definitions.putIfAbsent(definition.name(), definition) != null) {
          throw new UsageException(
              "Two of the pipeline files have the name '"
                  + definition.name()
                  + "', and a pipeline runs once at a time. Leave one out, or give it a name of its own.");
        }
      } catch (Exception e) {
        report.failed(file.toString(), e, 0);
      }
    }
    return List.copyOf(definitions.values());
  }

  /** Whether it has run, or may when it is tried again. */
  private boolean run(
      String pipeline,
      RunReport report,
      BooleanSupplier goOn,
      ObjLongConsumer<Outcome> after,
      Function<Console, CycleDriver> driver) {
    long start = System.nanoTime();
    try (Console console = report.console()) {
      run(
          pipeline,
          goOn,
          () ->
              driver
                  .apply(console)
                  .runWhile(
                      goOn,
                      outcome -> {
                        report.done(pipeline, outcome, code(outcome), start);
                        after.accept(outcome, start);
                      }));
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      report.failed(pipeline, e, start);
      return false;
    } catch (Exception | Error e) {
      // An error in one, such as a class that is missing, says nothing about the others.
      report.failed(pipeline, e, start);
      return RepeatedRun.goesOnAfter(Failure.of(e).code());
    }
  }

  private ExitCode code(Outcome outcome) {
    Ledger ledger = outcome.ledger();
    ExitCode code = outcome.refused().isEmpty() ? ExitCode.OK : ExitCode.REFUSED;
    if (ledger != null && ledger.publishedNothing()) {
      code = code.worse(ExitCode.NOTHING_PUBLISHED);
    }
    return strict && ledger != null && !ledger.failedRules().isEmpty()
        ? code.worse(ExitCode.RULE_FAILED)
        : code;
  }
}
