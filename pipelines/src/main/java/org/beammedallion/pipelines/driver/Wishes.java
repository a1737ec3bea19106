package org.beammedallion.pipelines.driver;

import java.time.Duration;
import java.util.List;
import org.beammedallion.io.source.CycleLimits;
import org.beammedallion.io.source.TakeAgain;

/**
 * Options of a run, in addition to reading new files.
 *
 * @param recompute gold tables to compute as a whole, without the layer
 * @param setAside files that earlier cycles refused, which are not to be read again
 * @param takeAgain which files to read although earlier cycles have read them
 * @param limits of one cycle
 * @param kept older versions of the tables are forgotten
 */
record Wishes(
    List<String> recompute,
    List<String> setAside,
    TakeAgain takeAgain,
    CycleLimits limits,
    Duration kept) {
  static final Wishes NONE =
      new Wishes(List.of(), List.of(), TakeAgain.NOTHING, CycleLimits.DEFAULT, OldVersions.KEPT);

  /** Whether nothing is wished for once. */
  boolean areOfEveryRun() {
    return recompute.isEmpty() && setAside.isEmpty() && !takeAgain.namesFiles();
  }

  Wishes recomputing(List<String> tables) {
    return new Wishes(tables, setAside, takeAgain, limits, kept);
  }

  Wishes settingAside(List<String> files) {
    return new Wishes(recompute, files, takeAgain, limits, kept);
  }

  Wishes takingAgain(List<String> patterns) {
    return new Wishes(
        recompute, setAside, new TakeAgain(patterns, takeAgain.changed()), limits, kept);
  }

  Wishes limited(CycleLimits other) {
    return new Wishes(recompute, setAside, takeAgain, other, kept);
  }

  Wishes keeping(Duration other) {
    return new Wishes(recompute, setAside, takeAgain, limits, other);
  }

  /** What holds for every cycle of a run. */
  Wishes further() {
    return new Wishes(List.of(), List.of(), TakeAgain.NOTHING, limits, kept);
  }
}
