package org.beammedallion.pipelines.maintain;

import java.util.List;

/**
 * How maintenance sorts the rows of a partition.
 *
 * @param columns by name; none where rows keep their order
 * @param zOrder whether along a Z-curve, where each of the columns counts the same; otherwise by
 *     the first, then the second, and so on
 */
public record SortOrder(List<String> columns, boolean zOrder) {

  public static final SortOrder NONE = new SortOrder(List.of(), false);

  public SortOrder {
    columns = List.copyOf(columns);
  }
}
