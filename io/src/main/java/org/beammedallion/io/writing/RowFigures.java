package org.beammedallion.io.writing;

import java.util.Arrays;

/**
 * What became of the rows that passed the checks. Figures of parts add up.
 *
 * @param keyed rows that came to the deduplication: accepted ones, less those that the pipeline's
 *     transform took away
 * @param published rows staged for the table
 * @param duplicate rows that lost against another of their key
 * @param replaced rows of the table that give way to a newer version
 * @param repeats published rows whose values of some columns another one of the cycle has already,
 *     for each set of columns that is watched
 */
@SuppressWarnings("ArrayRecordComponent") // Figures are never compared.
public record RowFigures(
    long keyed, long published, long duplicate, long replaced, long[] repeats) {

  static final RowFigures NONE = new RowFigures(0, 0, 0, 0);

  public RowFigures(long keyed, long published, long duplicate, long replaced) {
    this(keyed, published, duplicate, replaced, new long[0]);
  }

  static RowFigures ofPublished(long rows) {
    return new RowFigures(0, rows, 0, 0);
  }

  static RowFigures ofRepeats(int columns, long count) {
    long[] repeats = new long[columns + 1];
    repeats[columns] = count;
    return new RowFigures(0, 0, 0, 0, repeats);
  }

  RowFigures plus(RowFigures other) {
    return new RowFigures(
        keyed + other.keyed,
        published + other.published,
        duplicate + other.duplicate,
        replaced + other.replaced,
        sum(repeats, other.repeats));
  }

  private static long[] sum(long[] a, long[] b) {
    long[] sum = Arrays.copyOf(a, Math.max(a.length, b.length));
    for (int i = 0; i < b.length; i++) {
      sum[i] += b[i];
    }
    return sum;
  }
}
