package org.beammedallion.transforms.deduplicate;

import java.io.Serializable;
import java.util.Arrays;
import org.beammedallion.transforms.bytes.Hashes;
import org.beammedallion.transforms.row.ChangeSequence;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowLayout.Storage;
import org.beammedallion.transforms.row.RowOrder;
import org.jspecify.annotations.Nullable;

/**
 * The key of a row and the order among rows of one key: hashes, compares and orders encoded rows
 * without decoding them.
 */
public final class RowKey implements Serializable {

  private final RowLayout layout;
  private final int[] fields;
  private final int latestBy;
  private final @Nullable ChangeSequence changes;

  private RowKey(RowLayout layout, int[] fields, int latestBy, @Nullable ChangeSequence changes) {
    this.layout = layout;
    this.fields = fields.clone();
    this.latestBy = latestBy;
    this.changes = changes;
  }

  /**
   * @param fields positions of the key's fields, in the key's order; top-level and not objects,
   *     arrays or floats
   * @param latestBy position of the field that tells which of two rows is later, or -1 where only
   *     the encoded rows are compared
   */
  public static RowKey of(RowLayout layout, int[] fields, int latestBy) {
    return create(layout, fields, latestBy, null);
  }

  /**
   * The key of changes of rows.
   *
   * @param sequence position of the text that tells where a change stands in the source's order
   * @param order of such texts
   */
  public static RowKey ofChanges(
      RowLayout layout, int[] fields, int sequence, ChangeSequence order) {
    return create(layout, fields, sequence, order);
  }

  private static RowKey create(
      RowLayout layout, int[] fields, int latestBy, @Nullable ChangeSequence changes) {
    if (fields.length == 0) {
      throw new IllegalArgumentException("A key needs at least one field.");
    }
    return new RowKey(layout, fields, latestBy, changes);
  }

  /** Whether the order of two rows may be one that cannot be known. */
  public boolean ordersChanges() {
    return changes != null;
  }

  /**
   * Whether a change is later than another of its row by its time, though not by its place, so that
   * it is of another log of the source, and their order is not known.
   */
  public boolean isOfAnotherLog(byte[] change, int row, byte[] other, int otherRow) {
    return changes != null
        && !layout.isNull(change, row, latestBy)
        && !layout.isNull(other, otherRow, latestBy)
        && changes.isOfAnotherLog(
            change,
            layout.startOf(change, row, latestBy),
            layout.lengthOf(change, row, latestBy),
            other,
            layout.startOf(other, otherRow, latestBy),
            layout.lengthOf(other, otherRow, latestBy));
  }

  /** When a change was made, in milliseconds, or -1 where that is not told. */
  public long changedAt(byte[] bytes, int row) {
    return changes == null || layout.isNull(bytes, row, latestBy)
        ? -1
        : ChangeSequence.changedAt(
            bytes, layout.startOf(bytes, row, latestBy), layout.lengthOf(bytes, row, latestBy));
  }

  public RowLayout layout() {
    return layout;
  }

  public int[] fields() {
    return fields.clone();
  }

  public int latestBy() {
    return latestBy;
  }

  /** Number of the bucket that a row's key belongs to. */
  public int bucket(byte[] bytes, int row, int buckets) {
    return (int) ((hash(bytes, row) & 0xFFFFFFFFL) % buckets);
  }

  /** Whether one of the key's fields is null. */
  public boolean hasNull(byte[] bytes, int row) {
    for (int field : fields) {
      if (layout.isNull(bytes, row, field)) {
        return true;
      }
    }
    return false;
  }

  /** A well mixed hash of the key, the same in every JVM. */
  public long hash(byte[] bytes, int row) {
    return hash(bytes, row, 0x9E3779B97F4A7C15L);
  }

