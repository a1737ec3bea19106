package org.beammedallion.io.keys;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.transforms.bytes.Hashes;
import org.beammedallion.transforms.deduplicate.RowKey;
import org.jspecify.annotations.Nullable;

/**
 * The keys whose hashes begin with some bits. A file of a table that lies by key holds keys of one
 * range, and its name tells which; so nothing needs to be kept beside the table, and a file that
 * somebody else has written holds, as far as one knows, any key.
 *
 * @param bits how many of the hash, from 0 to {@link #MAX_BITS}
 * @param prefix these bits, as a number
 */
public record KeyRange(int bits, int prefix) implements Serializable {

  /** Every key. */
  public static final KeyRange ALL = new KeyRange(0, 0);

  static final int MAX_BITS = 24;

  private static final Pattern LABEL =
      Pattern.compile("-keys-(\\d{1,2})-([0-9a-f]{1,6})-([0-9a-f]{16})-[^/]*$");

  public KeyRange {
    if (bits < 0 || bits > MAX_BITS || prefix < 0 || prefix >>> bits != 0) {
      throw new IllegalArgumentException("No range of keys has " + bits + " bits " + prefix + ".");
    }
  }

  /**
   * What hashes of a key depend on: its fields and how they are encoded. Ranges of another scheme
   * mean nothing.
   */
  public static String scheme(RowKey key) {
    StringBuilder fields = new StringBuilder("1");
    for (int index : key.fields()) {
      Field field = key.layout().schema().fields().get(index);
      fields.append('|').append(field.name()).append('|').append(key.layout().storage(index));
    }
    byte[] bytes = fields.toString().getBytes(StandardCharsets.UTF_8);
    return String.format("%016x", Hashes.of(bytes, 0, bytes.length, 0));
  }

  /** The part of a file's name that tells its range. */
  public String label(String scheme) {
    return String.format("-keys-%d-%x-%s", bits, prefix, scheme);
  }

  /** The range of a file, or null where its name tells none of the scheme. */
  public static @Nullable KeyRange ofFile(String path, String scheme) {
    Matcher label = LABEL.matcher(path);
    if (!label.find() || !label.group(3).equals(scheme)) {
      return null;
    }
    int bits = Integer.parseInt(label.group(1));
    int prefix = Integer.parseInt(label.group(2), 16);
    return bits <= MAX_BITS && prefix >>> bits == 0 ? new KeyRange(bits, prefix) : null;
  }

  /** Whether a file's name tells a range, of whatever scheme. */
  public static boolean isTold(String path) {
    return LABEL.matcher(path).find();
  }

  /** The least hash of the range; hashes are unsigned. */
  long first() {
    return bits == 0 ? 0 : (long) prefix << (Long.SIZE - bits);
  }

  public boolean contains(KeyRange other) {
    return other.bits >= bits && other.prefix >>> (other.bits - bits) == prefix;
  }

  /** Whether some key is in both; of two ranges that overlap, one contains the other. */
  public boolean overlaps(KeyRange other) {
    return contains(other) || other.contains(this);
  }

  /** The ranges with this number of further bits that it consists of, in order. */
  List<KeyRange> split(int more) {
    List<KeyRange> parts = new ArrayList<>();
    for (int part = 0; part < 1 << more; part++) {
      parts.add(new KeyRange(bits + more, prefix << more | part));
    }
    return parts;
  }
}
