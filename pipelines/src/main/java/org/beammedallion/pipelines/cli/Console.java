package org.beammedallion.pipelines.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.beammedallion.io.progress.CyclePlan;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.source.LandingProgress;
import org.beammedallion.pipelines.cycle.CycleListener;
import org.jspecify.annotations.Nullable;

/**
 * What a person sees while a cycle runs: a line for each step, and every few seconds how many
 * records were read and how fast. It goes to standard error, so that standard output holds the
 * result alone.
 */
final class Console implements CycleListener, AutoCloseable {

  private static final long EVERY_SECONDS = 2;

  private final PrintWriter out;
  private final boolean quiet;
  private final boolean countsRecords;
  private final long start = System.nanoTime();

  /** When the cycle began, and what had been read before it. */
  private volatile long cycleStart = start;

  private volatile long recordsBefore = LandingProgress.records();
  private @Nullable ScheduledExecutorService ticker;
  private @Nullable ScheduledFuture<?> ticking;
  private volatile long shown;

  Console(PrintWriter out, boolean quiet) {
    this(out, quiet, true);
  }

  private Console(PrintWriter out, boolean quiet, boolean countsRecords) {
    this.out = out;
    this.quiet = quiet;
    this.countsRecords = countsRecords;
  }

  /** For one of several pipelines in this process, whose records are counted together. */
  static Console ofSteps(PrintWriter out, boolean quiet) {
    return new Console(out, quiet, false);
  }

  @Override
  public void reached(CyclePlan plan, Step step, String detail) {
    if (quiet) {
      return;
    }
    if (step == Step.PLANNED) {
      cycleStart = System.nanoTime();
      recordsBefore = LandingProgress.records();
    }
    switch (step) {
      case PLANNED -> line(plan, "planned: " + planned(plan));
      case STAGING -> {
        line(plan, step.words());
        if (countsRecords) {
          startTicking(plan);
        }
      }
      case STAGED -> {
        stopTicking();
        line(plan, !countsRecords || counted() == 0 ? "staged" : "staged: " + rate());
      }
      default -> line(plan, detail.isEmpty() ? step.words() : step.words() + ": " + detail);
    }
  }

  private static String planned(CyclePlan plan) {
    long offsets = plan.shards().stream().mapToLong(Shard::offsets).sum();
    String unit = offsets > 0 ? "partition" : "file";
    return String.format(
        Locale.ROOT,
        "%s%,d %s%s, %s%s",
        offsets > 0 ? String.format(Locale.ROOT, "up to %,d messages of ", offsets) : "",
        plan.files(),
        unit,
        plan.files() == 1 ? "" : "s",
        offsets > 0 ? "about " : "",
        bytes(plan.bytes()));
  }

  private void startTicking(CyclePlan plan) {
    ScheduledExecutorService executor =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "progress");
              thread.setDaemon(true);
              return thread;
            });
    ticking =
        executor.scheduleAtFixedRate(
            () -> tick(plan), EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
    ticker = executor;
  }

  private void tick(CyclePlan plan) {
    long records = counted();
    if (records != shown) {
      shown = records;
      line(plan, rate());
    }
  }

  /** Zero until the first record is read, and as long as the workers are other processes. */
  private long counted() {
    return LandingProgress.records() - recordsBefore;
  }

  private void stopTicking() {
    if (ticking != null) {
      ticking.cancel(false);
    }
    if (ticker != null) {
      ticker.shutdownNow();
      ticker = null;
    }
  }

  private String rate() {
    double seconds = (System.nanoTime() - cycleStart) / 1e9;
    return String.format(
        Locale.ROOT, "%,d records read, %,.0f a second", counted(), counted() / seconds);
  }

  private void line(CyclePlan plan, String text) {
    double seconds = (System.nanoTime() - start) / 1e9;
    out.printf(
        Locale.ROOT, "%7.1f s  %s cycle %d  %s%n", seconds, plan.pipeline(), plan.cycle(), text);
    out.flush();
  }

  static String bytes(long count) {
    String[] units = {"B", "kB", "MB", "GB", "TB"};
    double value = count;
    int unit = 0;
    while (value >= 1000 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    return unit == 0 ? count + " B" : String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
  }

  double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }

  @Override
  public void close() {
    stopTicking();
  }
}
