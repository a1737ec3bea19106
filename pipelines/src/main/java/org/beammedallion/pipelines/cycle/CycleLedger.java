package org.beammedallion.pipelines.cycle;

import java.util.ArrayList;
import java.util.List;
import org.beammedallion.io.progress.CyclePlan;
import org.beammedallion.io.source.LandingWarnings;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.io.writing.UpsertFigures;
import org.beammedallion.quality.ledger.Ledger;
import org.beammedallion.quality.ledger.Ledger.GoldEntry;
import org.beammedallion.quality.ledger.Ledger.Input;
import org.beammedallion.quality.ledger.Ledger.Records;
import org.beammedallion.quality.ledger.Ledger.SilverEntry;
import org.beammedallion.quality.ledger.Ledger.UpsertEntry;
import org.beammedallion.quality.ledger.Ledger.VerdictEntry;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.transforms.raw.Landed;
import org.jspecify.annotations.Nullable;

/** A cycle's ledger, from what was staged for it. */
public final class CycleLedger {

  private CycleLedger() {}

  /**
   * @param silver the table with the cycle in it, or as it was read where the cycle is not
   *     committed yet
   */
  public static Ledger of(Cycle cycle, Staged staged, TableSnapshot silver, List<GoldEntry> gold) {
    PipelineDefinition definition = cycle.definition();
    CyclePlan plan = cycle.plan();
    StageResult result = staged.result();
    // A cycle without files says nothing about the data.
    List<VerdictEntry> verdicts = cycle.readsSource() ? Verdicts.of(definition, result) : List.of();
    List<String> warnings = new ArrayList<>(plan.lost());
    warnings.addAll(LandingWarnings.of(result.landed()));
    warnings.addAll(OrderWarnings.of(result));
    return new Ledger(
        definition.name(),
        plan.cycle(),
        plan.time(),
        null,
        plan.contractVersion(),
        cycle.attempts(),
        new Input(
            plan.files(),
            plan.bytes(),
            result.landed().stream().filter(landed -> landed.bronzeFile() != null).count(),
            result.landed().stream().mapToLong(Landed::bronzeBytes).sum(),
            result.landed().stream()
                .filter(Landed::vanished)
                .map(Landed::source)
                .distinct()
                .toList(),
            cycle.refused(staged),
            plan.setAside(),
            plan.takenAgain()),
        new Records(
            result.read(),
            result.published(),
            result.rows().duplicate(),
            result.deletes().changes(),
            result.ignored(),
            result.rejected(),
            result.examples(),
            result.accepted() - result.rows().keyed(),
            result.unknownFields()),
        new SilverEntry(
            silver.version(),
            silver.rows(),
            result.rows().replaced(),
            result.deletes().rows(),
            upsertEntry(result),
            cycle.companions()),
        gold,
        verdicts,
        warnings);
  }

  private static @Nullable UpsertEntry upsertEntry(StageResult result) {
    UpsertFigures figures = result.upsert();
    return figures.live() == 0
        ? null
        : new UpsertEntry(
            figures.live(),
            figures.pruned(),
            figures.live() - figures.pruned(),
            figures.rewritten(),
            figures.copiedGroups(),
            figures.rewrittenGroups(),
            figures.marked(),
            figures.markedRows(),
            result.marks().stream().map(marks -> marks.deletes().uri()).distinct().count());
  }
}
