package org.beammedallion.io.keys;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.deduplicate.RowKey;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.junit.jupiter.api.Test;

class KeyRangesTest {

  private static final RowLayout LAYOUT =
      RowLayout.of(RecordSchema.of(Field.required("id", FieldType.LONG)));
  private static final RowKey KEY = RowKey.of(LAYOUT, new int[] {0}, -1);
  private static final String SCHEME = KeyRange.scheme(KEY);

  private static DataFile file(KeyRange range, long rows) {
    return file("cycle-0000000001-0001" + range.label(SCHEME) + "-1234.parquet", rows);
  }

  private static DataFile file(String path, long rows) {
    return new DataFile(path, Map.of(), rows, 1, List.of());
  }

  private static byte[] row(long id) {
    RowBuilder builder = new RowBuilder(64);
    int row = builder.beginRow(LAYOUT);
    builder.setLong(LAYOUT, row, 0, id);
    return builder.bytes();
  }

  private static List<KeyRange> ranges(KeyRanges ranges) {
    return IntStream.range(0, ranges.count()).mapToObj(ranges::range).toList();
  }

  @Test
  void aFilesNameTellsItsRange() {
    KeyRange range = new KeyRange(10, 0x2a7);
    DataFile file = file(range, 5);
    assertThat(KeyRange.ofFile(file.path(), SCHEME), is(range));
    assertThat(KeyRange.ofFile("/elsewhere/" + file.path(), SCHEME), is(range));
    assertThat(KeyRange.isTold(file.path()), is(true));
    assertThat("of another key", KeyRange.ofFile(file.path(), "0123456789abcdef"), is(nullValue()));
    assertThat(KeyRange.ofFile("part-0001.parquet", SCHEME), is(nullValue()));
    assertThat(KeyRange.ofFile("a-keys-2-f-" + SCHEME + "-1.parquet", SCHEME), is(nullValue()));
    assertThat(KeyRange.ofFile(file.path() + "/other.parquet", SCHEME), is(nullValue()));
  }

  @Test
  void otherFieldsOrAnotherEncodingAreAnotherScheme() {
    RowLayout other = RowLayout.of(RecordSchema.of(Field.required("id", FieldType.STRING)));
    assertThat(KeyRange.scheme(RowKey.of(other, new int[] {0}, -1)), is(not(SCHEME)));
    RowLayout more =
        RowLayout.of(
            RecordSchema.of(
                Field.optional("name", FieldType.STRING), Field.optional("id", FieldType.LONG)));
    assertThat(
        "the place of the field, and whether it may be null, do not matter",
        KeyRange.scheme(RowKey.of(more, new int[] {1}, 0)),
        is(SCHEME));
  }

  @Test
  void everyKeyIsInTheRangeThatItsBucketNames() {
    Random random = new Random(1);
    List<DataFile> live = new ArrayList<>();
    divide(KeyRange.ALL, random, live);
    KeyRanges ranges = KeyRanges.of(KEY, live);
    assertThat(ranges.spread(), is(empty()));
    assertThat(ranges.count(), is(greaterThan(10)));
    int[] seen = new int[ranges.count()];
    for (long id = 0; id < 100_000; id++) {
      byte[] row = row(id);
      int bucket = ranges.bucket(KEY, row, 0);
      KeyRange range = ranges.range(bucket);
      long hash = KEY.hash(row, 0);
      assertThat(range.bits() == 0 ? 0 : hash >>> (64 - range.bits()), is((long) range.prefix()));
      seen[bucket]++;
    }
    for (int bucket = 0; bucket < seen.length; bucket++) {
      assertThat(
          "keys of " + ranges.range(bucket),
          (double) seen[bucket] / (100_000 >> ranges.range(bucket).bits()),
          is(greaterThan(0.8)));
    }
  }

  /** Half of the ranges are divided further, and of some there is no file. */
  private static void divide(KeyRange range, Random random, List<DataFile> live) {
    if (range.bits() < 3 || (range.bits() < 6 && random.nextBoolean())) {
      range.split(1).forEach(half -> divide(half, random, live));
    } else if (random.nextInt(4) > 0) {
      live.add(file(range, 10));
    }
  }

