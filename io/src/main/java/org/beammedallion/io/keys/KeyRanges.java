package org.beammedallion.io.keys;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.transforms.deduplicate.RowKey;
import org.jspecify.annotations.Nullable;

/**
 * The ranges that a table's keys are divided into, without gap or overlap, each small enough that
 * its rows fit in memory and that to write it again costs little. Files that hold one range are the
 * range's; all others are to be read as a whole and spread over the ranges.
 */
public final class KeyRanges implements KeySpread {

  /**
   * A range of more rows is divided. Ten keys in ten ranges are then some hundred thousand rows to
   * write again, about a second's work, whatever the size of the table.
   */
  static final long RANGE_ROWS = 1 << 14;

  /**
   * Of larger tables the ranges are larger, so that their number does not exceed about this one.
   */
  static final int MANY_RANGES = 4096;

  /** Of a file of which its table does not tell the number of rows; a guess on the safe side. */
  private static final int LEAST_ROW_BYTES = 8;

  private final String scheme;
  private final List<KeyRange> ranges;
  private final List<List<DataFile>> files;
  private final List<DataFile> spread;
  private final long[] firsts;

  private KeyRanges(
      String scheme, List<KeyRange> ranges, List<List<DataFile>> files, List<DataFile> spread) {
    this.scheme = scheme;
    this.ranges = ranges;
    this.files = files;
    this.spread = spread;
    // Comparable as signed numbers.
    this.firsts = ranges.stream().mapToLong(range -> range.first() ^ Long.MIN_VALUE).toArray();
  }

  /**
   * The ranges in which a table's files lie. Where they do not lie in ranges of the key, new ranges
   * over which all files are to be spread.
   *
   * @param live files of the table
   */
  public static KeyRanges of(RowKey key, List<DataFile> live) {
    return create(key, live, 0, Long.MAX_VALUE);
  }

  /**
   * The same for a table that is to take more rows: ranges that would become too large are divided,
   * and their files are to be spread.
   *
   * @param more how many rows are to come, of whatever keys
   */
  public static KeyRanges of(RowKey key, List<DataFile> live, long more) {
    return create(key, live, more, limit(rows(live) + more));
  }

