package org.beammedallion.io.progress;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The names of all files that cycles have read, as runs in the folder {@code names}, from the
 * earliest to the latest; a later run's entry counts. It is made from the plans and ledgers, and
 * can be made again from them.
 *
 * @param sequence from 1; the greatest counts
 * @param cycle the last one that it knows
 * @param refused name of the file with the files that are refused after that cycle, or null where
 *     none is
 */
record NameIndex(long sequence, long cycle, List<NameRun> runs, @Nullable String refused) {

  static final NameIndex EMPTY = new NameIndex(0, 0, List.of(), null);

  NameIndex {
    runs = List.copyOf(runs);
  }
}
