package org.beammedallion.quality.ledger;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
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
 * @param keepsRows whether rows of it that an earlier cycle read are in silver; they give way when
 *     it is read again
 */
public record RefusedFile(
    String file,
    long size,
    @Nullable Instant modified,
    String definition,
    String why,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean keepsRows)
    implements Serializable {

  @JsonCreator
  public RefusedFile {}

  /** A file of which no row is in silver. */
  public RefusedFile(
      String file, long size, @Nullable Instant modified, String definition, String why) {
    this(file, size, modified, definition, why, false);
  }

  /** The same file, of which rows are in silver. */
  public RefusedFile keepingRows() {
    return new RefusedFile(file, size, modified, definition, why, true);
  }

  /** What happened and why, in sentences. */
  public String sentence() {
    return file + " " + why;
  }
}
