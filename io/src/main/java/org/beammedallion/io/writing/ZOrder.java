package org.beammedallion.io.writing;

import java.util.ArrayList;
import java.util.List;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowOrder;

/**
 * Where rows lie on a Z-curve over some columns, so that rows which are near each other on the
 * curve are near each other in every one of the columns. A column is cut into up to 1024 ranges of
 * about as many sampled rows each, whatever its type and however its values are spread; the bits of
 * the ranges' numbers are interleaved. Immutable.
 */
public final class ZOrder {

  private static final int MOST_BITS = 10;

  private final RowLayout layout;
  private final List<Integer> fields;
  private final RowLayout sampleLayout;
  private final int bits;

  /** Of each column the first row of each range but the lowest, rising. */
  private final List<List<byte[]>> bounds = new ArrayList<>();

  /**
   * @param layout of the rows to come
   * @param fields the columns' indexes there; 1 to 63 of them
   * @param sampleLayout of the sample: the same columns in the same order, and no others
   * @param sample some rows, evenly drawn
   */
  public ZOrder(
      RowLayout layout, List<Integer> fields, RowLayout sampleLayout, List<byte[]> sample) {
    this.layout = layout;
    this.fields = List.copyOf(fields);
    this.sampleLayout = sampleLayout;
    bits = Math.min(MOST_BITS, (Long.SIZE - 1) / fields.size());
    for (int column = 0; column < fields.size(); column++) {
      bounds.add(boundsOf(column, sample));
    }
  }

  private List<byte[]> boundsOf(int column, List<byte[]> sample) {
    List<byte[]> sorted = new ArrayList<>(sample);
    sorted.sort((a, b) -> RowOrder.compareField(sampleLayout, column, a, 0, b, 0));
    List<byte[]> starts = new ArrayList<>();
    int ranges = 1 << bits;
    byte[] last = sorted.isEmpty() ? null : sorted.get(0);
    for (int range = 1; range < ranges && last != null; range++) {
      byte[] start = sorted.get((int) ((long) range * sorted.size() / ranges));
      if (RowOrder.compareField(sampleLayout, column, last, 0, start, 0) < 0) {
        starts.add(start);
        last = start;
      }
    }
    return starts;
  }

  /** The row's place on the curve, not negative. */
  public long place(byte[] bytes, int row) {
    long place = 0;
    for (int column = 0; column < fields.size(); column++) {
      place |= spread(range(column, bytes, row)) << (fields.size() - 1 - column);
    }
    return place;
  }

  /** The bits of a number, with room between them for those of the other columns. */
  private long spread(int number) {
    long spread = 0;
    for (int bit = 0; bit < bits; bit++) {
      spread |= (long) (number >>> bit & 1) << (bit * fields.size());
    }
    return spread;
  }

  /** How many ranges begin at the row's value or before it. */
  private int range(int column, byte[] bytes, int row) {
    List<byte[]> starts = bounds.get(column);
    int low = 0;
    int high = starts.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      int order =
          RowOrder.compareFields(
              sampleLayout, column, starts.get(middle), 0, layout, fields.get(column), bytes, row);
      if (order <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
