package org.beammedallion.transforms.raw;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What became of a shard: it travels with the shard's last batch, so that the ledger counts what
 * was written and not what a runner's metrics say.
 *
 * @param shard number of the shard in the cycle's plan
 * @param source URI of the file
 * @param read number of records, oversized and damaged ones included
 * @param bronzeFile where they are kept, or null where there was no record
 * @param bronzeBytes size of that file
 * @param vanished whether the file was gone before it could be read
 * @param warning what a person should know of the file, or null: a sentence that begins with its
 *     verb, for the file's name goes before it
 * @param refused why no record of the file may be published, in such sentences; null where the file
 *     was read
 * @param reached position in the source behind the last record that was read, in the source's own
 *     words; null where the plan tells where the shard ends
 * @param routes where the messages of each route are in the file; null where it is not routed
 */
public record Landed(
    int shard,
    String source,
    long read,
    @Nullable String bronzeFile,
    long bronzeBytes,
    boolean vanished,
    @Nullable String warning,
    @Nullable String refused,
    @Nullable String reached,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Routes routes)
    implements Serializable {

  /** Of a shard whose file in bronze is not routed. */
  public Landed(
      int shard,
      String source,
      long read,
      @Nullable String bronzeFile,
      long bronzeBytes,
      boolean vanished,
      @Nullable String warning,
      @Nullable String refused,
      @Nullable String reached) {
    this(shard, source, read, bronzeFile, bronzeBytes, vanished, warning, refused, reached, null);
  }

  /**
   * Of a shard whose file is refused.
   *
   * @param passedOn records that went on before it was known, and must not be published
   * @param why see {@link #refused()}
   */
  public static Landed refused(int shard, String source, long passedOn, String why) {
    return new Landed(shard, source, passedOn, null, 0, false, null, why, null);
  }
}
