package org.beammedallion.pipelines.inspect;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowViews;
import org.beammedallion.transforms.sql.RowCondition;
import org.beammedallion.transforms.sql.RowPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Some columns of the rows of a source that meet a condition, perhaps sorted. Sorting holds the
 * rows in memory, with a limit only as many as it says; without an order nothing is held.
 */
public final class RowQuery {

  private final RowSource source;
  private final List<String> columns;
  private final @Nullable RowCondition condition;
  private final RowSort sort;
  private final RecordSchema wanted;

  private RowQuery(
      RowSource source, List<String> columns, @Nullable RowCondition condition, RowSort sort)
      throws IOException {
    this.source = source;
    this.columns = columns;
    this.condition = condition;
    this.sort = sort;
    Set<String> names = new LinkedHashSet<>(columns);
    names.addAll(sort.columns());
    if (condition != null) {
      names.addAll(condition.columns());
    }
    wanted = Columns.some(source.schema(), names);
  }

  /**
   * What a person asks for.
   *
   * @param columns in their order; all where empty
   * @param where condition, or null for all rows; see {@link RowCondition}
   * @param sort columns as {@code a}, {@code -a} or {@code a desc}; no order where empty
   * @throws java.util.NoSuchElementException where there is no such column
   * @throws org.beammedallion.transforms.sql.InvalidQueryException where the condition is none
   */
  public static RowQuery of(
      RowSource source, List<String> columns, @Nullable String where, List<String> sort)
      throws IOException {
    RecordSchema schema = source.schema();
    List<String> names =
        columns.isEmpty()
            ? schema.names()
            : columns.stream().map(name -> Columns.field(schema, name).name()).toList();
    return new RowQuery(
        source,
        names,
        where == null ? null : RowCondition.parse(where, schema),
        RowSort.of(sort, schema));
  }

  /** Names of the columns of the result. */
  public List<String> columns() {
    return columns;
  }

  /** Takes a row. */
  public interface Visitor {
    void visit(Map<String, @Nullable Object> row) throws IOException;
  }

  /**
   * Hands out the rows.
   *
   * @param limit number of rows at most
   * @param maxBytes memory for rows that are sorted
   * @param visitor takes values by column: text, numbers, booleans, lists and maps; dates and times
   *     as text
   * @throws TooManyRowsException where those to be sorted take more
   */
  public void run(long limit, long maxBytes, Visitor visitor) throws IOException {
    if (limit <= 0) {
      return;
    }
    RowViews views = RowViews.of(wanted);
    if (sort.isNone()) {
      long[] left = {limit};
      matching(
          (bytes, row, length) -> {
            visitor.visit(values(views, bytes, row, length));
            return --left[0] > 0;
          });
      return;
    }
    LeastRows least = new LeastRows(sort.order(wanted), limit, maxBytes);
    matching(
        (bytes, row, length) -> {
          least.add(bytes, row, length);
          return true;
        });
    for (LeastRows.Kept row : least.sorted()) {
      visitor.visit(values(views, row.bytes(), 0, row.bytes().length));
    }
  }

  private void matching(RowSource.Visitor visitor) throws IOException {
    if (condition == null) {
      source.read(wanted, visitor);
      return;
    }
    RowPredicate predicate = condition.compile(wanted);
    RowLayout layout = RowLayout.of(wanted);
    source.read(
        wanted,
        (bytes, row, length) ->
            !predicate.passes(layout, bytes, row) || visitor.visit(bytes, row, length));
  }

  private Map<String, @Nullable Object> values(RowViews views, byte[] bytes, int row, int length) {
    Map<String, @Nullable Object> all = RowMaps.of(views.view(bytes, row, length));
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    columns.forEach(column -> values.put(column, all.get(column)));
    return values;
  }
}
