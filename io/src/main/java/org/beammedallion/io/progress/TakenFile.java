package org.beammedallion.io.progress;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.time.Instant;
import org.beammedallion.quality.ledger.RefusedFile;
import org.jspecify.annotations.Nullable;

/**
 * A file that was read, as it was when its cycle was planned.
 *
 * @param size in bytes
 * @param modified when it was last written; null in a list of an earlier version of the program
 * @param refused where none of its records was published: under which definition, and why; else
 *     null
 */
public record TakenFile(long size, @Nullable Instant modified, @Nullable RefusedFile refused) {

  @JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
  public TakenFile {}

  /** A file whose records were read. */
  public TakenFile(long size, @Nullable Instant modified) {
    this(size, modified, null);
  }

  /** As earlier versions of the program wrote it. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static TakenFile ofSize(long size) {
    return new TakenFile(size, null);
  }

  static TakenFile of(RefusedFile refused) {
    return new TakenFile(refused.size(), refused.modified(), refused);
  }

  /** The same after a person has said that it is not to be read. */
  TakenFile setAside() {
    return new TakenFile(size, modified);
  }
}
