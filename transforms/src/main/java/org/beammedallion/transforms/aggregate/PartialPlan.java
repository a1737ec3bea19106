package org.beammedallion.transforms.aggregate;

import java.io.Serializable;
import java.util.List;
import org.beammedallion.quality.schema.RecordSchema;
import org.jspecify.annotations.Nullable;

/**
 * What is added up inside the batches, and the query over the partial results.
 *
 * @param where which rows count, or null for all
 * @param groupFields positions in the input of the GROUP BY columns
 * @param schema of the partial rows: {@link #START}, {@link #END}, the GROUP BY columns, one column per accumulator
 * @param sql over a table of that schema
 * @param table its name
 */
@SuppressWarnings("ArrayRecordComponent") // Plans are never compared.
record PartialPlan(
    @Nullable RowPredicate where,
    int[] groupFields,
    List<Accumulator> accumulators,
    RecordSchema schema,
    String sql,
    String table)
    implements Serializable {

  /** Field of the partial row that holds the start of its pane, or for a session its first event time. */
  static final int START = 0;

  /** Field of the partial row that holds, for a session, its end: the last event time and the gap; else null. */
  static final int END = 1;

  /** Where the GROUP BY columns begin. */
  static final int GROUP = 2;

  PartialPlan {
    accumulators = List.copyOf(accumulators);
  }
}
