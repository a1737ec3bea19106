package org.beammedallion.io.writing;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowOrder;

/**
 * Sorts encoded rows; those that are equal in the order keep the one they came in. What does not
 * fit in memory waits in sorted runs in the worker's temporary folder. Not thread-safe.
 */
public final class RowSort implements AutoCloseable {

  private static final int BUFFER_BYTES = 1 << 16;

  private final Order order;
  private final int memoryBytes;
  private final List<Path> runs = new ArrayList<>();
  private byte[] rows = new byte[1 << 16];
  private int used;
  private int[] starts = new int[1 << 10];
  private int count;

  /**
   * @param memoryBytes that rows may take before they go to a file
   */
  public RowSort(Order order, int memoryBytes) {
    this.order = order;
    this.memoryBytes = memoryBytes;
  }

  /** Compares two rows. */
  public interface Order {
    int compare(byte[] a, int rowA, byte[] b, int rowB);
  }

  /** The order by some fields, null first. */
  public static Order byFields(RowLayout layout, List<Integer> fields) {
    return (a, rowA, b, rowB) -> {
      for (int field : fields) {
        int order = RowOrder.compareField(layout, field, a, rowA, b, rowB);
        if (order != 0) {
          return order;
        }
      }
      return 0;
    };
  }

  /** Takes a row. */
  public interface Receiver {
    void receive(byte[] bytes, int row) throws IOException;
  }

  public void add(byte[] bytes, int row, int length) throws IOException {
    if (count > 0 && used + length > memoryBytes) {
      spill();
    }
    if (used + length > rows.length) {
      rows = Arrays.copyOf(rows, Math.max(used + length, Math.min(rows.length * 2, memoryBytes)));
    }
    if (count + 1 == starts.length) {
      starts = Arrays.copyOf(starts, starts.length * 2);
    }
    System.arraycopy(bytes, row, rows, used, length);
    starts[count++] = used;
    used += length;
    starts[count] = used;
  }

  /** Hands out every row, in order. */
  public void forEach(Receiver receiver) throws IOException {
    if (runs.isEmpty()) {
      for (int index : sorted()) {
        receiver.receive(rows, starts[index]);
      }
      return;
    }
    spill();
    merge(receiver);
  }

  private Integer[] sorted() {
    Integer[] indexes = new Integer[count];
    Arrays.setAll(indexes, i -> i);
    Arrays.sort(indexes, (a, b) -> order.compare(rows, starts[a], rows, starts[b]));
    return indexes;
  }

  private void spill() throws IOException {
    if (count == 0) {
      return;
    }
    Path run = Files.createTempFile("medallion-sort-", ".rows");
    runs.add(run);
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(run), BUFFER_BYTES))) {
      for (int index : sorted()) {
        int length = starts[index + 1] - starts[index];
        out.writeInt(length);
        out.write(rows, starts[index], length);
      }
    }
    count = 0;
    used = 0;
  }

  private void merge(Receiver receiver) throws IOException {
    List<Run> open = new ArrayList<>();
    try {
      PriorityQueue<Run> queue =
          new PriorityQueue<>(
              ((Comparator<Run>) (a, b) -> order.compare(a.row, 0, b.row, 0))
                  .thenComparingInt(run -> run.number));
      for (Path file : runs) {
        Run run = new Run(open.size(), file);
        open.add(run);
        if (run.advance()) {
          queue.add(run);
        }
      }
      for (Run least = queue.poll(); least != null; least = queue.poll()) {
        receiver.receive(least.row, 0);
        if (least.advance()) {
          queue.add(least);
        }
      }
    } finally {
      for (Run run : open) {
        run.in.close();
      }
    }
  }

  /** A sorted file and its next row. */
  private static final class Run {
    private final int number;
    private final DataInputStream in;
    private long left;
    private byte[] row = new byte[256];

    Run(int number, Path file) throws IOException {
      this.number = number;
      this.left = Files.size(file);
      this.in =
          new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES));
    }

    boolean advance() throws IOException {
      if (left == 0) {
        return false;
      }
      int length = in.readInt();
      if (length > row.length) {
        row = new byte[Math.max(length, row.length * 2)];
      }
      in.readFully(row, 0, length);
      left -= Integer.BYTES + length;
      return true;
    }
  }

  /** Removes its files. */
  @Override
  public void close() throws IOException {
    for (Path run : runs) {
      Files.deleteIfExists(run);
    }
    runs.clear();
  }
}
