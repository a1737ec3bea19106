package org.beammedallion.transforms.deduplicate;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.beammedallion.quality.rule.FieldPath;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;

class UniqueValuesProperties {

  private static final RecordSchema INNER =
      new RecordSchema(
          List.of(
              Field.optional("unread", FieldType.LONG), Field.optional("text", FieldType.STRING)));

  private static final RowLayout INNER_LAYOUT = RowLayout.of(INNER);

  private static final RowLayout LAYOUT =
      RowLayout.of(
          new RecordSchema(
              List.of(
                  Field.optional("number", FieldType.LONG),
                  Field.optional("inner", new FieldType.ObjectType(INNER)))));

  @Property
  void countsWhatASetCounts(
      @ForAll @Size(max = 400) List<@IntRange(min = -6, max = 300) Integer> values) {
    UniqueColumns columns =
        UniqueColumns.of(LAYOUT, List.of(FieldPath.of("number"), FieldPath.of("inner", "text")));
    Map<Integer, List<byte[]>> parts = new TreeMap<>();
    Set<Integer> seen = new HashSet<>();
    long repeats = 0;
    for (int value : values) {
      byte[] row = row(value);
      byte[] entry = new byte[UniqueValues.ENTRY];
      int part = UniqueValues.entry(columns, row, 0, 4, entry);
      assertThat(part < 0, is(value < 0));
      if (part >= 0) {
        byte[] block = new byte[1 + UniqueValues.ENTRY];
        System.arraycopy(entry, 0, block, 1, entry.length);
        parts.computeIfAbsent(part, number -> new ArrayList<>()).add(block);
        repeats += seen.add(value) ? 0 : 1;
      }
    }
    long counted = parts.values().stream().mapToLong(UniqueValues::repeats).sum();
    assertThat(counted, is(repeats));
  }

  /** Below zero, one of the columns is null, or what it lies in. */
  private static byte[] row(int value) {
    RowBuilder builder = new RowBuilder(64);
    int row = builder.beginRow(LAYOUT);
    if (value >= 0 || value % 2 == 0) {
      builder.setLong(LAYOUT, row, 0, value / 10);
    }
    if (value >= 0 || value % 4 != 0) {
      int inner = builder.beginRow(INNER_LAYOUT);
      builder.setLong(INNER_LAYOUT, inner, 0, value);
      if (value >= 0 || value % 2 != 0) {
        builder.setString(INNER_LAYOUT, inner, 1, "t" + value % 10);
      }
      builder.endVariable(LAYOUT, row, 1, inner);
    }
    return Arrays.copyOf(builder.bytes(), builder.length());
  }
}
