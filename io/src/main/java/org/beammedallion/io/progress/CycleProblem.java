package org.beammedallion.io.progress;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.beammedallion.io.storage.AtomicOutput;
import org.beammedallion.io.storage.Storage;

/**
 * Why the newest attempt at a cycle has ended without completing it, for people to read. Nothing
 * depends on it: it counts only while the cycle is open and no later attempt has begun, and may be
 * missing.
 *
 * @param attempt number of the attempt that ended
 * @param time when it ended, by the driver's clock
 * @param held whether the pipeline's gate objected; otherwise something failed
 * @param why in sentences
 */
public record CycleProblem(long cycle, int attempt, Instant time, boolean held, String why) {

  private static final String FILE = "/problem.json";
  private static final String REPAIR = "Delete it; it is for people to read.";

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

  /**
   * The problem of an attempt, or empty where none was written down.
   *
   * @param root the pipeline's own folder in the lake
   */
  public static Optional<CycleProblem> find(String root, Attempt attempt) throws IOException {
    Storage storage = Storage.of(root);
    if (storage.stat(root + FILE).isEmpty()) {
      return Optional.empty();
    }
    CycleProblem problem =
        new LogFiles(root, storage).read(root + FILE, REPAIR, LogFiles.JSON, CycleProblem.class);
    return problem.cycle() == attempt.cycle() && problem.attempt() == attempt.number()
        ? Optional.of(problem)
        : Optional.empty();
  }
}
