package org.beammedallion.transforms.raw;

import java.io.IOException;
import java.util.Map;

/** Takes the blocks of an Avro object container file as they are, for bronze. */
public interface BlockSink {

  /** Takes nothing. */
  BlockSink NONE =
      new BlockSink() {
        @Override
        public void begin(Map<String, byte[]> metadata, long first) {}

        @Override
        public void block(long records, byte[] bytes) {}
      };

  /**
   * Called once, before the first block.
   *
   * @param metadata of the file, its schema and codec among it, in its order
   * @param first number in the file of the first record that follows
   */
  void begin(Map<String, byte[]> metadata, long first) throws IOException;

  /**
   * Takes a block that has at least one record.
   *
   * @param records in it
   * @param bytes as the file has them, between the block's size and its marker
   */
  void block(long records, byte[] bytes) throws IOException;
}
