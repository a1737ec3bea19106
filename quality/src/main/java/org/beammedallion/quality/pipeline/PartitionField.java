package org.beammedallion.quality.pipeline;

import java.io.Serializable;
import java.util.Locale;

/**
 * One level of a table's partitioning.
 *
 * @param field index in the record's schema
 * @param name the field's name
 */
public record PartitionField(int field, String name, Transform transform) implements Serializable {

  /** What of the field's value makes the partition; of timestamps in UTC. */
  public enum Transform {
    IDENTITY,
    YEAR,
    MONTH,
    DAY,
    HOUR
  }

  /**
   * Name of the column that holds the partition's value: {@code ordered_at_day}, or the field's
   * own.
   */
  public String column() {
    return transform == Transform.IDENTITY
        ? name
        : name + "_" + transform.name().toLowerCase(Locale.ROOT);
  }

  /** As in the pipeline file: {@code day(ordered_at)}. */
  @Override
  public String toString() {
    return transform == Transform.IDENTITY
        ? name
        : transform.name().toLowerCase(Locale.ROOT) + "(" + name + ")";
  }
}
