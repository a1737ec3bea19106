package org.beammedallion.transforms.aggregate;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowLayout.Storage;
import org.beammedallion.transforms.window.TouchedWindows;

/**
 * Gives those sessions of gold that stay, though rows of them are read, as partial rows without
 * results: with their bounds and their GROUP BY columns as silver has them. Not thread-safe.
 */
final class KeptSessions implements RowFeed {

  private final TouchedWindows touched;
  private final RowLayout session;
  private final RowLayout partial;
  private final int groups;
  private final RowBlock block = new RowBlock();

  KeptSessions(WindowedQuery query, TouchedWindows touched) {
    this.touched = touched;
    session = RowLayout.of(schema(query));
    partial = RowLayout.of(query.blockSchema());
    groups = query.plan().groupFields().length;
  }

  /** The bounds, and the GROUP BY columns in the order of the partial rows. */
  static RecordSchema schema(WindowedQuery query) {
    List<Field> gold = query.outputSchema().fields();
    List<Integer> keyColumns = query.plan().keyColumns();
    if (keyColumns == null) {
      throw new IllegalStateException("Gold does not tell whose its sessions are.");
    }
    List<Field> fields = new ArrayList<>(gold.subList(0, PartialPlan.GROUP));
    keyColumns.forEach(column -> fields.add(gold.get(column)));
    return new RecordSchema(fields);
  }

  @Override
  public void add(byte[] bytes, int row, int length, Consumer<byte[]> blocks) {
    long start = session.longAt(bytes, row, PartialPlan.START);
    long end = session.longAt(bytes, row, PartialPlan.END);
    if (!touched.keeps(start, end)) {
      return;
    }
    int target = block.begin(blocks);
    RowBuilder rows = block.rows();
    rows.beginRow(partial);
    rows.setLong(partial, target, PartialPlan.START, start);
    rows.setLong(partial, target, PartialPlan.END, end);
    for (int i = PartialPlan.GROUP; i < PartialPlan.GROUP + groups; i++) {
      if (session.isNull(bytes, row, i)) {
        continue;
      }
      if (partial.storage(i) == Storage.INT && session.storage(i) == Storage.LONG) {
        rows.setInt(partial, target, i, (int) session.longAt(bytes, row, i));
      } else {
        rows.copyField(session, bytes, row, i, partial, target, i);
      }
    }
    block.end();
  }

  @Override
  public void flush(Consumer<byte[]> blocks) {
    block.flush(blocks);
  }
}
