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

  /** Runs of one level are merged when there are ten. */
  int level() {
    return (int) Math.log10((double) Math.max(100, names));
  }

  boolean mayHold(String uri) {
    return first.compareTo(uri) <= 0 && uri.compareTo(last) <= 0;
  }
}
