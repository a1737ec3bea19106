package org.beammedallion.io.progress;

import java.io.IOException;
import java.util.List;
import org.beammedallion.io.progress.History.Segment;
import org.beammedallion.io.progress.LogFiles.Kind;
import org.beammedallion.io.storage.StoredFile;

/**
 * Moves completed cycles into the history. A segment is on storage before the first file that it
 * replaces is deleted, so whatever interrupts it loses nothing; the next one completes it.
 */
final class RollUp {

  /** The latest cycles stay as they are. */
  static final int KEPT = 25;

  /** Cycles of a segment before segments are merged. */
  static final int PERIOD = 50;

  private static final int MERGED_SEGMENTS = 20;
  private static final int LARGEST = PERIOD * MERGED_SEGMENTS * MERGED_SEGMENTS;

  /** In this order, so that the oldest plan tells whether something is left to be done. */
  private static final List<Kind> SINGLE =
      List.of(Kind.STAGED, Kind.ATTEMPT, Kind.COMPLETED, Kind.PLAN);

  private final LogFiles files;
  private final History history;
  private final ProgressLog.Ownership ownership;

  /**
   * @param ownership is asked before anything is deleted
   */
  RollUp(LogFiles files, History history, ProgressLog.Ownership ownership) {
    this.files = files;
    this.history = history;
    this.ownership = ownership;
  }

  static boolean isDue(long oldestPlan, long completed) {
    return completed - oldestPlan + 1 >= KEPT + PERIOD;
  }

  /**
   * Rolls up what is due.
   *
   * @param oldestPlan the first cycle that has a plan of its own
   * @param completed the newest completed cycle
   * @param listed the last cycle that the index of names knows
   */
  void run(long oldestPlan, long completed, long listed, History.Cycles singles)
      throws IOException {
    if (!LakeFormat.raise(files)) {
      return;
    }
    history.refresh();
    // Segments that somebody has removed are not made again.
    long done = Math.max(end(history.segments()), oldestPlan - 1);
    while (done + PERIOD <= completed - KEPT) {
      history.write(done + 1, done + PERIOD, singles);
      done += PERIOD;
    }
    history.refresh();
    mergeSegments();
    ownership.check();
    for (Kind kind : SINGLE) {
      removeUpTo(kind, done);
    }
    removeUpTo(Kind.TAKEN, listed);
  }

  /** The last cycle of the history. */
  private static long end(List<Segment> segments) {
    return segments.isEmpty() ? 0 : segments.get(segments.size() - 1).to();
  }

  private void removeUpTo(Kind kind, long cycle) throws IOException {
    for (StoredFile file : files.ofCycles(kind)) {
      if (LogFiles.cycleOf(file) <= cycle) {
        files.storage().delete(file.uri());
      }
    }
  }

  private void mergeSegments() throws IOException {
    for (int cycles = PERIOD; cycles < LARGEST; cycles *= MERGED_SEGMENTS) {
      List<Segment> parts = mergeable(history.segments(), cycles);
      while (!parts.isEmpty()) {
        history.merge(parts);
        history.refresh();
        parts = mergeable(history.segments(), cycles);
      }
    }
    removeReplaced();
  }

  /** Parts of wider segments, also those that an earlier merge left behind. */
  private void removeReplaced() throws IOException {
    List<Segment> all = history.all();
    List<Segment> wide = History.wide(all);
    if (all.size() > wide.size()) {
      ownership.check();
      for (Segment segment : all) {
        if (!wide.contains(segment)) {
          files.storage().delete(segment.uri());
        }
      }
    }
  }

  /** The first twenty segments of a size that follow each other, or none. */
  private static List<Segment> mergeable(List<Segment> segments, int cycles) {
    int count = 0;
    for (int i = 0; i < segments.size(); i++) {
      Segment segment = segments.get(i);
      boolean follows = i > 0 && segments.get(i - 1).to() + 1 == segment.from();
      if (segment.cycles() != cycles) {
        count = 0;
      } else {
        count = follows ? count + 1 : 1;
      }
      if (count == MERGED_SEGMENTS) {
        return segments.subList(i - count + 1, i + 1);
      }
    }
    return List.of();
  }
}
