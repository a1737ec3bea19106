package org.beammedallion.pipelines.driver;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.quality.ledger.Ledger;

/**
 * Files of the latest cycles of which every record was rejected, as under a first contract that was
 * wrong. A corrected contract does not read them again by itself.
 */
final class WhollyRejected {

  /** Further back nobody corrects a first contract, and each cycle is a file that is read. */
  private static final int CYCLES = 10;

  private static final int NAMED = 3;

  private WhollyRejected() {}

  /** The same where the newest completed cycle published nothing; it costs little where it did. */
  static List<String> warningsAfter(ProgressLog log, long completed) throws IOException {
    boolean[] nothing = {false};
    log.ledgers(
        completed,
        completed,
        Ledger.class,
        (cycle, ledger) -> nothing[0] = ledger.publishedNothing());
    return nothing[0] ? warnings(log, completed) : List.of();
  }

  /**
   * What to say of them; none where there are none.
   *
   * @param completed the newest completed cycle, or 0
   */
  static List<String> warnings(ProgressLog log, long completed) throws IOException {
    Set<String> files = new TreeSet<>();
    long from = Math.max(1, completed - CYCLES + 1);
    log.ledgers(
        from,
        completed,
        Ledger.class,
        (cycle, ledger) -> {
          files.removeAll(ledger.input().takenAgain());
          if (ledger.publishedNothing()) {
            log.plan(cycle).shards().stream().map(Shard::uri).forEach(files::add);
          }
        });
    if (files.isEmpty()) {
      return List.of();
    }
    List<String> names =
        files.stream().map(uri -> uri.substring(uri.lastIndexOf('/') + 1)).toList();
    String shown = String.join(",", names.subList(0, Math.min(NAMED, names.size())));
    return List.of(
        (files.size() == 1
                ? "All records of one file were rejected when it was read ("
                : "All records of " + files.size() + " files were rejected when they were read (")
            + shown
            + (names.size() > NAMED ? ", …" : "")
            + "). A file is read once: if the contract is right now, `medallion run … --takeAgain="
            + (names.size() > NAMED ? "'PATTERN'" : shown)
            + "` reads "
            + (files.size() == 1 ? "it" : "them")
            + " again.");
  }
}
