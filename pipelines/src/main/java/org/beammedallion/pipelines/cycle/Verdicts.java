package org.beammedallion.pipelines.cycle;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.pipelines.wiring.Uniqueness;
import org.beammedallion.quality.ledger.Ledger.VerdictEntry;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.rule.FieldPath;
import org.beammedallion.quality.rule.Verdict;

/** The contract's statements about a cycle, judged by what was staged. */
final class Verdicts {

  private Verdicts() {}

  static List<VerdictEntry> of(PipelineDefinition definition, StageResult result) {
    Map<List<FieldPath>, Long> duplicates = new HashMap<>();
    // Several changes of one row are no duplicates.
    if (definition.hasKey() && !definition.hasChanges()) {
      duplicates.put(Uniqueness.key(definition), result.rows().duplicate());
    }
    List<List<FieldPath>> unique = Uniqueness.columns(definition);
    long[] repeats = Arrays.copyOf(result.rows().repeats(), unique.size());
    for (int i = 0; i < repeats.length; i++) {
      duplicates.put(unique.get(i), repeats[i]);
    }
    long[] measures = Arrays.copyOf(result.measures(), definition.measuredRules().size());
    List<VerdictEntry> entries = new ArrayList<>();
    for (Verdict verdict :
        definition.verdicts(result.accepted(), result.published(), measures, duplicates)) {
      entries.add(entry(verdict));
    }
    return entries;
  }

  private static VerdictEntry entry(Verdict verdict) {
    BigDecimal measured = verdict.measured();
    return new VerdictEntry(
        verdict.rule(),
        verdict.dimension().name(),
        measured == null ? "not measured" : measured.stripTrailingZeros().toPlainString(),
        verdict.threshold(),
        verdict.outcome().name());
  }
}
