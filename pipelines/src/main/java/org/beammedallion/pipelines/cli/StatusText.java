package org.beammedallion.pipelines.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.beammedallion.io.progress.Attempt;
import org.beammedallion.io.progress.CycleProblem;
import org.beammedallion.io.progress.RunSchedule;
import org.beammedallion.io.source.Backlog;
import org.beammedallion.io.table.TableVersion;
import org.beammedallion.pipelines.status.OpenCycle;
import org.beammedallion.pipelines.status.PipelineStatus;
import org.beammedallion.pipelines.status.RepeatingDriver;
import org.beammedallion.pipelines.status.TableStatus;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.quality.pipeline.Amounts;
import org.jspecify.annotations.Nullable;

/** How a pipeline stands, for a person or a machine. */
record StatusText(PipelineStatus status) {

  void print(PrintWriter out, LakeLayout lake) {
    out.printf("%s at %s, %s%n", status.pipeline(), seconds(status.time()), lake.root());
    if (status.cycles().isEmpty()) {
      out.println("No cycle is complete yet.");
    } else {
      CyclesCommand.text(out, status.cycles());
    }
    OpenCycle open = status.open();
    if (open != null) {
      print(out, open);
    }
    status.drivers().forEach(driver -> out.println(text(driver)));
    out.println();
    source(out);
    out.println();
    tables(out);
  }

  private void print(PrintWriter out, OpenCycle open) {
    Attempt holder = open.holder();
    CycleProblem problem = open.problem();
    String who =
        holder == null
            ? "no driver has begun it"
            : String.format(
                Locale.ROOT,
                "process %d on %s, since %s (attempt %d)",
                holder.pid(),
                holder.host(),
                seconds(holder.claimed()),
                holder.number());
    out.printf(
        "Cycle %d, planned %s, is %s: %s.%n",
        open.plan().cycle(),
        seconds(open.plan().time()),
        switch (open.state()) {
          case RUNNING -> "running";
          case HELD -> "held";
          case FAILED -> "failed, and the next run tries it again";
          case LEFT -> "left unfinished, and the next run completes it";
        },
        who);
    if (problem != null) {
      out.printf("  since %s: %s%n", seconds(problem.time()), problem.why());
    }
  }

  private String text(RepeatingDriver driver) {
    RunSchedule schedule = driver.schedule();
    String who =
        String.format(
            Locale.ROOT,
            "Process %d on %s runs it every %s, since %s",
            schedule.pid(),
            schedule.host(),
            Amounts.text(Duration.ofMillis(schedule.intervalMillis())),
            seconds(schedule.since()));
    if (driver.alive() == null) {
      return who + "; it was last heard of at " + seconds(driver.told()) + ".";
    } else if (!driver.alive()) {
      return who + ", but it is dead: its runs are over.";
    }
    OpenCycle open = status.open();
    Attempt holder = open == null ? null : open.holder();
    boolean isBusy =
        open != null
            && holder != null
            && open.state() == OpenCycle.State.RUNNING
            && holder.pid() == schedule.pid()
            && holder.host().equals(schedule.host());
    return who
        + "; the next run is due at "
        + seconds(schedule.next(status.time()))
        + (isBusy ? ", or when its cycle is complete if that is later." : ".");
  }

  private void source(PrintWriter out) {
    out.printf("source  %s%n", status.source());
    Backlog backlog = status.backlog();
    if (backlog == null) {
      out.printf("  does not answer: %s%n", status.sourceError());
      return;
    }
    String what =
        backlog.parts().isEmpty() ? "files, " + Console.bytes(backlog.bytes()) : "offsets";
    out.printf(
        "  waiting  %s %s%s%n",
        LedgerText.number(backlog.fresh()),
        what,
        backlog.oldest() == null ? "" : ", the oldest for " + age(backlog.oldest()));
    if (!backlog.parts().isEmpty()) {
      part(out, "partition", "position", "end", "lag", "seconds", "oldest");
    }
    for (Backlog.Part part : backlog.parts()) {
      Instant oldest = part.oldest();
      part(
          out,
          part.uri(),
          LedgerText.number(part.position()),
          LedgerText.number(part.end()),
          LedgerText.number(part.lag()),
          oldest == null ? "" : String.format(Locale.ROOT, "%,.1f", lagSeconds(oldest)),
          oldest == null ? "" : seconds(oldest));
      if (part.waitsFor() != null) {
        out.printf(
            "    waits for %s, which holds back %s offsets%n",
            part.waitsFor(), LedgerText.number(part.held()));
      }
    }
    backlog.warnings().forEach(warning -> out.printf("  warning: %s%n", warning));
  }

  private static void part(PrintWriter out, Object... values) {
    out.println(String.format("  %-30s %14s %14s %12s %12s  %s", values).stripTrailing());
  }

  private void tables(PrintWriter out) {
    table(out, "table", "version", "committed", "seconds", "rows", "files", "newest");
    for (TableStatus table : status.tables()) {
      TableVersion latest = table.latest();
      Instant newest = table.newest();
      if (table.error() != null) {
        out.printf("%-28s cannot be read: %s%n", table.name(), table.error());
      } else if (latest == null) {
        out.printf("%-28s is not there yet%n", table.name());
      } else {
        table(
            out,
            table.name(),
            LedgerText.number(latest.version()),
            seconds(latest.time()),
            String.format(Locale.ROOT, "%,.1f", lagSeconds(latest.time())),
            LedgerText.number(table.rows()),
            LedgerText.number(table.files()),
            newest == null ? "" : table.timeColumn() + " " + newest);
      }
    }
  }

