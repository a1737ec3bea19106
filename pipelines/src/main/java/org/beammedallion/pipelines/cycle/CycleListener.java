package org.beammedallion.pipelines.cycle;

import org.beammedallion.io.progress.CyclePlan;

/** Called after each step of a cycle. */
public interface CycleListener {

  /**
   * The steps, in the order in which a table comes to them; between any two of them the process may
   * die. Tables of gold come to them side by side, see {@link ComputedTogether}.
   */
  enum Step {
    PLANNED("planned"),
    /** Only where a table differed from its contract. */
    EVOLVED("columns changed"),
    /** Only where the source cannot be read twice alike. */
    LANDED("records kept"),
    STAGING("reading, checking and deduplicating"),
    /** Only where rows of the table may be replaced. */
    MATERIALIZED("rows read, comparing with the table"),
    STAGED("staged"),
    SILVER_COMMITTED("silver committed"),
    COMPUTING_GOLD("computing gold"),
    GOLD_STAGED("gold staged"),
    GOLD_COMMITTED("gold committed"),
    COMPLETED("completed");

    private final String words;

    Step(String words) {
      this.words = words;
    }

    public String words() {
      return words;
    }
  }

  /**
   * @param detail the table, where the step is about one; else empty
   */
  void reached(CyclePlan plan, Step step, String detail);

  /** Does nothing. */
  CycleListener NONE = (plan, step, detail) -> {};
}
