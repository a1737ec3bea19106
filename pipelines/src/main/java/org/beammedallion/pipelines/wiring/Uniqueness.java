package org.beammedallion.pipelines.wiring;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.rule.ComparedFields;
import org.beammedallion.quality.rule.Expectation;
import org.beammedallion.quality.rule.FieldPath;
import org.beammedallion.quality.rule.Measure;
import org.beammedallion.transforms.deduplicate.UniqueColumns;
import org.beammedallion.transforms.row.RowLayout;

/**
 * The columns whose repeated values a cycle counts: those that the contract wants to be unique and
 * that are not the key, whose repeats the deduplication counts.
 */
public final class Uniqueness {

  private Uniqueness() {}

  /** The columns, in the order in which {@code StageResult} counts them. */
  public static List<List<FieldPath>> columns(PipelineDefinition definition) {
    List<FieldPath> key = key(definition);
    List<List<FieldPath>> columns = new ArrayList<>();
    for (Expectation expectation : definition.checks().expectations()) {
      if (expectation.measure() instanceof Measure.Duplicates duplicates
          && !columns.contains(duplicates.columns())
          && !new HashSet<>(duplicates.columns()).equals(new HashSet<>(key))
          && duplicates.columns().stream()
              .allMatch(column -> ComparedFields.obstacle(definition.schema(), column) == null)) {
        columns.add(duplicates.columns());
      }
    }
    return columns;
  }

  /** The same, to be read from encoded rows. */
  public static List<UniqueColumns> encoded(PipelineDefinition definition) {
    RowLayout layout = RowLayout.of(definition.rowSchema());
    return columns(definition).stream().map(paths -> UniqueColumns.of(layout, paths)).toList();
  }

  /** The primary key's columns, in the key's order. */
  public static List<FieldPath> key(PipelineDefinition definition) {
    return definition.keyFields().stream()
        .map(field -> FieldPath.of(definition.schema().fields().get(field).name()))
        .toList();
  }
}