  private static void table(PrintWriter out, Object... values) {
    out.println(String.format("%-28s %9s  %-20s %12s %13s %9s  %s", values).stripTrailing());
  }

  private static String seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** Never below 0: clocks of hosts differ. */
  private double lagSeconds(Instant oldest) {
    return Math.max(0, Duration.between(oldest, status.time()).toMillis() / 1e3);
  }

  private String age(Instant oldest) {
    double seconds = lagSeconds(oldest);
    if (seconds < 120) {
      return String.format(Locale.ROOT, "%.1f seconds", seconds);
    } else if (seconds < 7_200) {
      return String.format(Locale.ROOT, "%.1f minutes", seconds / 60);
    }
    return String.format(Locale.ROOT, "%,.1f hours", seconds / 3_600);
  }

  ObjectNode json(LakeLayout lake) {
    ObjectNode root = Json.object();
    root.put("pipeline", status.pipeline());
    root.put("lake", lake.root());
    root.put("time", status.time().toString());
    ArrayNode cycles = root.putArray("cycles");
    status.cycles().forEach(entry -> cycles.add(CyclesCommand.json(status.pipeline(), entry)));
    OpenCycle open = status.open();
    root.set("open", open == null ? null : json(open));
    ArrayNode drivers = root.putArray("drivers");
    status.drivers().forEach(driver -> drivers.add(json(driver)));
    root.set("source", source());
    ArrayNode tables = root.putArray("tables");
    status.tables().forEach(table -> tables.add(json(table)));
    return root;
  }

  private static ObjectNode json(OpenCycle open) {
    ObjectNode node = Json.object();
    Attempt holder = open.holder();
    CycleProblem problem = open.problem();
    node.put("cycle", open.plan().cycle());
    node.put("planned", open.plan().time().toString());
    node.put("state", open.state().name());
    node.put("process", holder == null ? null : Long.valueOf(holder.pid()));
    node.put("host", holder == null ? null : holder.host());
    node.put("since", holder == null ? null : holder.claimed().toString());
    node.put("attempts", holder == null ? 0 : holder.number());
    node.put("signOfLife", text(open.sign()));
    node.put("failed", problem == null ? null : problem.time().toString());
    node.put("why", problem == null ? null : problem.why());
    return node;
  }

  private ObjectNode json(RepeatingDriver driver) {
    RunSchedule schedule = driver.schedule();
    ObjectNode node = Json.object();
    node.put("process", schedule.pid());
    node.put("host", schedule.host());
    node.put("since", schedule.since().toString());
    node.put("interval", schedule.intervalMillis() / 1e3);
    node.put("told", driver.told().toString());
    node.put("next", schedule.next(status.time()).toString());
    node.put("alive", driver.alive());
    return node;
  }

  private ObjectNode source() {
    ObjectNode node = Json.object();
    node.put("where", status.source());
    node.put("error", status.sourceError());
    Backlog backlog = status.backlog();
    if (backlog == null) {
      return node;
    }
    boolean isStream = !backlog.parts().isEmpty();
    node.put("waiting", backlog.fresh());
    node.put("bytes", isStream ? null : Long.valueOf(backlog.bytes()));
    age(node, backlog.oldest());
    ArrayNode parts = node.putArray("partitions");
    for (Backlog.Part part : backlog.parts()) {
      ObjectNode one = parts.addObject();
      one.put("partition", part.uri());
      one.put("position", part.position());
      one.put("end", part.end());
      one.put("lag", part.lag());
      age(one, part.oldest());
      one.put("held", part.held());
      one.put("waitsFor", part.waitsFor());
    }
    ArrayNode warnings = node.putArray("warnings");
    backlog.warnings().forEach(warnings::add);
    return node;
  }

  private void age(ObjectNode node, @Nullable Instant oldest) {
    node.put("oldest", text(oldest));
    node.put("lagSeconds", oldest == null ? null : Double.valueOf(lagSeconds(oldest)));
  }

  private ObjectNode json(TableStatus table) {
    ObjectNode node = Json.object();
    TableVersion latest = table.latest();
    TableVersion.Origin origin = latest == null ? null : latest.origin();
    node.put("table", table.name());
    node.put("version", latest == null ? null : Long.valueOf(latest.version()));
    node.put("committed", latest == null ? null : latest.time().toString());
    node.put("seconds", latest == null ? null : Double.valueOf(lagSeconds(latest.time())));
    node.put("cycle", origin == null ? null : Long.valueOf(origin.cycle()));
    node.put("rows", table.rows());
    node.put("files", table.files());
    node.put("timeColumn", table.timeColumn().isEmpty() ? null : table.timeColumn());
    node.put("newest", text(table.newest()));
    node.put("error", table.error());
    return node;
  }

  private static @Nullable String text(@Nullable Instant time) {
    return time == null ? null : time.toString();
  }
}
