package org.beammedallion.transforms.aggregate;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.aggregate.Accumulator.Kind;
import org.beammedallion.transforms.row.RowLayout.Storage;
import org.beammedallion.transforms.sql.RowPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What is added up inside the batches, and the query over the partial results.
 *
 * @param where which rows count, or null for all
 * @param groupFields positions in the input of the GROUP BY columns
 * @param schema of the partial rows: {@link #START}, {@link #END}, the GROUP BY columns, one column
 *     per accumulator
 * @param sql over a table of that schema
 * @param table its name
 * @param results the columns of the result where each is a GROUP BY column or a merged accumulator
 *     as it is; null where something stands around them
 * @param keyColumns positions in a gold row of the GROUP BY columns, in the order of groupFields;
 *     null where gold does not hold all of them, or not so that they can be compared with silver's
 */
@SuppressWarnings("ArrayRecordComponent") // Plans are never compared.
record PartialPlan(
    @Nullable RowPredicate where,
    int[] groupFields,
    List<Accumulator> accumulators,
    RecordSchema schema,
    String sql,
    String table,
    @Nullable List<PlainResult> results,
    @Nullable List<Integer> keyColumns)
    implements Serializable {

  /**
   * Field of the partial row that holds the start of its pane, or for a session its first event
   * time.
   */
  static final int START = 0;

  /**
   * Field of the partial row that holds, for a session, its end: the last event time and the gap;
   * else null.
   */
  static final int END = 1;

  /** Where the GROUP BY columns begin. */
  static final int GROUP = 2;

  /**
   * A column of the result that needs no computation.
   *
   * @param partial position in the partial row
   * @param field name and type of the result
   */
  record PlainResult(int partial, Field field) implements Serializable {}

  PartialPlan {
    accumulators = List.copyOf(accumulators);
    results = results == null ? null : List.copyOf(results);
    keyColumns = keyColumns == null ? null : List.copyOf(keyColumns);
  }

  /** How partial rows of one group are put together: takes partial rows and gives partial rows. */
  PartialPlan merging() {
    List<Accumulator> merging = new ArrayList<>();
    int first = GROUP + groupFields.length;
    for (int i = 0; i < accumulators.size(); i++) {
      Field partial = schema.fields().get(first + i);
      Kind kind =
          switch (accumulators.get(i).kind()) {
            case COUNT -> Kind.SUM_LONG;
            case SUM_LONG, SUM_BIG ->
                partial.type() instanceof DecimalType ? Kind.SUM_BIG : Kind.SUM_LONG;
            case SUM_DOUBLE -> Kind.SUM_DOUBLE;
            case MIN -> Kind.MIN;
            case MAX -> Kind.MAX;
          };
      merging.add(new Accumulator(kind, first + i, Storage.of(partial.type()), null));
    }
    int[] groups = new int[groupFields.length];
    for (int i = 0; i < groups.length; i++) {
      groups[i] = GROUP + i;
    }
    return new PartialPlan(null, groups, merging, schema, sql, table, results, keyColumns);
  }
}
