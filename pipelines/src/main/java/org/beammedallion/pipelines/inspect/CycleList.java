package org.beammedallion.pipelines.inspect;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.beammedallion.io.progress.CyclePlan;
import org.beammedallion.io.progress.DamagedLogException;
import org.beammedallion.io.progress.ProgressLog.LedgerVisitor;
import org.beammedallion.quality.ledger.Ledger;
import org.jspecify.annotations.Nullable;

/** Cycles of a pipeline, as its progress log tells of them. */
public final class CycleList {

  private CycleList() {}

  /** What is known of a cycle. */
  public enum State {
    COMPLETE,
    /** Planned; the next run completes it. */
    OPEN,
    /** Complete, but its ledger is not there any more. */
    LEDGER_LOST
  }

  /**
   * A cycle.
   *
   * @param ledger of one that is {@link State#COMPLETE}, else null
   * @param plan of one that is {@link State#OPEN}, else null
   * @param why the ledger is lost, in a sentence; else null
   */
  public record Entry(
      long cycle,
      State state,
      @Nullable Ledger ledger,
      @Nullable CyclePlan plan,
      @Nullable String why) {

    /** From the plan to the last commit, where that is known. */
    public @Nullable Duration duration() {
      return ledger == null || ledger.completed() == null
          ? null
          : Duration.between(ledger.time(), ledger.completed());
    }
  }

  /**
   * The newest cycles, the newest last.
   *
   * @param most how many, at least 1
   */
  public static List<Entry> newest(CompleteCycles cycles, long most) throws IOException {
    List<Entry> entries = new ArrayList<>();
    long planned = cycles.log().newestPlanned().orElse(0);
    boolean open = planned > cycles.newest();
    long complete = open ? most - 1 : most;
    long from = Math.max(1, cycles.newest() - complete + 1);
    entries.addAll(entries(cycles, from, cycles.newest()));
    if (open) {
      CyclePlan plan = cycles.log().plan(planned);
      entries.add(new Entry(planned, State.OPEN, null, plan, null));
    }
    return entries;
  }

  /** A complete cycle. */
  public static Entry entry(CompleteCycles cycles, long cycle) throws IOException {
    return entries(cycles, cycle, cycle).get(0);
  }

  private static List<Entry> entries(CompleteCycles cycles, long from, long to) throws IOException {
    List<Entry> entries = new ArrayList<>();
    cycles
        .log()
        .ledgers(
            from,
            to,
            Ledger.class,
            new LedgerVisitor<>() {
              @Override
              public void visit(long cycle, Ledger ledger) {
                entries.add(new Entry(cycle, State.COMPLETE, ledger, null, null));
              }

              @Override
              public void lost(long cycle, @Nullable DamagedLogException why) {
                String reason =
                    why == null
                        ? "It was lost, and replaced by an empty one."
                        : String.valueOf(why.getMessage());
                entries.add(new Entry(cycle, State.LEDGER_LOST, null, null, reason));
              }
            });
    return entries;
  }
}
