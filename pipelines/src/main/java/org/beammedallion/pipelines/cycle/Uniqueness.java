package org.beammedallion.pipelines.cycle;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.rule.Expectation;
import org.beammedallion.quality.rule.Measure;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.deduplicate.RowKey;
import org.beammedallion.transforms.row.RowLayout;

/**
 * The columns whose repeated values a cycle counts: those that the contract wants to be unique and
 * that are not the key, whose repeats the deduplication counts.
 */
final class Uniqueness {

  private Uniqueness() {}

  /** Names of the columns, in the order in which {@code StageResult} counts them. */
  static List<List<String>> columns(PipelineDefinition definition) {
    Set<String> key = new HashSet<>();
    definition
        .keyFields()
        .forEach(field -> key.add(definition.schema().fields().get(field).name()));
    List<List<String>> columns = new ArrayList<>();
    for (Expectation expectation : definition.expectations()) {
      if (expectation.measure() instanceof Measure.Duplicates duplicates
          && !columns.contains(duplicates.columns())
          && !new HashSet<>(duplicates.columns()).equals(key)
          && duplicates.columns().stream()
              .allMatch(column -> isComparable(definition.schema(), column))) {
        columns.add(duplicates.columns());
      }
    }
    return columns;
  }

  /** The same, to be read from encoded rows. */
  static List<RowKey> keys(PipelineDefinition definition) {
    RowLayout layout = RowLayout.of(definition.rowSchema());
    return columns(definition).stream()
        .map(
            columns ->
                RowKey.of(
                    layout,
                    columns.stream().mapToInt(column -> layout.schema().indexOf(column)).toArray(),
                    -1))
        .toList();
  }

  private static boolean isComparable(RecordSchema schema, String column) {
    int index = schema.indexOf(column);
    if (index < 0) {
      return false;
    }
    Field field = schema.fields().get(index);
    return !(field.type() instanceof FieldType.ObjectType
        || field.type() instanceof FieldType.ArrayType
        || field.type() instanceof FieldType.FloatType);
  }
}
