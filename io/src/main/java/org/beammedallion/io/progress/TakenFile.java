package org.beammedallion.io.progress;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A file that was read, as it was when its cycle was planned.
 *
 * @param size in bytes
 * @param modified when it was last written; null in a list of an earlier version of the program
 */
public record TakenFile(long size, @Nullable Instant modified) {

  @JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
  public TakenFile {}

  /** As earlier versions of the program wrote it. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static TakenFile ofSize(long size) {
    return new TakenFile(size, null);
  }
}
