package org.beammedallion.transforms.decode.record;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.beammedallion.transforms.row.FieldCounts;
import org.jspecify.annotations.Nullable;

/**
 * The fields of records that the contract does not know. Those of a record count once the record is
 * a row. Records of one source have the same ones in the same order, mostly, so each is first
 * looked for behind the one before. Not thread-safe.
 */
public final class UnknownFields {

  private final ObjectPlan[] owners = new ObjectPlan[FieldCounts.MAX_NAMES];
  private final byte[][] names = new byte[FieldCounts.MAX_NAMES][];

  /** Values by the number of their name; the last one of all further names. */
  private final long[] counts = new long[FieldCounts.MAX_NAMES + 1];

  private int known;

  /** Numbers of the names that the record has. */
  private int[] met = new int[8];

  private int metCount;
  private int guess;

  /** Forgets the record's fields. */
  public void clear() {
    metCount = 0;
    guess = 0;
  }

  /** Notes a field of the record, by the object that it is in and its name. */
  public void add(ObjectPlan owner, byte[] bytes, int from, int to) {
    int number = numberOf(owner, bytes, from, to);
    guess = number + 1;
    if (metCount == met.length) {
      met = Arrays.copyOf(met, metCount * 2);
    }
    met[metCount++] = number;
  }

  private int numberOf(ObjectPlan owner, byte[] bytes, int from, int to) {
    if (guess < known && isName(guess, owner, bytes, from, to)) {
      return guess;
    }
    for (int i = 0; i < known; i++) {
      if (isName(i, owner, bytes, from, to)) {
        return i;
      }
    }
    if (known == names.length) {
      return known;
    }
    owners[known] = owner;
    names[known] = Arrays.copyOfRange(bytes, from, to);
    return known++;
  }

  private boolean isName(int number, ObjectPlan owner, byte[] bytes, int from, int to) {
    byte[] name = names[number];
    return owners[number] == owner && Arrays.equals(name, 0, name.length, bytes, from, to);
  }

  /**
   * The name of the record's first one, or null. One whose column metadata fills is left out of the
   * row and counted, but the contract knows its name.
   */
  public @Nullable String first() {
    for (int i = 0; i < metCount; i++) {
      int number = met[i];
      if (number == names.length
          || !owners[number].fillsOtherwise(names[number], 0, names[number].length)) {
        return nameOf(number);
      }
    }
    return null;
  }

  private String nameOf(int number) {
    return number == names.length
        ? FieldCounts.OTHERS
        : owners[number].prefix + new String(names[number], StandardCharsets.UTF_8);
  }

  /** Counts the record's fields. */
  public void count() {
    for (int i = 0; i < metCount; i++) {
      counts[met[i]]++;
    }
  }

  public FieldCounts counts() {
    Map<String, Long> byName = new TreeMap<>();
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        byName.merge(nameOf(i), counts[i], Long::sum);
      }
    }
    return byName.isEmpty() ? FieldCounts.NONE : new FieldCounts(byName);
  }
}
