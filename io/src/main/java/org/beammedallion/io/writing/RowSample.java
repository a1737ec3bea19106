package org.beammedallion.io.writing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Reservoir sample of fixed size of a stream of rows. Not thread-safe. */
public final class RowSample {

  private final int size;

  /** Of the same rows the same are drawn. */
  private final SplittableRandom random = new SplittableRandom(0);

  private final List<byte[]> rows = new ArrayList<>();
  private long seen;

  public RowSample(int size) {
    this.size = size;
  }

  public void add(byte[] bytes, int row, int length) {
    seen++;
    if (rows.size() < size) {
      rows.add(Arrays.copyOfRange(bytes, row, row + length));
      return;
    }
    long place = random.nextLong(seen);
    if (place < size) {
      rows.set((int) place, Arrays.copyOfRange(bytes, row, row + length));
    }
  }

  public List<byte[]> rows() {
    return rows;
  }
}
