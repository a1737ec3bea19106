package org.beammedallion.transforms.check;

import java.util.ArrayList;
import java.util.List;
import org.beammedallion.quality.rule.RecordRule;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/**
 * Judges rows by a contract's rules. A row that is accepted costs no allocation, as long as its
 * decimals have up to 18 digits, no floating point number must be a multiple of something, and
 * patterns beyond the simple ones see ASCII only. Thread-safe: what keeps buffers is compiled for
 * each thread.
 */
public final class RecordChecks implements RowCheck {

  private static final long serialVersionUID = 1L;

  private final RowLayout layout;
  private final ArrayList<RecordRule> rules;
  private final ArrayList<RecordRule> measured;
  private final boolean rejectsUnknownFields;

  // Of each instance, for each has rules of its own.
  @SuppressWarnings("ThreadLocalUsage")
  private transient volatile @Nullable ThreadLocal<Compiled> compiled;

  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Compiled(PathStep[] rules, PathStep[] measured) {}

  private RecordChecks(
      RowLayout layout,
      List<RecordRule> rules,
      List<RecordRule> measured,
      boolean rejectsUnknownFields) {
    this.rejectsUnknownFields = rejectsUnknownFields;
    this.layout = layout;
    this.rules = new ArrayList<>(rules);
    this.measured = new ArrayList<>(measured);
    compiled();
  }

  /**
   * The rules over rows of a layout.
   *
   * @param rules every row must keep them
   * @param measured accepted rows that break one are counted, each in the figure of its position in
   *     this list
   * @throws IllegalArgumentException where a rule does not fit the layout
   */
  public static RecordChecks of(
      RowLayout layout, List<RecordRule> rules, List<RecordRule> measured) {
    return new RecordChecks(layout, rules, measured, false);
  }

  /** The same, with records rejected that have fields that the contract does not know. */
  public RecordChecks rejectingUnknownFields() {
    return new RecordChecks(layout, rules, measured, true);
  }

  @Override
  public boolean rejectsUnknownFields() {
    return rejectsUnknownFields;
  }

  @Override
  public @Nullable Violation check(byte[] bytes, int row, long[] measures) {
    Compiled own = compiled();
    PathStep[] steps = own.rules();
    for (int i = 0; i < steps.length; i++) {
      if (!steps[i].accepts(bytes, row, 0)) {
        StringBuilder words = new StringBuilder();
        steps[i].explain(bytes, row, 0, words);
        return new Violation(rules.get(i).id(), words.append('.').toString());
      }
    }
    if (!measured.isEmpty()) {
      measure(own.measured(), bytes, row, measures);
    }
    return null;
  }

  private static void measure(PathStep[] steps, byte[] bytes, int row, long[] measures) {
    for (int i = 0; i < steps.length; i++) {
      if (!steps[i].accepts(bytes, row, 0)) {
        measures[i]++;
      }
    }
  }

  @Override
  public int measureCount() {
    return measured.size();
  }

  @SuppressWarnings("ThreadLocalUsage") // See the field.
  private Compiled compiled() {
    ThreadLocal<Compiled> local = compiled;
    if (local == null) {
      local = ThreadLocal.withInitial(() -> new Compiled(compile(rules), compile(measured)));
      compiled = local;
    }
    return local.get();
  }

  private PathStep[] compile(List<RecordRule> all) {
    return all.stream()
        .map(rule -> PathCompiler.compile(layout, rule.path(), rule.check()))
        .toArray(PathStep[]::new);
  }
}
