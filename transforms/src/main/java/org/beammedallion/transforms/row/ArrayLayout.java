package org.beammedallion.transforms.row;

import java.io.Serializable;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.transforms.row.RowLayout.Storage;
import org.jspecify.annotations.Nullable;

/** How the elements of an array follow each other; the bytes are described at {@link RowLayout}. */
public final class ArrayLayout implements Serializable {

  private final Field element;
  private final Storage storage;
  private final @Nullable RowLayout object;
  private final @Nullable ArrayLayout array;

  private ArrayLayout(Field element) {
    this.element = element;
    this.storage = Storage.of(element.type());
    this.object = element.type() instanceof ObjectType type ? RowLayout.of(type.schema()) : null;
    this.array = element.type() instanceof ArrayType type ? ArrayLayout.of(type) : null;
  }

  static ArrayLayout of(ArrayType type) {
    return new ArrayLayout(type.element());
  }

  public Field element() {
    return element;
  }

  public Storage storage() {
    return storage;
  }

  /** The layout of the elements where they are objects. */
  public RowLayout object() {
    if (object == null) {
      throw new IllegalArgumentException("The elements are not objects.");
    }
    return object;
  }

  /** The layout of the elements where they are arrays. */
  public ArrayLayout array() {
    if (array == null) {
      throw new IllegalArgumentException("The elements are not arrays.");
    }
    return array;
  }

  public static int count(byte[] bytes, int start) {
    return (int) RowLayout.INT.get(bytes, start);
  }

  /** Where the first element stands: at its null byte. */
  public static int first(int start) {
    return start + 4;
  }

  public static boolean isNull(byte[] bytes, int element) {
    return bytes[element] != 0;
  }

  /** Where the value of an element that is not null starts. */
  public int valueStart(int element) {
    return element + 1 + (storage.isVariable() ? 4 : 0);
  }

  /** Length in bytes of the value of an element that is not null. */
  public int valueLength(byte[] bytes, int element) {
    return storage.isVariable() ? (int) RowLayout.INT.get(bytes, element + 1) : storage.width();
  }

  /** Where the element after this one stands. */
  public int next(byte[] bytes, int element) {
    return isNull(bytes, element) ? element + 1 : valueStart(element) + valueLength(bytes, element);
  }

  public static int intAt(byte[] bytes, int valueStart) {
    return (int) RowLayout.INT.get(bytes, valueStart);
  }

  public static long longAt(byte[] bytes, int valueStart) {
    return (long) RowLayout.LONG.get(bytes, valueStart);
  }
}
