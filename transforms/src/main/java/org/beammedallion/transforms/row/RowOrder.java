package org.beammedallion.transforms.row;

import java.math.BigInteger;
import java.util.Arrays;
import org.beammedallion.transforms.row.RowLayout.Storage;
import org.jspecify.annotations.Nullable;

/**
 * A total order of encoded rows by their values, field by field, null first. It does not depend on
 * the order in which the fields were written, so two encodings of equal values are equal here
 * though their bytes may differ.
 */
public final class RowOrder {

  private RowOrder() {}

  public static int compare(RowLayout layout, byte[] a, int rowA, byte[] b, int rowB) {
    for (int field = 0; field < layout.fieldCount(); field++) {
      int order = compareField(layout, field, a, rowA, b, rowB);
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  /** The order of two rows by one field, null first. */
  public static int compareField(
      RowLayout layout, int field, byte[] a, int rowA, byte[] b, int rowB) {
    return compareFields(layout, field, a, rowA, layout, field, b, rowB);
  }

  /** The order of rows of two layouts by a field that has the same type in both, null first. */
  public static int compareFields(
      RowLayout layoutA,
      int fieldA,
      byte[] a,
      int rowA,
      RowLayout layoutB,
      int fieldB,
      byte[] b,
      int rowB) {
    boolean nullA = layoutA.isNull(a, rowA, fieldA);
    boolean nullB = layoutB.isNull(b, rowB, fieldB);
    if (nullA || nullB) {
      return Boolean.compare(nullB, nullA);
    }
    Storage storage = layoutA.storage(fieldA);
    if (!storage.isVariable()) {
      return compareFixed(storage, a, rowA + layoutA.slot(fieldA), b, rowB + layoutB.slot(fieldB));
    }
    return compareVariable(
        storage,
        storage == Storage.OBJECT ? layoutA.object(fieldA) : null,
        storage == Storage.ARRAY ? layoutA.array(fieldA) : null,
        a,
        layoutA.startOf(a, rowA, fieldA),
        layoutA.lengthOf(a, rowA, fieldA),
        b,
        layoutB.startOf(b, rowB, fieldB),
        layoutB.lengthOf(b, rowB, fieldB));
  }

  private static int compareFixed(Storage storage, byte[] a, int startA, byte[] b, int startB) {
    return switch (storage) {
      case BOOLEAN -> Byte.compare(a[startA], b[startB]);
      case INT -> Integer.compare(ArrayLayout.intAt(a, startA), ArrayLayout.intAt(b, startB));
      case FLOAT ->
          Float.compare(
              Float.intBitsToFloat(ArrayLayout.intAt(a, startA)),
              Float.intBitsToFloat(ArrayLayout.intAt(b, startB)));
      case DOUBLE ->
          Double.compare(
              Double.longBitsToDouble(ArrayLayout.longAt(a, startA)),
              Double.longBitsToDouble(ArrayLayout.longAt(b, startB)));
      default -> Long.compare(ArrayLayout.longAt(a, startA), ArrayLayout.longAt(b, startB));
    };
  }

  private static int compareVariable(
      Storage storage,
      @Nullable RowLayout object,
      @Nullable ArrayLayout array,
      byte[] a,
      int startA,
      int lengthA,
      byte[] b,
      int startB,
      int lengthB) {
    if (object != null) {
      return compare(object, a, startA, b, startB);
    }
    if (array != null) {
      return compareArrays(array, a, startA, b, startB);
    }
    if (storage == Storage.BIG_DECIMAL) {
      return new BigInteger(a, startA, lengthA).compareTo(new BigInteger(b, startB, lengthB));
    }
    return Arrays.compareUnsigned(a, startA, startA + lengthA, b, startB, startB + lengthB);
  }

  private static int compareArrays(ArrayLayout array, byte[] a, int startA, byte[] b, int startB) {
    int countA = ArrayLayout.count(a, startA);
    int countB = ArrayLayout.count(b, startB);
    int elementA = ArrayLayout.first(startA);
    int elementB = ArrayLayout.first(startB);
    for (int i = 0; i < Math.min(countA, countB); i++) {
      int order = compareElements(array, a, elementA, b, elementB);
      if (order != 0) {
        return order;
      }
      elementA = array.next(a, elementA);
      elementB = array.next(b, elementB);
    }
    return Integer.compare(countA, countB);
  }

  /**
   * The order of two elements of arrays of one layout, null first; each stands at its null byte.
   */
  public static int compareElements(
      ArrayLayout array, byte[] a, int elementA, byte[] b, int elementB) {
    boolean nullA = ArrayLayout.isNull(a, elementA);
    boolean nullB = ArrayLayout.isNull(b, elementB);
    if (nullA || nullB) {
      return Boolean.compare(nullB, nullA);
    }
    Storage storage = array.storage();
    int startA = array.valueStart(elementA);
    int startB = array.valueStart(elementB);
    if (!storage.isVariable()) {
      return compareFixed(storage, a, startA, b, startB);
    }
    return compareVariable(
        storage,
        storage == Storage.OBJECT ? array.object() : null,
        storage == Storage.ARRAY ? array.array() : null,
        a,
        startA,
        array.valueLength(a, elementA),
        b,
        startB,
        array.valueLength(b, elementB));
  }
}
