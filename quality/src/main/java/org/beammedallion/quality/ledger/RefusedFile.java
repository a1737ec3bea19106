package org.beammedallion.quality.ledger;

import java.io.Serializable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A file of which no record was published, because it does not match the contract. It is read again
 * when its content, the contract or the pipeline file has changed; a file that was set aside is not
 * read again.
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
