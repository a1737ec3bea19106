package org.beammedallion.transforms.aggregate;

import java.util.function.Consumer;

/**
 * Takes the rows of a bundle and gives blocks for {@link FinishBySql}: repeated, length of a row (4
 * bytes, little-endian) and the row. Rows may be split over feeds in any way. Not thread-safe.
 */
public interface RowFeed {

  /**
   * @param bytes holds a row of {@link WindowedQuery#inputSchema()} at {@code row}, which may be
   *     overwritten afterwards
   * @param length of the row
   * @param blocks takes blocks that are full
   */
  void add(byte[] bytes, int row, int length, Consumer<byte[]> blocks);

  /** Gives what remains and forgets it; the feed can be used again. */
  void flush(Consumer<byte[]> blocks);
}
