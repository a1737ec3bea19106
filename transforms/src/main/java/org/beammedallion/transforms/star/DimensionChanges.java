package org.beammedallion.transforms.star;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowOrder;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a dimension without history when rows of silver come and go: keys of which the
 * row is another, there for the first time, or there no more. Rows that went and came back as they
 * were, because the file they stand in was written again, change nothing. Not thread-safe.
 */
public final class DimensionChanges {

  private final DimensionPlan plan;
  private final RowLayout layout;
  private final DimensionRows gone;
  private final DimensionRows come;
  private final List<byte[]> known = new ArrayList<>();
  private final List<Change> changes = new ArrayList<>();

  public DimensionChanges(DimensionPlan plan) {
    this.plan = plan;
    this.layout = RowLayout.of(plan.output());
    this.gone = new DimensionRows(plan);
    this.come = new DimensionRows(plan);
  }

  /**
   * What is to become of a key.
   *
   * @param key a row that has it
   * @param row its row of the dimension, or null where it has none
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Change(byte[] key, byte @Nullable [] row) {}

  /**
   * Adds rows: {@link Block.References} of silver that are there no more, {@link Block.Rows} of
   * silver that are there now, {@link Block.Dimension} that the dimension has.
   */
  public void add(Block block) {
    if (block instanceof Block.References) {
      gone.add(block.bytes(), Block.START);
    } else if (block instanceof Block.Dimension) {
      known.add(block.bytes());
    } else {
      come.add(block.bytes(), Block.START);
    }
  }

  /** Finds what has changed, when all is added; returns of how many keys the row has. */
  public long compute() {
    List<byte[]> before = rows(gone);
    List<byte[]> after = rows(come);
    int b = 0;
    int a = 0;
    while (b < before.size() || a < after.size()) {
      int order =
          b == before.size()
              ? 1
              : a == after.size() ? -1 : compareKeys(before.get(b), 0, after.get(a), 0);
      if (order < 0) {
        changes.add(new Change(before.get(b), null));
        b++;
      } else if (order > 0) {
        changes.add(new Change(after.get(a), after.get(a)));
        a++;
      } else {
        if (!Arrays.equals(before.get(b), after.get(a))) {
          changes.add(new Change(after.get(a), after.get(a)));
        }
        b++;
        a++;
      }
    }
    return changes.size();
  }

  /** In the order of their keys. */
  private static List<byte[]> rows(DimensionRows from) {
    List<byte[]> rows = new ArrayList<>();
    try {
      from.forEach((bytes, row, length) -> rows.add(Arrays.copyOfRange(bytes, row, row + length)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  /**
   * Hands out the rows that the dimension has then.
   *
   * @throws IOException where the receiver cannot take one
   */
  public void forEach(DimensionRows.Receiver receiver) throws IOException {
    for (byte[] block : known) {
      for (int header = Block.START; header < block.length; header = RowBatch.next(block, header)) {
        int row = header + RowBatch.HEADER;
        if (!isChanged(block, row)) {
          receiver.receive(block, row, RowBatch.rowLength(block, header));
        }
      }
    }
    for (Change change : changes) {
      byte[] row = change.row();
      if (row != null) {
        receiver.receive(row, 0, row.length);
      }
    }
  }

  private boolean isChanged(byte[] bytes, int row) {
    int from = 0;
    int to = changes.size() - 1;
    while (from <= to) {
      int middle = (from + to) >>> 1;
      int order = compareKeys(changes.get(middle).key(), 0, bytes, row);
      if (order == 0) {
        return true;
      } else if (order < 0) {
        from = middle + 1;
      } else {
        to = middle - 1;
      }
    }
    return false;
  }

  private int compareKeys(byte[] a, int rowA, byte[] b, int rowB) {
    for (int field = 1; field <= plan.keyFields().size(); field++) {
      int order = RowOrder.compareField(layout, field, a, rowA, b, rowB);
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }
}
