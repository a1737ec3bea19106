package org.beammedallion.io.table;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.beammedallion.io.table.FileRules.EmptyText;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.PartitionField;
import org.beammedallion.quality.schema.PartitionField.Transform;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/**
 * Tells the partition of each row, as a small number that counts up from 0 in order of appearance.
 * Not thread-safe.
 */
public final class Partitioner {

  private static final long MICROS_PER_HOUR = 3_600_000_000L;
  private static final long MICROS_PER_DAY = 24 * MICROS_PER_HOUR;
  private static final String NULL_FOLDER = "__HIVE_DEFAULT_PARTITION__";
  private static final String ESCAPED = "\"#%'*/:=?\\{[]^";

  /**
   * One partition.
   *
   * @param values by partition column, as a table's log writes them
   * @param folder of its files, relative to the table, in Hive's style; empty where the table has
   *     no partitions
   */
  public record Partition(Map<String, @Nullable String> values, String folder) {}

  private final RowLayout layout;
  private final List<PartitionField> fields;
  private final EmptyText emptyText;
  private final int width;

  /** Longs that tell a partition: one for each field, then the bits of those that are null. */
  private final int stride;

  private final int[] indexes;
  private final boolean[] dates;
  private final List<Partition> partitions = new ArrayList<>();
  private final Map<String, Integer> texts = new HashMap<>();
  private final List<String> textById = new ArrayList<>();
  private final long[] parts;
  private long[] keys;
  private int[] slots = new int[16];
  private int last = -1;
  private byte[] lastText = new byte[0];
  private long lastTextId = -1;

  private Partitioner(List<PartitionField> fields, RowLayout layout, EmptyText emptyText) {
    this.fields = List.copyOf(fields);
    this.emptyText = emptyText;
    this.layout = layout;
    width = fields.size();
    indexes = new int[width];
    dates = new boolean[width];
    stride = width + 1;
    parts = new long[stride];
    keys = new long[stride * 8];
    Arrays.fill(slots, -1);
    for (int i = 0; i < width; i++) {
      PartitionField field = fields.get(i);
      field.columnOf(layout.schema().field(field.source()));
      indexes[i] = layout.schema().indexOf(field.source());
      dates[i] = layout.schema().fields().get(indexes[i]).type() instanceof FieldType.DateType;
    }
  }

  /**
   * A partitioner of rows of a layout.
   *
   * @throws IllegalArgumentException where a field is absent or of a type that cannot be
   *     partitioned
   */
  public static Partitioner of(List<PartitionField> fields, RowLayout layout, EmptyText emptyText) {
    return new Partitioner(fields, layout, emptyText);
  }

  /** How many partitions were seen. */
  public int count() {
    return partitions.size();
  }

  public Partition partition(int number) {
    return partitions.get(number);
  }

  /** The number of the row's partition. */
  public int numberOf(byte[] bytes, int row) {
    long nulls = 0;
    for (int i = 0; i < width; i++) {
      boolean isNull = layout.isNull(bytes, row, indexes[i]);
      nulls |= isNull ? 1L << i : 0;
      parts[i] = isNull ? 0 : part(i, bytes, row);
    }
    parts[width] = nulls;
    if (last < 0 || !isAt(last)) {
      last = find();
    }
    return last;
  }

  private int find() {
    int mask = slots.length - 1;
    int at = hash(parts, 0) & mask;
    while (slots[at] >= 0) {
      int number = slots[at];
      if (isAt(number)) {
        return number;
      }
      at = (at + 1) & mask;
    }
    int number = partitions.size();
    partitions.add(describe());
    if ((number + 1) * stride > keys.length) {
      keys = Arrays.copyOf(keys, keys.length * 2);
    }
    System.arraycopy(parts, 0, keys, number * stride, stride);
    slots[at] = number;
    if (partitions.size() * 2 > slots.length) {
      grow();
    }
    return number;
  }

  private boolean isAt(int number) {
    int from = number * stride;
    for (int i = 0; i < stride; i++) {
      if (keys[from + i] != parts[i]) {
        return false;
      }
    }
    return true;
  }

