package org.beammedallion.io.progress;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.beammedallion.io.storage.AtomicOutput;
import org.beammedallion.io.storage.Storage;

/**
 * When a driver that runs a pipeline at an interval begins its runs, for people to read. Nothing
 * depends on it. It is overwritten when the times change, so not by runs without anything new, and
 * removed by a driver that ends in order.
 *
 * @param host and {@code pid}: where the driver runs
 * @param processStart as the operating system tells it; empty where it does not
 * @param since when the driver began with the pipeline
 * @param begin of a run, from which the later ones are counted, by the driver's clock
 */
public record RunSchedule(
    String host, long pid, String processStart, Instant since, Instant begin, long intervalMillis) {

  private static final String FILE = "/schedule.json";
  private static final String REPAIR = "Delete it; it is for people to read.";

  /** When the next run is due: the first at or after a time. */
  public Instant next(Instant time) {
    long passed = Duration.between(begin, time).toMillis();
    long runs = passed <= 0 ? 0 : (passed + intervalMillis - 1) / intervalMillis;
    return begin.plusMillis(runs * intervalMillis);
  }

  private boolean isOf(RunSchedule other) {
    return host.equals(other.host)
        && pid == other.pid
        && processStart.equals(other.processStart)
        && since.equals(other.since);
  }

  /**
   * Writes it down, over an earlier one.
   *
   * @param root the pipeline's own folder in the lake
   */
  public void put(String root) throws IOException {
    try (AtomicOutput out = Storage.of(root).create(root + FILE)) {
      out.write(LogFiles.bytes(this));
    }
  }

  /** The one that a driver has written down last, or empty where there is none. */
  public static Optional<RunSchedule> find(String root) throws IOException {
    Storage storage = Storage.of(root);
    return storage.stat(root + FILE).isEmpty()
        ? Optional.empty()
        : Optional.of(
            new LogFiles(root, storage)
                .read(root + FILE, REPAIR, LogFiles.JSON, RunSchedule.class));
  }

  /** Removes it, unless another driver has written down its own since. */
  public void remove(String root) throws IOException {
    if (find(root).filter(this::isOf).isPresent()) {
      Storage.of(root).delete(root + FILE);
    }
  }
}
