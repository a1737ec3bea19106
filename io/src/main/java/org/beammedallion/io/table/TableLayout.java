package org.beammedallion.io.table;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.PartitionField;
import org.beammedallion.quality.schema.RecordSchema;

/**
 * What a table looks like: the contract's fields, then {@code _source} and {@code _position} where
 * provenance is kept, then the partition columns that are not fields themselves.
 *
 * @param provenance whether each row tells where it came from
 */
public record TableLayout(RecordSchema schema, List<PartitionField> partitionBy, boolean provenance)
    implements Serializable {

  public static final String SOURCE = "_source";
  public static final String POSITION = "_position";

  /**
   * Checks that the columns can stand beside each other.
   *
   * @throws IllegalArgumentException where a partition does not fit its field, or a name is taken
   *     twice
   */
  public TableLayout {
    partitionBy = List.copyOf(partitionBy);
    for (PartitionField partition : partitionBy) {
      partition.columnOf(schema.field(partition.source()));
    }
    new RecordSchema(columns(schema, partitionBy, provenance));
  }

  /**
   * Whether rows are computed from other tables, and come from no record. A row of before then has
   * null in a new column until it is computed again, also where that is never null.
   */
  public boolean isComputed() {
    return !provenance;
  }

  /** Every column of the table, in order. */
  public RecordSchema columns() {
    return new RecordSchema(columns(schema, partitionBy, provenance));
  }

  /** The columns that files hold: the fields, and where rows came from. */
  public RecordSchema stored() {
    return new RecordSchema(stored(schema, provenance));
  }

  public List<String> partitionColumns() {
    return partitionBy.stream().map(PartitionField::column).toList();
  }

  /** The fields that partitions are made from. */
  public Set<String> partitionSources() {
    return partitionBy.stream().map(PartitionField::source).collect(Collectors.toSet());
  }

  private static List<Field> columns(
      RecordSchema schema, List<PartitionField> partitionBy, boolean provenance) {
    List<Field> columns = stored(schema, provenance);
    for (PartitionField partition : partitionBy) {
      if (partition.transform() != PartitionField.Transform.IDENTITY) {
        columns.add(partition.columnOf(schema.field(partition.source())));
      }
    }
    return columns;
  }

  private static List<Field> stored(RecordSchema schema, boolean provenance) {
    List<Field> columns = new ArrayList<>(schema.fields());
    if (provenance) {
      columns.add(Field.optional(SOURCE, FieldType.STRING));
      columns.add(Field.optional(POSITION, FieldType.LONG));
    }
    return columns;
  }
}
