package org.beammedallion.io.table.delta;

import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.engine.ExpressionHandler;
import io.delta.kernel.utils.CloseableIterator;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a checkpoint, without the tombstones of files that are live again. Kernel writes both
 * for a file that a rollback has brought back, and Spark then takes the file for removed. Kernel
 * tells the latest actions first, so a file's return comes before its removal.
 */
final class CheckpointRows implements CloseableIterator<FilteredColumnarBatch> {

  private final CloseableIterator<FilteredColumnarBatch> rows;
  private final ExpressionHandler expressions;
  private final Set<String> live = new HashSet<>();

  CheckpointRows(CloseableIterator<FilteredColumnarBatch> rows, ExpressionHandler expressions) {
    this.rows = rows;
    this.expressions = expressions;
  }

  @Override
  public boolean hasNext() {
    return rows.hasNext();
  }

  @Override
  public FilteredColumnarBatch next() {
    FilteredColumnarBatch batch = rows.next();
    ColumnarBatch data = batch.getData();
    ColumnVector added = paths(data, "add");
    ColumnVector removed = paths(data, "remove");
    if (added == null || removed == null) {
      return batch;
    }
    boolean[] selected = new boolean[data.getSize()];
    for (int row = 0; row < selected.length; row++) {
      boolean wanted = isSelected(batch, row);
      if (wanted && !added.isNullAt(row)) {
        live.add(added.getString(row));
      }
      selected[row] = wanted && (removed.isNullAt(row) || !live.contains(removed.getString(row)));
    }
    return new FilteredColumnarBatch(
        data, Optional.of(expressions.createSelectionVector(selected, 0, selected.length)));
  }

  private static @Nullable ColumnVector paths(ColumnarBatch data, String action) {
    int column = data.getSchema().indexOf(action);
    // Every file action begins with its path.
    return column < 0 ? null : data.getColumnVector(column).getChild(0);
  }

  private static boolean isSelected(FilteredColumnarBatch batch, int row) {
    return batch
        .getSelectionVector()
        .map(selection -> !selection.isNullAt(row) && selection.getBoolean(row))
        .orElse(true);
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
