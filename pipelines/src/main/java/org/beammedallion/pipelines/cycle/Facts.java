package org.beammedallion.pipelines.cycle;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.io.table.PartitionField;
import org.beammedallion.io.table.Table;
import org.beammedallion.quality.ledger.Ledger;
import org.beammedallion.quality.ledger.Ledger.GoldEntry;
import org.beammedallion.quality.pipeline.FactSpec;
import org.beammedallion.quality.pipeline.FactSpec.DimensionTable;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.transforms.star.FactPlan;

/** The tables that a fact is made of, and which versions of them it knows. */
final class Facts {

  private Facts() {}

  /** A fact table is partitioned as silver is, as far as it has the columns. */
  static Table table(
      PipelineDefinition definition, LakeLayout lake, FactSpec spec, FactPlan query) {
    List<PartitionField> partitions = new ArrayList<>();
    for (PartitionField field : Tables.partitions(definition)) {
      String column = query.outputOf(field.source());
      if (column != null) {
        partitions.add(new PartitionField(column, field.transform()));
      }
    }
    return Tables.gold(definition, lake, spec.table(), query.output(), partitions);
  }

  /** A dimension of the lake that a fact's query joins. */
  static Table dimension(FactSpec spec, LakeLayout lake, String name) {
    for (DimensionTable dimension : spec.dimensions()) {
      if (dimension.spec().table().equals(name)) {
        return Tables.dimension(dimension, lake);
      }
    }
    throw new IllegalArgumentException("No dimension '" + name + "'.");
  }

  /**
   * The versions of the dimensions that the facts of a completed cycle refer to, by name; empty
   * where it made no facts.
   */
  static Map<String, Long> dimensionVersions(ProgressLog log, long cycle, String fact)
      throws IOException {
    if (cycle < 1 || !log.isCompleted(cycle)) {
      return Map.of();
    }
    for (GoldEntry entry : log.ledger(cycle, Ledger.class).gold()) {
      if (entry.table().equals(fact)) {
        return entry.dimensions();
      }
    }
    return Map.of();
  }

  /**
   * Whether a dimension has changed since the facts of a completed cycle were made, or there are
   * none yet.
   */
  static boolean areStale(
      PipelineDefinition definition, LakeLayout lake, ProgressLog log, long cycle)
      throws IOException {
    for (FactSpec spec : definition.facts()) {
      Map<String, Long> known = dimensionVersions(log, cycle, spec.table());
      if (known.isEmpty()) {
        return true;
      }
      for (Map.Entry<String, Long> each : known.entrySet()) {
        if (hasChanged(dimension(spec, lake, each.getKey()), each.getValue())) {
          return true;
        }
      }
    }
    return false;
  }

  /** A cycle that changes nothing makes a version, too. */
  private static boolean hasChanged(Table dimension, long known) throws IOException {
    DimensionVersion now = DimensionVersion.latest(dimension);
    if (now.version() == known) {
      return false;
    }
    DimensionVersion earlier = DimensionVersion.at(dimension, known);
    return earlier == null
        || !now.without(earlier).files().isEmpty()
        || !earlier.without(now).files().isEmpty();
  }
}
