package org.beammedallion.io.parquet.write;

import org.beammedallion.transforms.row.RowLayout;

/** How many bytes an encoded row takes, from its start to the end of its last value. */
final class RowExtent {

  private final RowLayout layout;
  private final int[] variable;

  RowExtent(RowLayout layout) {
    this.layout = layout;
    variable =
        java.util.stream.IntStream.range(0, layout.fieldCount())
            .filter(i -> layout.storage(i).isVariable())
            .toArray();
  }

  int of(byte[] bytes, int row) {
    int end = row + layout.fixedBytes();
    for (int field : variable) {
      // A null field's slot is all zeros.
      end = Math.max(end, layout.startOf(bytes, row, field) + layout.lengthOf(bytes, row, field));
    }
    return end - row;
  }
}