  /** Another hash for each seed. */
  long hash(byte[] bytes, int row, long seed) {
    long hash = seed;
    for (int field : fields) {
      Storage storage = layout.storage(field);
      if (layout.isNull(bytes, row, field)) {
        hash = Hashes.mix(hash ^ 0x5851F42D4C957F2DL);
      } else if (storage.isVariable()) {
        hash =
            Hashes.of(
                bytes, layout.startOf(bytes, row, field), layout.lengthOf(bytes, row, field), hash);
      } else {
        hash = Hashes.mix(hash ^ fixed(bytes, row, field, storage));
      }
    }
    return hash;
  }

  private long fixed(byte[] bytes, int row, int field, Storage storage) {
    return switch (storage.width()) {
      case 1 -> layout.booleanAt(bytes, row, field) ? 1 : 0;
      case 4 -> layout.intAt(bytes, row, field);
      default -> layout.longAt(bytes, row, field);
    };
  }

  public boolean sameKey(byte[] a, int rowA, byte[] b, int rowB) {
    for (int field : fields) {
      boolean absent = layout.isNull(a, rowA, field);
      if (absent != layout.isNull(b, rowB, field)) {
        return false;
      }
      if (absent) {
        continue;
      }
      Storage storage = layout.storage(field);
      if (storage.isVariable()) {
        int startA = layout.startOf(a, rowA, field);
        int startB = layout.startOf(b, rowB, field);
        int length = layout.lengthOf(a, rowA, field);
        if (length != layout.lengthOf(b, rowB, field)
            || !Arrays.equals(a, startA, startA + length, b, startB, startB + length)) {
          return false;
        }
      } else if (fixed(a, rowA, field, storage) != fixed(b, rowB, field, storage)) {
        return false;
      }
    }
    return true;
  }

  /** Orders two rows by the ordering field alone, null first: positive where A is later. */
  public int compareVersion(byte[] a, int rowA, byte[] b, int rowB) {
    if (latestBy < 0) {
      return 0;
    }
    boolean nullA = layout.isNull(a, rowA, latestBy);
    boolean nullB = layout.isNull(b, rowB, latestBy);
    if (nullA || nullB) {
      return Boolean.compare(nullB, nullA);
    }
    return switch (layout.storage(latestBy)) {
      case BOOLEAN ->
          Boolean.compare(layout.booleanAt(a, rowA, latestBy), layout.booleanAt(b, rowB, latestBy));
      case INT -> Integer.compare(layout.intAt(a, rowA, latestBy), layout.intAt(b, rowB, latestBy));
      case LONG -> Long.compare(layout.longAt(a, rowA, latestBy), layout.longAt(b, rowB, latestBy));
      case FLOAT ->
          Float.compare(layout.floatAt(a, rowA, latestBy), layout.floatAt(b, rowB, latestBy));
      case DOUBLE ->
          Double.compare(layout.doubleAt(a, rowA, latestBy), layout.doubleAt(b, rowB, latestBy));
      case BIG_DECIMAL ->
          layout.decimalAt(a, rowA, latestBy).compareTo(layout.decimalAt(b, rowB, latestBy));
      default -> {
        int startA = layout.startOf(a, rowA, latestBy);
        int startB = layout.startOf(b, rowB, latestBy);
        if (changes != null) {
          yield changes.compare(
              a,
              startA,
              layout.lengthOf(a, rowA, latestBy),
              b,
              startB,
              layout.lengthOf(b, rowB, latestBy));
        }
        yield Arrays.compareUnsigned(
            a,
            startA,
            startA + layout.lengthOf(a, rowA, latestBy),
            b,
            startB,
            startB + layout.lengthOf(b, rowB, latestBy));
      }
    };
  }

  /**
   * Whether row A wins over row B of the same key: the later one, among equally late ones the
   * greater in {@link RowOrder}, so that no order of arrival matters.
   *
   * @return positive where A wins, negative where B wins, zero where the rows are equal
   */
  public int compare(byte[] a, int rowA, byte[] b, int rowB) {
    int version = compareVersion(a, rowA, b, rowB);
    return version != 0 ? version : RowOrder.compare(layout, a, rowA, b, rowB);
  }
}
