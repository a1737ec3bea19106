package org.beammedallion.transforms.raw;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The records of a shard, in batches. What cannot be read becomes a dead letter in its batch; a
 * storage that fails raises an {@link IOException}.
 */
public interface RawBatches extends Closeable {

  /** The next records, or null after the last. A batch holds at least one record or reject. */
  @Nullable RawBatch next() throws IOException;
}