  @Test
  void aFirstLoadIsDividedByItsSize() {
    assertThat(ranges(KeyRanges.of(KEY, List.of(), KeyRanges.RANGE_ROWS)), contains(KeyRange.ALL));
    assertThat(KeyRanges.of(KEY, List.of(), KeyRanges.RANGE_ROWS + 1).count(), is(2));
    assertThat(KeyRanges.of(KEY, List.of(), 10_000_000).count(), is(1024));
    assertThat(
        "very large tables have larger ranges",
        KeyRanges.of(KEY, List.of(), 10_000_000_000L).count(),
        is(lessThanOrEqualTo(2 * KeyRanges.MANY_RANGES)));
  }

  @Test
  void onlyARangeThatHasGrownTooLargeIsDivided() {
    List<KeyRange> quarters = KeyRange.ALL.split(2);
    List<DataFile> live =
        List.of(
            file(quarters.get(0), 100),
            file(quarters.get(1), 3 * KeyRanges.RANGE_ROWS),
            file(quarters.get(3), 100));
    KeyRanges ranges = KeyRanges.of(KEY, live, 10);
    assertThat(
        ranges(ranges),
        contains(
            quarters.get(0),
            new KeyRange(4, 4),
            new KeyRange(4, 5),
            new KeyRange(4, 6),
            new KeyRange(4, 7),
            quarters.get(2),
            quarters.get(3)));
    assertThat(ranges.spread(), contains(live.get(1)));
    assertThat(ranges.files(0), contains(live.get(0)));
    assertThat(ranges.files(1), is(empty()));
    assertThat(ranges.files(5), is(empty()));
    assertThat(
        "where nothing comes, nothing is divided", ranges(KeyRanges.of(KEY, live)), is(quarters));
  }

  @Test
  void filesOfOthersMayHoldAnyKeyAndAreSpread() {
    List<DataFile> live =
        List.of(
            file(new KeyRange(1, 0), 5), file(new KeyRange(1, 1), 5), file("x.parquet", 40_000));
    KeyRanges ranges = KeyRanges.of(KEY, live, 1);
    assertThat(ranges.spread(), is(live));
    assertThat(ranges.count(), is(4));
    DataFile unknown = new DataFile("y.parquet", Map.of(), -1, 8 * 40_000, List.of());
    assertThat("its size tells", KeyRanges.of(KEY, List.of(unknown), 1).count(), is(4));
    List<DataFile> overlapping = List.of(file(new KeyRange(1, 0), 5), file(new KeyRange(2, 1), 5));
    assertThat(KeyRanges.of(KEY, overlapping, 1).spread(), hasSize(2));
  }

  @Test
  void aRangeIsMadeAgainWhereItsFilesChangedOrWhatWasMadeOfItIsReplaced() {
    List<KeyRange> eighths = KeyRange.ALL.split(3);
    KeyRanges ranges = KeyRanges.of(KEY, eighths.stream().map(range -> file(range, 10)).toList());
    List<DataFile> same = eighths.stream().map(range -> file(range, 3)).toList();
    assertThat(ranges.touched(List.of(), same), is(empty()));
    Set<Integer> one = ranges.touched(List.of(file(eighths.get(5), 1)), same);
    assertThat(one, contains(5));
    assertThat(ranges.holding(one, same), contains(same.get(5)));

    // What was made of the first half stands in one file.
    List<DataFile> coarse = List.of(file(new KeyRange(1, 0), 3), same.get(4), same.get(5));
    Set<Integer> half = ranges.touched(List.of(file(eighths.get(2), 1)), coarse);
    assertThat(half, containsInAnyOrder(0, 1, 2, 3));
    assertThat(ranges.holding(half, coarse), contains(coarse.get(0)));

    List<DataFile> foreign = List.of(file("optimized.parquet", 30));
    assertThat(ranges.touched(List.of(file(eighths.get(2), 1)), foreign), hasSize(8));
    assertThat(ranges.touched(List.of(file("compacted.parquet", 30)), same), hasSize(8));
  }
}