  private void grow() {
    slots = new int[slots.length * 2];
    Arrays.fill(slots, -1);
    int mask = slots.length - 1;
    for (int number = 0; number < partitions.size(); number++) {
      int at = hash(keys, number * stride) & mask;
      while (slots[at] >= 0) {
        at = (at + 1) & mask;
      }
      slots[at] = number;
    }
  }

  private int hash(long[] from, int offset) {
    long hash = 17;
    for (int i = 0; i < stride; i++) {
      hash = (hash + from[offset + i]) * 0x9E3779B97F4A7C15L;
    }
    return (int) (hash >>> 32);
  }

  private long part(int i, byte[] bytes, int row) {
    int field = indexes[i];
    Transform transform = fields.get(i).transform();
    if (transform == Transform.IDENTITY) {
      return switch (layout.storage(field)) {
        case BOOLEAN -> layout.booleanAt(bytes, row, field) ? 1 : 0;
        case INT -> layout.intAt(bytes, row, field);
        case LONG -> layout.longAt(bytes, row, field);
        default ->
            textId(bytes, layout.startOf(bytes, row, field), layout.lengthOf(bytes, row, field));
      };
    }
    if (transform == Transform.HOUR) {
      return Math.floorDiv(layout.longAt(bytes, row, field), MICROS_PER_HOUR);
    }
    long day =
        dates[i]
            ? layout.intAt(bytes, row, field)
            : Math.floorDiv(layout.longAt(bytes, row, field), MICROS_PER_DAY);
    if (transform == Transform.DAY) {
      return day;
    }
    LocalDate date = LocalDate.ofEpochDay(day);
    return transform == Transform.YEAR
        ? date.getYear()
        : date.getYear() * 12L + date.getMonthValue() - 1;
  }

  private long textId(byte[] bytes, int start, int length) {
    if (!Arrays.equals(bytes, start, start + length, lastText, 0, lastText.length)
        || lastTextId < 0) {
      lastText = Arrays.copyOfRange(bytes, start, start + length);
      String text = new String(lastText, StandardCharsets.UTF_8);
      Integer id = texts.get(text);
      if (id == null) {
        id = textById.size();
        texts.put(text, id);
        textById.add(text);
      }
      lastTextId = id;
    }
    return lastTextId;
  }

  private Partition describe() {
    Map<String, @Nullable String> values = new LinkedHashMap<>();
    StringBuilder folder = new StringBuilder();
    for (int i = 0; i < width; i++) {
      String value = (parts[width] >>> i & 1) != 0 ? null : text(i, parts[i]);
      value = "".equals(value) && emptyText == EmptyText.NULL ? null : value;
      String column = fields.get(i).column();
      values.put(column, value);
      folder.append(i == 0 ? "" : "/").append(escaped(column)).append('=');
      folder.append(value == null ? NULL_FOLDER : shortened(escaped(value)));
    }
    return new Partition(Collections.unmodifiableMap(values), folder.toString());
  }

  private String text(int i, long part) {
    Transform transform = fields.get(i).transform();
    return switch (transform) {
      case YEAR -> Long.toString(part);
      case MONTH -> monthOf(part / 12, part % 12 + 1);
      case DAY -> LocalDate.ofEpochDay(part).toString();
      case HOUR ->
          LocalDate.ofEpochDay(Math.floorDiv(part, 24L))
              + "-"
              + twoDigits(Math.floorMod(part, 24L));
      case IDENTITY ->
          dates[i]
              ? LocalDate.ofEpochDay(part).toString()
              : switch (layout.storage(indexes[i])) {
                case BOOLEAN -> Boolean.toString(part != 0);
                case BYTES -> textById.get((int) part);
                default -> Long.toString(part);
              };
    };
  }

  private static String monthOf(long year, long month) {
    return "0".repeat(Math.max(0, 4 - Long.toString(year).length()))
        + year
        + "-"
        + twoDigits(month);
  }

  private static String twoDigits(long value) {
    return value < 10 ? "0" + value : Long.toString(value);
  }

  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == 0x7F || ESCAPED.indexOf(c) >= 0) {
        escaped
            .append('%')
            .append(Character.forDigit(c >> 4, 16))
            .append(Character.forDigit(c & 15, 16));
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }

  /** The folder's name is for people; the table's log tells the value, however long. */
  private static String shortened(String text) {
    return text.length() <= 50 ? text : Integer.toHexString(text.hashCode());
  }
}
