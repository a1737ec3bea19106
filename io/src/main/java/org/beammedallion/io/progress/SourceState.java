package org.beammedallion.io.progress;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What completed cycles have taken of a source, as the progress log tells it. */
public final class SourceState {

  private final @Nullable ProgressLog log;
  private final long completed;
  private final Map<String, String> positions;

  private final String bronze;

  private SourceState(
      @Nullable ProgressLog log, long completed, Map<String, String> positions, String bronze) {
    this.log = log;
    this.completed = completed;
    this.positions = Map.copyOf(positions);
    this.bronze = bronze;
  }

  /** Before the first cycle. */
  public static SourceState none() {
    return new SourceState(null, 0, Map.of(), "");
  }

  /**
   * @param completed the newest completed cycle
   */
  public static SourceState of(ProgressLog log, long completed) {
    return new SourceState(log, completed, Map.of(), "");
  }

  /** The same of a source whose plans do not tell where the cycles ended. */
  public SourceState at(Map<String, String> reached) {
    return new SourceState(log, completed, reached, bronze);
  }

  /**
   * Where completed cycles have ended in each part of the source, by its URI, in the source's own
   * words; empty where the plans tell.
   */
  public Map<String, String> positions() {
    return positions;
  }

  /**
   * The same, whose cycles have kept what they read.
   *
   * @param folder of the pipeline's bronze layer
   */
  public SourceState keptIn(String folder) {
    return new SourceState(log, completed, positions, folder);
  }

  /** Folder of the pipeline's bronze layer; empty where it is not known. */
  public String bronze() {
    return bronze;
  }

  /**
   * Folders that the source was looked for in, the latest last; none where no cycle has told them.
   */
  public List<String> roots() throws IOException {
    return log == null || completed == 0 ? List.of() : log.plan(completed).roots();
  }

  /** Which cycles have read some files, by URI, see {@link FileReading}. */
  public Map<String, FileReading> readings(Collection<String> uris) throws IOException {
    return log == null || uris.isEmpty() ? Map.of() : log.readings(uris, completed);
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