  private static KeyRanges create(RowKey key, List<DataFile> live, long more, long limit) {
    String scheme = KeyRange.scheme(key);
    Map<KeyRange, List<DataFile>> byRange = new HashMap<>();
    for (DataFile file : live) {
      KeyRange range = KeyRange.ofFile(file.path(), scheme);
      byRange
          .computeIfAbsent(range == null ? KeyRange.ALL : range, each -> new ArrayList<>())
          .add(file.withoutStatistics());
    }
    long all = rows(live) + more;
    boolean isByKey = live.stream().allMatch(file -> KeyRange.ofFile(file.path(), scheme) != null);
    List<KeyRange> told = isByKey ? cover(byRange.keySet()) : null;
    KeyRanges ranges =
        new KeyRanges(scheme, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    if (told == null) {
      live.forEach(file -> ranges.spread.add(file.withoutStatistics()));
      ranges.add(KeyRange.ALL, List.of(), bits(all, limit(all)));
    } else {
      for (KeyRange range : told) {
        List<DataFile> own = byRange.getOrDefault(range, List.of());
        ranges.add(range, own, bits(rows(own) + (more >>> range.bits()), limit));
      }
    }
    return new KeyRanges(scheme, ranges.ranges, ranges.files, ranges.spread);
  }

  private void add(KeyRange range, List<DataFile> own, int wanted) {
    int more = Math.min(wanted, KeyRange.MAX_BITS - range.bits());
    if (more > 0) {
      spread.addAll(own);
    }
    for (KeyRange part : range.split(more)) {
      ranges.add(part);
      files.add(more > 0 ? List.of() : own);
    }
  }

  private static long limit(long rows) {
    return Math.max(RANGE_ROWS, rows / MANY_RANGES);
  }

  /** By how many bits rows must be divided to come below a limit. */
  private static int bits(long rows, long limit) {
    return rows <= limit ? 0 : Long.SIZE - Long.numberOfLeadingZeros((rows - 1) / limit);
  }

  private static long rows(List<DataFile> files) {
    return files.stream()
        .mapToLong(file -> file.rows() < 0 ? file.bytes() / LEAST_ROW_BYTES : file.rows())
        .sum();
  }

  /** The ranges, and others for keys that are in none; null where two of them overlap. */
  private static @Nullable List<KeyRange> cover(Set<KeyRange> told) {
    List<KeyRange> cover = new ArrayList<>();
    return cover(KeyRange.ALL, new ArrayList<>(told), cover) ? cover : null;
  }

  private static boolean cover(KeyRange whole, List<KeyRange> inside, List<KeyRange> cover) {
    if (inside.isEmpty() || inside.contains(whole)) {
      cover.add(whole);
      return inside.size() <= 1;
    }
    for (KeyRange half : whole.split(1)) {
      if (!cover(half, inside.stream().filter(half::contains).toList(), cover)) {
        return false;
      }
    }
    return true;
  }

  /** What hashes depend on, see {@link KeyRange#scheme}. */
  public String scheme() {
    return scheme;
  }

  @Override
  public int count() {
    return ranges.size();
  }

  public KeyRange range(int number) {
    return ranges.get(number);
  }

  /** The files that hold a range and nothing else. */
  public List<DataFile> files(int number) {
    return files.get(number);
  }

  /** Files that hold keys of several ranges. */
  public List<DataFile> spread() {
    return spread;
  }

  @Override
  public int bucket(RowKey key, byte[] bytes, int row) {
    int found = Arrays.binarySearch(firsts, key.hash(bytes, row) ^ Long.MIN_VALUE);
    return found >= 0 ? found : -found - 2;
  }

  /**
   * Numbers of the ranges that must be written again, so that what is made of each range is not
   * left beside what was made of it before.
   *
   * @param changed files that came or went
   * @param made live files of the table that is made of this one
   */
  public Set<Integer> touched(List<DataFile> changed, List<DataFile> made) {
    Set<Integer> touched = new TreeSet<>();
    changed.forEach(file -> touch(rangeOf(file), touched));
    if (!spread.isEmpty() && !touched.isEmpty()) {
      touch(KeyRange.ALL, touched);
    }
    int before;
    do {
      before = touched.size();
      made.stream()
          .map(this::rangeOf)
          .filter(range -> isAnyIn(touched, range))
          .distinct()
          .toList()
          .forEach(range -> touch(range, touched));
    } while (touched.size() > before);
    return touched;
  }

  /** Those of a table's files that may hold keys of some of the ranges. */
  public List<DataFile> holding(Set<Integer> numbers, List<DataFile> made) {
    return made.stream().filter(file -> isAnyIn(numbers, rangeOf(file))).toList();
  }

  private boolean isAnyIn(Set<Integer> numbers, KeyRange range) {
    return numbers.size() == ranges.size()
        || numbers.stream().anyMatch(number -> ranges.get(number).overlaps(range));
  }

  private void touch(KeyRange range, Set<Integer> touched) {
    for (int number = 0; number < ranges.size(); number++) {
      if (ranges.get(number).overlaps(range)) {
        touched.add(number);
      }
    }
  }

  private KeyRange rangeOf(DataFile file) {
    KeyRange range = KeyRange.ofFile(file.path(), scheme);
    return range == null ? KeyRange.ALL : range;
  }

  /** The same without the files of other ranges than these, for workers that need no others. */
  public KeyRanges only(Set<Integer> numbers) {
    List<List<DataFile>> own = new ArrayList<>();
    for (int number = 0; number < ranges.size(); number++) {
      own.add(numbers.contains(number) ? files.get(number) : List.of());
    }
    return new KeyRanges(scheme, ranges, own, spread);
  }
}
