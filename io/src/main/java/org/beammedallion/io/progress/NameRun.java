package org.beammedallion.io.progress;

/**
 * A sorted file of names in the folder {@code names}.
 *
 * @param file its name
 * @param from and {@code to}: the cycles that it sums up
 * @param names how many there are
 * @param first the least, and {@code last} the greatest of them
 */
record NameRun(String file, long from, long to, long names, long bytes, String first, String last) {

  /** Smaller runs are of one level. */
  private static final long SMALL = 64;

  /**
   * The logarithm of the number of names to the base of four. Runs of a level are merged by fours.
   */
  int level() {
    return (Long.SIZE - 1 - Long.numberOfLeadingZeros(Math.max(SMALL, names))) / 2;
  }

  boolean mayHold(String uri) {
    return first.compareTo(uri) <= 0 && uri.compareTo(last) <= 0;
  }
}
