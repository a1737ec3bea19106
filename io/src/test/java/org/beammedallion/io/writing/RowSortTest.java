package org.beammedallion.io.writing;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowSortTest {

  private static final RowLayout LAYOUT =
      RowLayout.of(
          RecordSchema.of(
              Field.required("number", FieldType.INT),
              Field.optional("name", FieldType.STRING),
              Field.required("amount", FieldType.LONG)));

  private record Entry(int number, @Nullable String name, long amount) {}

  /** In memory, with a few runs, and with a run for each row. */
  @ParameterizedTest
  @ValueSource(ints = {1 << 20, 4_000, 1})
  void sortsByTheFieldsAndKeepsTheOrderOfEqualRows(int memory) throws IOException {
    Random random = new Random(memory);
    List<Entry> entries = new ArrayList<>();
    List<Entry> sorted = new ArrayList<>();
    try (RowSort sort = new RowSort(RowSort.byFields(LAYOUT, List.of(1, 2)), memory)) {
      RowBuilder builder = new RowBuilder(64);
      for (int n = 0; n < 300; n++) {
        Entry entry =
            new Entry(
                n,
                random.nextInt(5) == 0 ? null : "n".repeat(random.nextInt(400)) + "é",
                random.nextInt(7) - 3);
        entries.add(entry);
        builder.truncate(0);
        int row = builder.beginRow(LAYOUT);
        builder.setInt(LAYOUT, row, 0, entry.number());
        if (entry.name() != null) {
          builder.setString(LAYOUT, row, 1, entry.name());
        }
        builder.setLong(LAYOUT, row, 2, entry.amount());
        sort.add(builder.bytes(), row, builder.length() - row);
      }
      sort.forEach(
          (bytes, row) ->
              sorted.add(
                  new Entry(
                      LAYOUT.intAt(bytes, row, 0),
                      LAYOUT.isNull(bytes, row, 1) ? null : LAYOUT.stringAt(bytes, row, 1),
                      LAYOUT.longAt(bytes, row, 2))));
    }
    entries.sort(
        Comparator.comparing(Entry::name, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparingLong(Entry::amount));
    assertThat(sorted, is(entries));
  }
}
