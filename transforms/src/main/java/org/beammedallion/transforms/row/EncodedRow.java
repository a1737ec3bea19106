package org.beammedallion.transforms.row;

import java.util.Arrays;

/**
 * One encoded row in a buffer that it may share with others, as what a lazy Beam row looks into.
 */
final class EncodedRow {

  final RowLayout layout;
  final byte[] bytes;
  final int start;
  final int length;

  EncodedRow(RowLayout layout, byte[] bytes, int start, int length) {
    this.layout = layout;
    this.bytes = bytes;
    this.start = start;
    this.length = length;
  }

  /**
   * Rows are equal by their values: the variable parts of equal rows may stand in different orders.
   */
  @Override
  public boolean equals(Object other) {
    return other instanceof EncodedRow row
        && layout.schema().equals(row.layout.schema())
        && (Arrays.equals(
                bytes, start, start + length, row.bytes, row.start, row.start + row.length)
            || RowOrder.compare(layout, bytes, start, row.bytes, row.start) == 0);
  }

  @Override
  public int hashCode() {
    int hash = 1;
    for (int field = 0; field < layout.fieldCount(); field++) {
      hash = hash * 31 + (layout.isNull(bytes, start, field) ? 0 : hash(field));
    }
    return hash;
  }

  /**
   * Objects and arrays count by their length alone, for their bytes depend on the order of their
   * fields.
   */
  private int hash(int field) {
    int slot = start + layout.slot(field);
    return switch (layout.storage(field)) {
      case BOOLEAN -> bytes[slot];
      case INT, FLOAT -> ArrayLayout.intAt(bytes, slot);
      case LONG, DOUBLE -> Long.hashCode(ArrayLayout.longAt(bytes, slot));
      case OBJECT, ARRAY -> layout.lengthOf(bytes, start, field);
      case BYTES, BIG_DECIMAL ->
          hashOfBytes(layout.startOf(bytes, start, field), layout.lengthOf(bytes, start, field));
    };
  }

  private int hashOfBytes(int from, int count) {
    int hash = count;
    for (int i = from; i < from + count; i++) {
      hash = hash * 31 + bytes[i];
    }
    return hash;
  }
}
