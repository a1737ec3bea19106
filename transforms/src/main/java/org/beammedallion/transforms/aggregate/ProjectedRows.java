package org.beammedallion.transforms.aggregate;

import java.util.function.Consumer;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.window.EventTimeFilter;

/** Passes the rows that touched windows hold on as they are. */
final class ProjectedRows implements RowFeed {

  private final RowLayout input;
  private final int eventTimeField;
  private final EventTimeFilter filter;
  private final RowBlock block = new RowBlock();

  ProjectedRows(RowLayout input, int eventTimeField, EventTimeFilter filter) {
    this.input = input;
    this.eventTimeField = eventTimeField;
    this.filter = filter;
  }

  @Override
  public void add(byte[] bytes, int row, int length, Consumer<byte[]> blocks) {
    if (input.isNull(bytes, row, eventTimeField)
        || !filter.accepts(input.timeAt(bytes, row, eventTimeField))) {
      return;
    }
    block.begin(blocks);
    block.rows().append(bytes, row, length);
    block.end();
  }

  @Override
  public void flush(Consumer<byte[]> blocks) {
    block.flush(blocks);
  }
}
