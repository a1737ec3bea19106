package org.beammedallion.quality.ledger;

import java.io.Serializable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A file of which no record was published, for it cannot be read by the contract. It is read again
 * once its content, the contract or the pipeline file has changed, or never where it was set aside.
 *
 * @param file its URI
 * @param size in bytes when the cycle was planned
 * @param modified when it was last written, as seen then
 * @param definition digest of what the contract and the pipeline file say of reading it
 * @param why sentences that begin with a verb, for the file's name goes before them
 */
public record RefusedFile(
    String file, long size, @Nullable Instant modified, String definition, String why)
    implements Serializable {

  /** What happened and why, in sentences. */
  public String sentence() {
    return file + " " + why;
  }
}
