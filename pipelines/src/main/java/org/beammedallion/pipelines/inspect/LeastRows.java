package org.beammedallion.pipelines.inspect;

import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Keeps the first rows of an order, which are copied; of equal ones those that came first. Memory
 * is that of the rows that are kept. Not thread-safe.
 */
final class LeastRows {

  /** What a row takes beside its bytes. */
  private static final int OVERHEAD = 64;

  /** A row of its own. */
  @SuppressWarnings("ArrayRecordComponent") // Rows are compared by an order only.
  record Kept(byte[] bytes, long number) {}

  private final RowSort.Order order;
  private final long most;
  private final long maxBytes;
  private final Comparator<Kept> firstToLast;
  private final PriorityQueue<Kept> lastFirst;
  private long bytes;
  private long number;

  /**
   * @param most number of rows that are kept
   * @param maxBytes that they may take
   */
  LeastRows(RowSort.Order order, long most, long maxBytes) {
    this.order = order;
    this.most = most;
    this.maxBytes = maxBytes;
    firstToLast =
        (a, b) -> {
          int compared = order.compare(a.bytes(), 0, b.bytes(), 0);
          return compared != 0 ? compared : Long.compare(a.number(), b.number());
        };
    lastFirst = new PriorityQueue<>(firstToLast.reversed());
  }

  /**
   * Takes a row.
   *
   * @throws TooManyRowsException where those that are kept take too much memory
   */
  void add(byte[] source, int row, int length) {
    number++;
    if (lastFirst.size() == most) {
      Kept last = lastFirst.peek();
      if (last == null || order.compare(source, row, last.bytes(), 0) >= 0) {
        return;
      }
      lastFirst.remove();
      bytes -= last.bytes().length + OVERHEAD;
    }
    bytes += length + OVERHEAD;
    if (bytes > maxBytes) {
      throw new TooManyRowsException(lastFirst.size(), maxBytes);
    }
    lastFirst.add(new Kept(Arrays.copyOfRange(source, row, row + length), number));
  }

  /** The rows in their order. */
  Kept[] sorted() {
    Kept[] rows = lastFirst.toArray(Kept[]::new);
    Arrays.sort(rows, firstToLast);
    return rows;
  }
}
