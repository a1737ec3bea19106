package org.beammedallion.transforms.aggregate;

import java.util.Arrays;
import org.beammedallion.transforms.bytes.Hashes;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;

/**
 * Numbers the groups of rows by pane and GROUP BY columns: a hash table with open addressing over
 * keys in one array. Each key is a row of the partial schema whose other fields are null. Not
 * thread-safe.
 */
final class GroupTable {

  static final int UNLIMITED = Integer.MAX_VALUE;

  private static final int MAX_KEY_BYTES = 64 << 20;

  private final RowLayout input;
  private final int[] fields;
  private final RowLayout output;
  private final int maxGroups;
  private final RowBuilder scratch = new RowBuilder(256);

  /** A group's number plus one, or 0. */
  private int[] slots = new int[1 << 10];

  private int size;
  private int[] hashes = new int[512];
  private int[] keyEnds = new int[512];
  private byte[] keys = new byte[1 << 14];

  /**
   * @param fields positions in the input of the GROUP BY columns, which the partial schema has from
   *     {@link PartialPlan#GROUP} on
   */
  GroupTable(RowLayout input, int[] fields, RowLayout output, int maxGroups) {
    this.input = input;
    this.fields = fields.clone();
    this.output = output;
    this.maxGroups = maxGroups;
  }

  int size() {
    return size;
  }

  boolean isFull() {
    return size >= maxGroups || (maxGroups != UNLIMITED && keyStart(size) > MAX_KEY_BYTES);
  }

  void clear() {
    size = 0;
    Arrays.fill(slots, 0);
  }

  /** The group of a row, or -1 where it is new. */
  int find(byte[] bytes, int row, long pane) {
    int hash = hash(bytes, row, pane);
    int mask = slots.length - 1;
    for (int slot = hash & mask; slots[slot] != 0; slot = slot + 1 & mask) {
      int group = slots[slot] - 1;
      if (hashes[group] == hash && isOf(group, bytes, row, pane)) {
        return group;
      }
    }
    return -1;
  }

  /** Makes a group for a row that has none; returns its number, the one after the group before. */
  int insert(byte[] bytes, int row, long pane) {
    int group = size++;
    if (group == hashes.length) {
      hashes = Arrays.copyOf(hashes, group * 2);
      keyEnds = Arrays.copyOf(keyEnds, group * 2);
    }
    scratch.truncate(0);
    int key = scratch.beginRow(output);
    scratch.setLong(output, key, PartialPlan.START, pane);
    for (int i = 0; i < fields.length; i++) {
      copyField(bytes, row, fields[i], key, PartialPlan.GROUP + i);
    }
    int start = keyStart(group);
    int end = start + scratch.length();
    if (end > keys.length) {
      keys = Arrays.copyOf(keys, Math.max(end, keys.length * 2));
    }
    System.arraycopy(scratch.bytes(), 0, keys, start, scratch.length());
    keyEnds[group] = end;
    hashes[group] = hash(bytes, row, pane);
    if (size * 2 > slots.length) {
      slots = new int[slots.length * 2];
      for (int each = 0; each < group; each++) {
        place(each);
      }
    }
    place(group);
    return group;
  }

  private void place(int group) {
    int mask = slots.length - 1;
    int slot = hashes[group] & mask;
    while (slots[slot] != 0) {
      slot = slot + 1 & mask;
    }
    slots[slot] = group + 1;
  }

  /** Begins a row of the partial schema with the group's key. */
  void appendKey(int group, RowBuilder rows) {
    int start = keyStart(group);
    rows.append(keys, start, keyEnds[group] - start);
  }

  private int keyStart(int group) {
    return group == 0 ? 0 : keyEnds[group - 1];
  }

  private void copyField(byte[] bytes, int row, int from, int target, int to) {
    if (input.isNull(bytes, row, from)) {
      return;
    }
    switch (input.storage(from)) {
      case BOOLEAN -> scratch.setBoolean(output, target, to, input.booleanAt(bytes, row, from));
      case INT, FLOAT -> scratch.setInt(output, target, to, input.intAt(bytes, row, from));
      case LONG, DOUBLE -> scratch.setLong(output, target, to, input.longAt(bytes, row, from));
      default ->
          scratch.setBytes(
              output,
              target,
              to,
              bytes,
              input.startOf(bytes, row, from),
              input.lengthOf(bytes, row, from));
    }
  }

  /** A well mixed hash of pane and GROUP BY columns, the same in every JVM. */
  int hash(byte[] bytes, int row, long pane) {
    long hash = Hashes.mix(pane);
    for (int field : fields) {
      if (input.isNull(bytes, row, field)) {
        hash = Hashes.mix(hash + 1);
        continue;
      }
      hash =
          switch (input.storage(field)) {
            case BOOLEAN -> Hashes.mix(hash ^ (input.booleanAt(bytes, row, field) ? 1 : 0));
            case INT, FLOAT -> Hashes.mix(hash ^ input.intAt(bytes, row, field));
            case LONG, DOUBLE -> Hashes.mix(hash ^ input.longAt(bytes, row, field));
            default ->
                Hashes.of(
                    bytes,
                    input.startOf(bytes, row, field),
                    input.lengthOf(bytes, row, field),
                    hash);
          };
    }
    return (int) (hash ^ hash >>> 32);
  }

  private boolean isOf(int group, byte[] bytes, int row, long pane) {
    int key = keyStart(group);
    if (output.longAt(keys, key, PartialPlan.START) != pane) {
      return false;
    }
    for (int i = 0; i < fields.length; i++) {
      int held = PartialPlan.GROUP + i;
      boolean isNull = input.isNull(bytes, row, fields[i]);
      if (isNull != output.isNull(keys, key, held)
          || (!isNull && !isEqual(bytes, row, fields[i], key, held))) {
        return false;
      }
    }
    return true;
  }

  private boolean isEqual(byte[] bytes, int row, int field, int key, int held) {
    return switch (input.storage(field)) {
      case BOOLEAN -> input.booleanAt(bytes, row, field) == output.booleanAt(keys, key, held);
      case INT, FLOAT -> input.intAt(bytes, row, field) == output.intAt(keys, key, held);
      case LONG, DOUBLE -> input.longAt(bytes, row, field) == output.longAt(keys, key, held);
      default -> {
        int start = input.startOf(bytes, row, field);
        int end = start + input.lengthOf(bytes, row, field);
        int heldStart = output.startOf(keys, key, held);
        int heldEnd = heldStart + output.lengthOf(keys, key, held);
        yield Arrays.equals(bytes, start, end, keys, heldStart, heldEnd);
      }
    };
  }
}
