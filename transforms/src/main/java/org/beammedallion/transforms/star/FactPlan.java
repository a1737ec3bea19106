package org.beammedallion.transforms.star;

import java.io.Serializable;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.values.Row;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.deduplicate.RowKey;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.sql.RowExpressions;
import org.beammedallion.transforms.sql.RowPredicate;
import org.beammedallion.transforms.sql.RowSealer;
import org.jspecify.annotations.Nullable;

/**
 * How rows of silver become rows of a fact table: each is widened by the columns of the dimension
 * rows that it refers to, join by join, and what the query selects is taken of the wide row, or
 * computed of it by Beam SQL. Immutable.
 */
public final class FactPlan implements Serializable {

  private static final long serialVersionUID = 1L;

  private final RecordSchema silver;
  private final RowLayout wide;
  private final RowPredicate silverFilter;
  private final RowPredicate filter;
  private final List<Join> joins;
  private final @Nullable RowExpressions expressions;
  private final RecordSchema output;
  private final int[] sources;
  private final int eventTime;
  private final int outputTime;

  /**
   * @param silver the columns of silver that are read; the first ones of {@code wide}
   * @param wide those, then the columns of each dimension
   * @param conditions that rows must meet; those that are left to Beam SQL are in {@code
   *     expressions}
   * @param expressions over wide rows, or null where Beam SQL has nothing to do
   * @param sources position in {@code wide} of each column of {@code output}, or {@code -1 - its
   *     position among the results of the expressions}
   * @param eventTime position of the event time in {@code silver}
   */
  FactPlan(
      RecordSchema silver,
      RecordSchema wide,
      FactConditions conditions,
      List<Join> joins,
      @Nullable RowExpressions expressions,
      RecordSchema output,
      int[] sources,
      int eventTime) {
    this.silver = silver;
    this.wide = RowLayout.of(wide);
    this.silverFilter = conditions.onSilver();
    this.filter = conditions.onWide();
    this.joins = List.copyOf(joins);
    this.expressions = expressions;
    this.output = output;
    this.sources = sources.clone();
    this.eventTime = eventTime;
    this.outputTime = Arrays.stream(sources).boxed().toList().indexOf(eventTime);
  }

  /**
   * A dimension that is joined.
   *
   * @param table its name
   * @param rows the fields of it that are read: its surrogate key, business key, what the query
   *     selects, and where it keeps history the times between which a row holds
   * @param key of a row of the dimension, over {@code rows}
   * @param factKey of a wide row, with equal values where the dimension's row is about the same
   * @param validFrom position in {@code rows} of the time from which a row holds, and next to it
   *     that until which; or -1 where it keeps no history
   * @param asOf position in the wide row of the time as of which the dimension is asked, or -1
   * @param selected positions in {@code rows} of the fields that go into the wide row
   * @param first position in the wide row of the first of them
   * @param surrogateColumn name of the fact's column that refers to the dimension
   */
  public record Join(
      String table,
      RecordSchema rows,
      RowKey key,
      RowKey factKey,
      int validFrom,
      int asOf,
      List<Integer> selected,
      int first,
      String surrogateColumn)
      implements Serializable {

    public Join {
      selected = List.copyOf(selected);
    }

    public boolean keepsHistory() {
      return validFrom >= 0;
    }
  }

  /** The columns of silver that are read. */
  public RecordSchema silver() {
    return silver;
  }

  /** Position of the event time in {@link #silver}. */
  public int eventTime() {
    return eventTime;
  }

  public RowLayout wide() {
    return wide;
  }

  /** When what an encoded wide row tells of happened. */
  Instant eventTimeOf(byte[] row) {
    return Instant.EPOCH.plus(wide.timeAt(row, 0, eventTime), ChronoUnit.MICROS);
  }

  public List<Join> joins() {
    return joins;
  }

  /** What is left to Beam SQL, or null. */
  public @Nullable RowExpressions expressions() {
    return expressions;
  }

  /** The columns of the fact table. */
  public RecordSchema output() {
    return output;
  }

  /** Position of the event time in {@link #output}. */
  public int outputTime() {
    return outputTime;
  }

  /** Name in the fact table of a column of silver, or null where it is not selected. */
  public @Nullable String outputOf(String column) {
    int field = silver.indexOf(column);
    for (int i = 0; i < sources.length; i++) {
      if (field >= 0 && sources[i] == field) {
        return output.fields().get(i).name();
      }
    }
    return null;
  }

  /** Appends a wide row without dimensions; returns where it starts. */
  public int widen(RowLayout from, byte[] bytes, int row, RowBuilder builder) {
    int target = builder.beginRow(wide);
    for (int field = 0; field < from.fieldCount(); field++) {
      copy(from, bytes, row, field, wide, builder, target, field);
    }
    return target;
  }

  /**
   * Appends a wide row with what it takes from a dimension, which stays null where the dimension
   * has no row for it; returns where it starts.
   */
  public int fill(Join join, DimensionLookup lookup, byte[] bytes, int row, RowBuilder builder) {
    int target = builder.beginRow(wide);
    for (int field = 0; field < wide.fieldCount(); field++) {
      copy(wide, bytes, row, field, wide, builder, target, field);
    }
    long found = lookup.find(bytes, row);
    if (found != DimensionLookup.NONE) {
      RowLayout from = join.key().layout();
      for (int i = 0; i < join.selected().size(); i++) {
        copy(
            from,
            lookup.bytes(found),
            DimensionLookup.row(found),
            join.selected().get(i),
            wide,
            builder,
            target,
            join.first() + i);
      }
    }
    return target;
  }

  /** Whether a row of silver, with the columns that are read, can become a fact. */
  public boolean takes(RowLayout from, byte[] bytes, int row) {
    return silverFilter.passes(from, bytes, row);
  }

  /** Whether a wide row that is filled can become a fact, as far as Beam SQL is not asked. */
  public boolean takesWide(byte[] bytes, int row) {
    return filter.passes(wide, bytes, row);
  }

  /**
   * Appends the fact of a wide row, with what is not computed by expressions; returns where it
   * starts.
   */
  public int project(RowLayout outputLayout, byte[] bytes, int row, RowBuilder builder) {
    int target = builder.beginRow(outputLayout);
    for (int i = 0; i < sources.length; i++) {
      if (sources[i] >= 0) {
        copy(wide, bytes, row, sources[i], outputLayout, builder, target, i);
      }
    }
    return target;
  }

  /** Sets the computed columns of a fact that starts at {@code target}. */
  void compute(Row results, RowSealer sealer, int target) {
    for (int i = 0; i < sources.length; i++) {
      if (sources[i] < 0) {
        sealer.set(target, i, results.getValue(-sources[i]));
      }
    }
  }

  static void copy(
      RowLayout from,
      byte[] bytes,
      int row,
      int field,
      RowLayout to,
      RowBuilder builder,
      int target,
      int targetField) {
    if (!from.isNull(bytes, row, field)) {
      builder.copyField(from, bytes, row, field, to, target, targetField);
    }
  }
}
