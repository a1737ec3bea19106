package org.beammedallion.transforms.row;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.beammedallion.transforms.bytes.Wire;

/**
 * How many values were left out of each field that the contract does not know.
 *
 * @param byName by the names from the record down, with dots between them
 */
public record FieldCounts(Map<String, Long> byName) implements Serializable {

  /** Largest number of names that are counted separately. */
  public static final int MAX_NAMES = 100;

  /** Stands for all further names. */
  public static final String OTHERS = "(others)";

  public static final FieldCounts NONE = new FieldCounts(Map.of());

  public FieldCounts {
    byName = Collections.unmodifiableMap(new TreeMap<>(byName));
  }

  public FieldCounts plus(FieldCounts other) {
    if (other.byName.isEmpty()) {
      return this;
    } else if (byName.isEmpty()) {
      return other;
    }
    Map<String, Long> sum = new TreeMap<>(byName);
    other.byName.forEach(
        (name, count) ->
            sum.merge(
                sum.containsKey(name) || sum.size() < MAX_NAMES ? name : OTHERS, count, Long::sum));
    return new FieldCounts(sum);
  }

  public void write(OutputStream out) throws IOException {
    Wire.writeInt(out, byName.size());
    for (Map.Entry<String, Long> count : byName.entrySet()) {
      Wire.writeText(out, count.getKey());
      Wire.writeLong(out, count.getValue());
    }
  }

  public static FieldCounts read(InputStream in) throws IOException {
    int size = Wire.readInt(in);
    Map<String, Long> counts = new TreeMap<>();
    for (int i = 0; i < size; i++) {
      String name = Wire.readText(in);
      counts.put(name, Wire.readLong(in));
    }
    return size == 0 ? NONE : new FieldCounts(counts);
  }

  long encodedBytes() {
    long bytes = Integer.BYTES;
    for (String name : byName.keySet()) {
      bytes += Wire.sizeOfText(name) + Long.BYTES;
    }
    return bytes;
  }
}
