package org.beammedallion.io.progress;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.beammedallion.io.storage.AtomicOutput;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.storage.StoredFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When a driver that runs a pipeline at an interval begins its runs, for people to read: a file for
 * each driver, which it writes after its first run, when the times change, and every {@link
 * #RENEWED}; and removes when it ends in order. Nothing depends on it.
 *
 * @param host and {@code pid}: where the driver runs
 * @param processStart as the operating system tells it; empty where it does not
 * @param since when the driver began
 * @param begin of a run, from which the later ones are counted, by the driver's clock
 */
public record RunSchedule(
    String host, long pid, String processStart, Instant since, Instant begin, long intervalMillis) {

  /** A driver that lives has written it again by then, unless a run takes longer. */
  public static final Duration RENEWED = Duration.ofMinutes(5);

  private static final Logger LOG = LoggerFactory.getLogger(RunSchedule.class);
  private static final long TOLERANCE_MILLIS = 500;
  private static final String FOLDER = "/schedule";
  private static final String REPAIR = "Delete it; it is for people to read.";

  public RunSchedule {
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(processStart, "processStart");
    Objects.requireNonNull(since, "since");
    Objects.requireNonNull(begin, "begin");
    if (intervalMillis < 1) {
      throw new IllegalArgumentException("intervalMillis must be at least 1.");
    }
  }

  /**
   * One that was written down.
   *
   * @param told when it was, by the storage's clock
   */
  public record Told(RunSchedule schedule, Instant told) {}

  /** When the next run is due: the first at or after a time. */
  public Instant next(Instant time) {
    long passed = Duration.between(begin, time).toMillis();
    long runs = passed <= 0 ? 0 : (passed - 1) / intervalMillis + 1;
    return begin.plusMillis(runs * intervalMillis);
  }

  /** Whether a run that begins at a time is one of these, as far as that matters to people. */
  public boolean has(Instant run) {
    long off = Math.floorMod(Duration.between(begin, run).toMillis(), intervalMillis);
    return Math.min(off, intervalMillis - off) <= TOLERANCE_MILLIS;
  }

  private String file(String root) {
    return root + FOLDER + "/" + host.replaceAll("[^A-Za-z0-9.-]", "_") + "-" + pid + ".json";
  }

  /**
   * Writes it down, over an earlier one of the driver.
   *
   * @param root the pipeline's own folder in the lake
   */
  public void put(String root) throws IOException {
    try (AtomicOutput out = Storage.of(root).create(file(root))) {
      out.write(LogFiles.bytes(this));
    }
  }

  /** Removes it. */
  public void remove(String root) throws IOException {
    Storage.of(root).delete(file(root));
  }

  /** Those that drivers have written down and not removed; a damaged one tells nothing. */
  public static List<Told> all(String root) throws IOException {
    Storage storage = Storage.of(root);
    LogFiles files = new LogFiles(root, storage);
    List<Told> all = new ArrayList<>();
    for (StoredFile file : storage.listDirect(root + FOLDER)) {
      try {
        all.add(
            new Told(
                files.read(file.uri(), REPAIR, LogFiles.JSON, RunSchedule.class), file.modified()));
      } catch (DamagedLogException e) {
        // Or its driver has just ended and removed it.
        LOG.debug("Left out.", e);
      }
    }
    return all;
  }
}
