package org.beammedallion.transforms.raw;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The records of a shard, in batches. What cannot be read becomes a dead letter in its batch; a
 * storage that fails raises an {@link IOException}.
 */
public interface RawBatches extends Closeable {

  /**
   * The next records, or null after the last. A batch holds at least one record or reject.
   *
   * @throws RefusedFileException where no record of the file may be published, those of earlier
   *     batches among them
   */
  @Nullable RawBatch next() throws IOException;

  /**
   * What a person should know of the file, once all of it was read: a sentence that begins with its
   * verb, for the file's name goes before it; or null.
   */
  default @Nullable String warning() {
    return null;
  }

  /** Whether all is there that was planned; otherwise the shard's source has lost some of it. */
  default boolean isWhole() {
    return true;
  }

  /**
   * Position in the source behind the last record, in the source's own words, once all of it was
   * read; null where the plan tells where the shard ends.
   */
  default @Nullable String reached() {
    return null;
  }

  /**
   * The encoding that the file is in, where the batches hold its text in UTF-8 instead; else null.
   */
  default @Nullable String encoding() {
    return null;
  }
}
