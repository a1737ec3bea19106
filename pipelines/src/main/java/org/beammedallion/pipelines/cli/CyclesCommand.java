package org.beammedallion.pipelines.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import org.beammedallion.io.progress.CyclePlan;
import org.beammedallion.pipelines.inspect.CompleteCycles;
import org.beammedallion.pipelines.inspect.CycleList;
import org.beammedallion.pipelines.inspect.CycleList.Entry;
import org.beammedallion.pipelines.inspect.CycleList.State;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.quality.ledger.Ledger;
import org.beammedallion.quality.ledger.Ledger.GoldEntry;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code medallion cycles}: what the cycles of a pipeline did. */
@Command(
    name = "cycles",
    description = {"Lists the cycles of a pipeline, the newest last, or shows one of them.", ""},
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false)
final class CyclesCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private PipelineArguments arguments = new PipelineArguments();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "number of the newest cycles that are listed (default: 20)")
  private long limit = 20;

  @Option(
      names = "--cycle",
      paramLabel = "N",
      description = "all that the ledger of this cycle says, as at the end of its run")
  private @Nullable Long cycle;

  @Override
  public Integer call() throws IOException {
    if (limit < 1) {
      throw new UsageException("--limit must be at least 1.");
    }
    LakeLayout lake = LakeLayout.of(arguments.requiredLake());
    CompleteCycles cycles = CompleteCycles.of(lake, arguments.definition().name());
    PrintWriter out = spec.commandLine().getOut();
    if (cycle != null) {
      one(out, cycles, cycle);
      return ExitCode.OK.code();
    }
    List<Entry> entries = CycleList.newest(cycles, limit);
    if (arguments.output == PipelineArguments.Output.json) {
      entries.forEach(entry -> out.println(json(cycles.pipeline(), entry)));
    } else if (entries.isEmpty()) {
      out.printf("There is no cycle of %s in %s yet.%n", cycles.pipeline(), lake.root());
    } else {
      text(out, entries);
    }
    return ExitCode.OK.code();
  }

  private void one(PrintWriter out, CompleteCycles cycles, long number) throws IOException {
    try {
      cycles.require(number);
    } catch (NoSuchElementException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
    Entry entry = CycleList.entry(cycles, number);
    Ledger ledger = entry.ledger();
    if (ledger == null) {
      throw new UsageException(
          "The ledger of cycle "
              + number
              + " of "
              + cycles.pipeline()
              + " is not kept any more. "
              + entry.why());
    } else if (arguments.output == PipelineArguments.Output.json) {
      ObjectNode root = json(cycles.pipeline(), entry);
      Summary.addLedger(root, ledger, cycles.lake());
      out.println(root);
    } else {
      Summary.text(out, ledger, entry.duration(), cycles.lake());
    }
  }

  /** A table of cycles. */
  static void text(PrintWriter out, List<Entry> entries) {
    line(
        out,
        "cycle",
        "start",
        "files",
        "bytes",
        "read",
        "published",
        "duplicates",
        "rejected",
        "refused",
        "seconds",
        "state",
        "gold");
    entries.forEach(entry -> text(out, entry));
    List<Entry> lost =
        entries.stream().filter(entry -> entry.state() == State.LEDGER_LOST).toList();
    if (!lost.isEmpty()) {
      out.printf(
          Locale.ROOT,
          "No ledger is kept any more of %,d of these cycles. Of cycle %d: %s%n",
          lost.size(),
          lost.get(0).cycle(),
          lost.get(0).why());
    }
  }

  private static void text(PrintWriter out, Entry entry) {
    Ledger ledger = entry.ledger();
    CyclePlan plan = entry.plan();
    if (ledger != null) {
      line(
          out,
          Long.toString(entry.cycle()),
          start(ledger.time()),
          number(ledger.input().files()),
          Console.bytes(ledger.input().bytes()),
          number(ledger.read()),
          number(ledger.published()),
          number(ledger.duplicate()),
          number(ledger.rejectedInAll()),
          number(ledger.input().refused().size()),
          seconds(entry.duration()),
          "complete",
          gold(ledger));
    } else if (plan != null) {
      line(
          out,
          Long.toString(entry.cycle()),
          start(plan.time()),
          number(plan.files()),
          Console.bytes(plan.bytes()),
          "",
          "",
          "",
          "",
          "",
          "",
          "open",
          "");
    } else {
      line(out, Long.toString(entry.cycle()), "", "", "", "", "", "", "", "", "", "no ledger", "");
    }
  }

  private static void line(PrintWriter out, Object... values) {
    String line =
        String.format("%6s  %-20s %8s %10s %13s %13s %12s %11s %8s %9s  %-9s  %s", values);
    out.println(line.stripTrailing());
  }

  private static String start(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static String number(long value) {
    return LedgerText.number(value);
  }

  private static String seconds(@Nullable Duration duration) {
    return duration == null ? "" : String.format(Locale.ROOT, "%,.1f", duration.toMillis() / 1e3);
  }

  private static String gold(Ledger ledger) {
    List<String> tables = new ArrayList<>();
    for (GoldEntry table : ledger.gold()) {
      tables.add(table.table() + " " + number(table.written()));
    }
    return String.join(", ", tables);
  }

  static ObjectNode json(String pipeline, Entry entry) {
    ObjectNode root = Json.object();
    root.put("pipeline", pipeline);
    root.put("cycle", entry.cycle());
    root.put("state", entry.state().name());
    Ledger ledger = entry.ledger();
    CyclePlan plan = entry.plan();
    if (plan != null) {
      root.put("time", plan.time().toString());
      root.put("files", plan.files());
      root.put("bytes", plan.bytes());
    } else if (ledger == null) {
      root.put("why", entry.why());
    } else {
      root.put("time", ledger.time().toString());
      root.put("files", ledger.input().files());
      root.put("bytes", ledger.input().bytes());
      root.put("read", ledger.read());
      root.put("published", ledger.published());
      root.put("duplicate", ledger.duplicate());
      root.put("rejected", ledger.rejectedInAll());
      root.put("refused", ledger.input().refused().size());
      root.put("failedRules", ledger.failedRules().size());
      Duration duration = entry.duration();
      root.put("seconds", duration == null ? null : duration.toMillis() / 1e3);
      ArrayNode gold = root.putArray("gold");
      for (GoldEntry table : ledger.gold()) {
        gold.addObject()
            .put("table", table.table())
            .put("written", table.written())
            .put("rows", table.rows());
      }
    }
    return root;
  }
}
