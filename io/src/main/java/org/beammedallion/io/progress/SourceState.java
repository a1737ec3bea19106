package org.beammedallion.io.progress;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What completed cycles have taken of a source, as the progress log tells it. */
public final class SourceState {

  private final @Nullable ProgressLog log;
  private final long completed;

  private SourceState(@Nullable ProgressLog log, long completed) {
    this.log = log;
    this.completed = completed;
  }

  /** Before the first cycle. */
  public static SourceState none() {
    return new SourceState(null, 0);
  }

  /**
   * @param completed the newest completed cycle
   */
  public static SourceState of(ProgressLog log, long completed) {
    return new SourceState(log, completed);
  }

  /** The newest completed cycle, or 0. */
  public long completed() {
    return completed;
  }

  /** The files that were read or refused. */
  public TakenFiles takenFiles() throws IOException {
    return log == null ? TakenFiles.none() : log.takenFiles(completed);
  }
}
