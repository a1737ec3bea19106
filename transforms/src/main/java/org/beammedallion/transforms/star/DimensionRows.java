package org.beammedallion.transforms.star;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.beammedallion.transforms.bytes.Hashes;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowOrder;
import org.jspecify.annotations.Nullable;

/**
 * Makes a dimension's rows of the versions of its keys. The result is a function of the set of
 * versions: neither the order in which they are added matters, nor whether one is added twice.
 *
 * <p>Of versions of one key and one time the last one counts: the later in the order, of equally
 * late ones the greater, and a row wins over a delete. A version that changes no tracked column,
 * compared with the one before it, makes no row of its own; a delete ends the row before it.
 * Columns that are not tracked have the value of the latest version in all rows of their key. Where
 * no history is kept, a key has the latest version, and none where that is a delete.
 *
 * <p>Versions are kept as they come, at about 30 bytes each beside their own. Not thread-safe.
 */
public final class DimensionRows {

  /** Clears the sign: negative numbers are left for callers that mark a missing row. */
  private static final long POSITIVE = Long.MAX_VALUE;

  private final DimensionPlan plan;
  private final RowLayout layout;
  private final RowLayout output;
  private final List<byte[]> blocks = new ArrayList<>();
  private final List<Long> versions = new ArrayList<>();
  private final RowBuilder builder = new RowBuilder(1 << 10);

  public DimensionRows(DimensionPlan plan) {
    this.plan = plan;
    this.layout = plan.key().layout();
    this.output = RowLayout.of(plan.output());
  }

  /** Takes a row of the dimension. */
  @FunctionalInterface
  public interface Receiver {
    /**
     * @param row where the row starts in {@code bytes}, which are valid during the call
     * @param length of the row
     */
    void receive(byte[] bytes, int row, int length) throws IOException;
  }

  /**
   * Adds the versions of a block, each behind a header; the block must not change afterwards.
   *
   * @param start where the first header starts
   */
  public void add(byte[] block, int start) {
    int number = blocks.size();
    blocks.add(block);
    for (int header = start; header < block.length; header = RowBatch.next(block, header)) {
      versions.add((long) number << Integer.SIZE | (header + RowBatch.HEADER));
    }
  }

  private byte[] bytes(long version) {
    return blocks.get((int) (version >>> Integer.SIZE));
  }

  private static int row(long version) {
    return (int) version;
  }

  /**
   * Hands out the rows in the order of their keys and times.
   *
   * @throws IOException where the receiver cannot take one
   */
  public void forEach(Receiver receiver) throws IOException {
    versions.sort(this::compare);
    for (int from = 0; from < versions.size(); ) {
      int to = from + 1;
      while (to < versions.size() && compareKeys(versions.get(from), versions.get(to)) == 0) {
        to++;
      }
      List<Version> effective = effective(versions.subList(from, to));
      if (plan.keepsHistory()) {
        history(effective, receiver);
      } else {
        latest(effective, receiver);
      }
      from = to;
    }
  }

  private int compare(long a, long b) {
    int order = compareKeys(a, b);
    if (order == 0 && plan.keepsHistory() && plan.isByTime()) {
      order = Long.compare(validFrom(a), validFrom(b));
    }
    if (order == 0) {
      order = plan.key().compareVersion(bytes(a), row(a), bytes(b), row(b));
    }
    if (order == 0) {
      // One change of the source may delete a row and insert it again.
      order = Boolean.compare(isDelete(b), isDelete(a));
    }
    return order == 0 ? RowOrder.compare(layout, bytes(a), row(a), bytes(b), row(b)) : order;
  }

  private int compareKeys(long a, long b) {
    for (int field : plan.keyFields()) {
      int order = RowOrder.compareField(layout, field, bytes(a), row(a), bytes(b), row(b));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private long validFrom(long version) {
    return layout.longAt(bytes(version), row(version), plan.validFrom());
  }

  private boolean isDelete(long version) {
    return plan.isDeleted(layout, bytes(version), row(version));
  }

  /** A version, and the time from which it holds. */
  private record Version(long place, long from) {}

  /** The last version of each time, or of all where no history is kept. */
  private List<Version> effective(List<Long> sorted) {
    List<Version> effective = new ArrayList<>();
    long from = Long.MIN_VALUE;
    for (long place : sorted) {
      long next = plan.keepsHistory() ? Math.max(from, validFrom(place)) : from;
      if (!effective.isEmpty() && next == from) {
        effective.remove(effective.size() - 1);
      }
      from = next;
      effective.add(new Version(place, from));
    }
    return effective;
  }

  private void latest(List<Version> effective, Receiver receiver) throws IOException {
    Version version = effective.get(effective.size() - 1);
    if (!isDelete(version.place())) {
      int row = begin(version, version.place());
      receiver.receive(builder.bytes(), row, builder.length() - row);
    }
  }

  private void history(List<Version> effective, Receiver receiver) throws IOException {
    long latest = -1;
    for (Version version : effective) {
      latest = isDelete(version.place()) ? latest : version.place();
    }
    @Nullable Version open = null;
    for (Version version : effective) {
      boolean delete = isDelete(version.place());
      if (open != null && (delete || differs(open.place(), version.place()))) {
        int row = begin(open, latest);
        builder.setLong(output, row, output.fieldCount() - 2, version.from());
        end(row, open, false);
        receiver.receive(builder.bytes(), row, builder.length() - row);
        open = null;
      }
      if (open == null && !delete) {
        open = version;
      }
    }
    if (open != null) {
      int row = begin(open, latest);
      end(row, open, true);
      receiver.receive(builder.bytes(), row, builder.length() - row);
    }
  }

  private boolean differs(long a, long b) {
    for (int field : plan.tracked()) {
      if (RowOrder.compareField(layout, field, bytes(a), row(a), bytes(b), row(b)) != 0) {
        return true;
      }
    }
    return false;
  }

  private void end(int row, Version open, boolean current) {
    builder.setLong(output, row, output.fieldCount() - 3, open.from());
    builder.setBoolean(output, row, output.fieldCount() - 1, current);
  }

  /** Begins a row with its keys and columns. */
  private int begin(Version version, long latest) {
    builder.truncate(0);
    int row = builder.beginRow(output);
    builder.setLong(output, row, 0, surrogateKey(version));
    int target = 1;
    for (int field : plan.keyFields()) {
      copy(version.place(), field, row, target++);
    }
    for (int field : plan.columns()) {
      boolean own = plan.tracked().contains(field);
      copy(own ? version.place() : latest, field, row, target++);
    }
    return row;
  }

  private void copy(long version, int field, int row, int target) {
    if (!layout.isNull(bytes(version), row(version), field)) {
      builder.copyField(layout, bytes(version), row(version), field, output, row, target);
    }
  }

  /** The same in every run and on every machine: a hash of the key and the time, not negative. */
  private long surrogateKey(Version version) {
    byte[] bytes = bytes(version.place());
    long hash = plan.key().hash(bytes, row(version.place()));
    if (plan.keepsHistory()) {
      hash = Hashes.mix(hash ^ Hashes.mix(version.from()));
    }
    return hash & POSITIVE;
  }
}
