package org.beammedallion.transforms.check;

import org.beammedallion.transforms.row.ArrayLayout;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowOrder;

/** Checks of arrays and objects as wholes. */
final class StructureChecks {

  private StructureChecks() {}

  static ValueCheck itemCount(int minimum, int maximum) {
    return new Count("elements", minimum, maximum) {
      @Override
      int count(byte[] bytes, int start) {
        return ArrayLayout.count(bytes, start);
      }
    };
  }

  static ValueCheck propertyCount(RowLayout layout, int minimum, int maximum) {
    return new Count("properties", minimum, maximum) {
      @Override
      int count(byte[] bytes, int start) {
        int present = 0;
        for (int field = 0; field < layout.fieldCount(); field++) {
          present += layout.isNull(bytes, start, field) ? 0 : 1;
        }
        return present;
      }
    };
  }

  private abstract static class Count extends ValueCheck {
    private final String what;
    private final int minimum;
    private final int maximum;

    Count(String what, int minimum, int maximum) {
      this.what = what;
      this.minimum = minimum;
      this.maximum = maximum;
    }

    abstract int count(byte[] bytes, int start);

    @Override
    boolean accepts(byte[] bytes, int start, int length) {
      int count = count(bytes, start);
      return count >= minimum && count <= maximum;
    }

    @Override
    String demand() {
      return maximum == Integer.MAX_VALUE
          ? "must have at least " + minimum + " " + what
          : "must have at most " + maximum + " " + what;
    }
  }

  static ValueCheck uniqueItems(ArrayLayout layout) {
    return new UniqueItems(layout);
  }

  private static final class UniqueItems extends ValueCheck {
    private final ArrayLayout layout;
    private int[] elements = new int[16];

    UniqueItems(ArrayLayout layout) {
      this.layout = layout;
    }

    @Override
    boolean accepts(byte[] bytes, int start, int length) {
      int count = ArrayLayout.count(bytes, start);
      if (elements.length < count) {
        elements = new int[count];
      }
      int element = ArrayLayout.first(start);
      for (int i = 0; i < count; i++) {
        elements[i] = element;
        element = layout.next(bytes, element);
      }
      sort(bytes, count);
      for (int i = 1; i < count; i++) {
        if (RowOrder.compareElements(layout, bytes, elements[i - 1], bytes, elements[i]) == 0) {
          return false;
        }
      }
      return true;
    }

    /** Heapsort: in place, and never slow on an array that somebody sent to make it slow. */
    private void sort(byte[] bytes, int count) {
      for (int root = count / 2 - 1; root >= 0; root--) {
        sink(bytes, root, count);
      }
      for (int end = count - 1; end > 0; end--) {
        swap(0, end);
        sink(bytes, 0, end);
      }
    }

    private void sink(byte[] bytes, int root, int end) {
      int parent = root;
      while (2 * parent + 1 < end) {
        int child = 2 * parent + 1;
        if (child + 1 < end && order(bytes, child, child + 1) < 0) {
          child++;
        }
        if (order(bytes, parent, child) >= 0) {
          return;
        }
        swap(parent, child);
        parent = child;
      }
    }

    private int order(byte[] bytes, int a, int b) {
      return RowOrder.compareElements(layout, bytes, elements[a], bytes, elements[b]);
    }

    private void swap(int a, int b) {
      int element = elements[a];
      elements[a] = elements[b];
      elements[b] = element;
    }

    @Override
    String demand() {
      return "must not hold equal elements";
    }
  }
}
