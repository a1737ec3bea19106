package org.beammedallion.transforms.decode.record;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.beammedallion.transforms.bytes.Words;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/**
 * The fields of an object, prepared for reading and found by the bytes of their physical names.
 * Immutable.
 */
public final class ObjectPlan {

  private static final int UNKNOWN = -1;
  private static final long MIX = 0x9E3779B97F4A7C15L;

  public final RowLayout layout;

  /** What stands before the names of fields in messages. */
  final String prefix;

  public final FieldPlan[] fields;

  /** Words of 64 bits that a bit for each field takes. */
  public final int seenWords;

  /** Indexes of fields by the hash of their names, with open addressing. */
  private final int[] table;

  private final int shift;

  public ObjectPlan(RowLayout layout, String prefix) {
    this(layout, prefix, layout.fieldCount());
  }

  /**
   * @param count number of fields of the layout, from the first, that are read from records
   */
  public ObjectPlan(RowLayout layout, String prefix, int count) {
    this.layout = layout;
    this.prefix = prefix;
    fields = new FieldPlan[count];
    for (int i = 0; i < fields.length; i++) {
      fields[i] = FieldPlan.of(layout, i, prefix);
    }
    seenWords = (fields.length + Long.SIZE - 1) / Long.SIZE;
    int bits = Math.max(2, Integer.SIZE - Integer.numberOfLeadingZeros(fields.length * 2));
    table = new int[1 << bits];
    shift = Long.SIZE - bits;
    Arrays.fill(table, UNKNOWN);
    for (FieldPlan field : fields) {
      if (indexOf(field.name, 0, field.name.length) >= 0) {
        throw new IllegalArgumentException(
            field.label()
                + " has the same physical name as another field: give each field of an object its own.");
      }
      int slot = slot(field.name, 0, field.name.length);
      while (table[slot] != UNKNOWN) {
        slot = (slot + 1) & (table.length - 1);
      }
      table[slot] = field.index;
    }
  }

  /** Every field, at any depth, elements of arrays among them. */
  public void forEachField(Consumer<FieldPlan> consumer) {
    for (FieldPlan field : fields) {
      visit(field, consumer);
    }
  }

  private static void visit(FieldPlan field, Consumer<FieldPlan> consumer) {
    consumer.accept(field);
    if (field.kind == FieldPlan.Kind.OBJECT) {
      field.object().forEachField(consumer);
    } else if (field.kind == FieldPlan.Kind.ARRAY) {
      visit(field.element(), consumer);
    }
  }

  /** The physical names of the fields, in their order. */
  public List<String> names() {
    return Arrays.stream(fields)
        .map(field -> new String(field.name, StandardCharsets.UTF_8))
        .toList();
  }

  public List<FieldPlan> fields() {
    return List.of(fields);
  }

  public RowLayout layout() {
    return layout;
  }

  /**
   * The index of the field whose physical name is in {@code [from, to)}, or -1 where there is none.
   */
  public int indexOf(byte[] bytes, int from, int to) {
    int slot = slot(bytes, from, to);
    int index;
    while ((index = table[slot]) != UNKNOWN) {
      byte[] name = fields[index].name;
      if (Arrays.equals(name, 0, name.length, bytes, from, to)) {
        return index;
      }
      slot = (slot + 1) & (table.length - 1);
    }
    return UNKNOWN;
  }

  private int slot(byte[] bytes, int from, int to) {
    int length = to - from;
    long hash = length;
    if (length >= Long.BYTES) {
      hash ^= Words.at(bytes, from) ^ Long.rotateLeft(Words.at(bytes, to - Long.BYTES), 7);
    } else {
      for (int i = from; i < to; i++) {
        hash = hash * 31 + bytes[i];
      }
    }
    return (int) ((hash * MIX) >>> shift);
  }

  /** The first required field that is null in a row, or null where the row has them all. */
  public @Nullable FieldPlan firstMissing(byte[] bytes, int row) {
    for (FieldPlan field : fields) {
      if (field.required && layout.isNull(bytes, row, field.index)) {
        return field;
      }
    }
    return null;
  }
}
