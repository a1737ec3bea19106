package org.beammedallion.io.writing;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ZOrderTest {

  private static final RecordSchema SCHEMA =
      RecordSchema.of(
          Field.required("other", FieldType.STRING),
          Field.optional("name", FieldType.STRING),
          Field.required("amount", FieldType.LONG));
  private static final RowLayout LAYOUT = RowLayout.of(SCHEMA);
  private static final RowLayout SAMPLE =
      RowLayout.of(new RecordSchema(SCHEMA.fields().subList(1, 3)));
  private static final int ROWS = 8_000;
  private static final int CHUNKS = 16;

  private record Entry(@Nullable String name, long amount) {

    byte[] row() {
      RowBuilder builder = new RowBuilder(64);
      int row = builder.beginRow(LAYOUT);
      builder.setString(LAYOUT, row, 0, "x".repeat((int) (amount & 7)));
      set(builder, LAYOUT, row, 1);
      return Arrays.copyOf(builder.bytes(), builder.length());
    }

    byte[] sample() {
      RowBuilder builder = new RowBuilder(64);
      set(builder, SAMPLE, builder.beginRow(SAMPLE), 0);
      return Arrays.copyOf(builder.bytes(), builder.length());
    }

    private void set(RowBuilder builder, RowLayout layout, int row, int first) {
      if (name != null) {
        builder.setString(layout, row, first, name);
      }
      builder.setLong(layout, row, first + 1, amount);
    }
  }

  /** Names that begin alike and amounts over many magnitudes, as keys and money do. */
  private static List<Entry> entries() {
    Random random = new Random(7);
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      String name = String.format("customer-%06d", random.nextInt(100_000));
      entries.add(
          new Entry(
              random.nextInt(50) == 0 ? null : name,
              (long) Math.exp(random.nextDouble() * 40) - 1_000));
    }
    return entries;
  }

  private static ZOrder curve(List<Entry> entries) {
    return new ZOrder(
        LAYOUT, List.of(1, 2), SAMPLE, entries.stream().map(Entry::sample).limit(2_000).toList());
  }

  @Test
  void neverFallsWhereOneColumnRises() {
    List<Entry> entries = entries();
    ZOrder curve = curve(entries);
    List<Entry> byAmount =
        entries.stream().sorted(Comparator.comparingLong(Entry::amount)).toList();
    List<String> names = new ArrayList<>(Arrays.asList(null, "", "customer-050000", "z"));
    for (String name : names) {
      long last = 0;
      for (Entry entry : byAmount) {
        long place = curve.place(new Entry(name, entry.amount()).row(), 0);
        assertThat(place, is(greaterThanOrEqualTo(last)));
        last = place;
      }
    }
  }

  @Test
  void fewValuesOfEachColumnCountFromTheLowestOn() {
    ZOrder curve = curve(List.of(new Entry("b", 2), new Entry("a", 1)));
    assertThat(curve.place(new Entry("a", 1).row(), 0), is(0L));
    assertThat(curve.place(new Entry("a", 2).row(), 0), is(1L));
    assertThat(curve.place(new Entry("b", 1).row(), 0), is(2L));
    assertThat(curve.place(new Entry("b", 2).row(), 0), is(3L));
    assertThat("below all that was sampled", curve.place(new Entry(null, 0).row(), 0), is(0L));
  }

  /** A filter on either column finds its rows in few files; sorted by one, the other has no use. */
  @Test
  void keepsRowsTogetherThatAreNearInEitherColumn() {
    List<Entry> entries = entries();
    ZOrder curve = curve(entries);
    List<Entry> placed = new ArrayList<>(entries);
    placed.sort(Comparator.comparingLong(entry -> curve.place(entry.row(), 0)));
    Comparator<Entry> byName =
        Comparator.comparing(Entry::name, Comparator.nullsFirst(Comparator.naturalOrder()));
    Comparator<Entry> byAmount = Comparator.comparingLong(Entry::amount);
    assertThat(chunksPerFilter(placed, byName), is(lessThan(CHUNKS / 2.0)));
    assertThat(chunksPerFilter(placed, byAmount), is(lessThan(CHUNKS / 2.0)));
    List<Entry> sorted = new ArrayList<>(entries);
    sorted.sort(byName);
    assertThat(chunksPerFilter(sorted, byAmount), is(greaterThanOrEqualTo(CHUNKS - 1.0)));
  }

  /** How many chunks hold a value near a given one, on average. */
  private static double chunksPerFilter(List<Entry> rows, Comparator<Entry> column) {
    List<Entry> wanted = rows.stream().sorted(column).toList();
    double sum = 0;
    int filters = 50;
    for (int filter = 0; filter < filters; filter++) {
      Entry value = wanted.get(ROWS * filter / filters);
      for (int chunk = 0; chunk < CHUNKS; chunk++) {
        List<Entry> part = rows.subList(ROWS * chunk / CHUNKS, ROWS * (chunk + 1) / CHUNKS);
        boolean below = part.stream().anyMatch(row -> column.compare(row, value) <= 0);
        boolean above = part.stream().anyMatch(row -> column.compare(row, value) >= 0);
        sum += below && above ? 1 : 0;
      }
    }
    return sum / filters;
  }
}
