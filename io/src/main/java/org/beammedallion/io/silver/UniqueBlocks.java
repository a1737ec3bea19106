package org.beammedallion.io.silver;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.beammedallion.io.writing.Part;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.block.BlockBuffers;
import org.beammedallion.transforms.deduplicate.UniqueColumns;
import org.beammedallion.transforms.deduplicate.UniqueValues;
import org.beammedallion.transforms.row.RowBatch;

/** Collects the values of columns that should be unique into blocks. Not thread-safe. */
final class UniqueBlocks {

  private static final int BLOCK_BYTES = 1 << 18;
  private static final long HELD_BYTES = 4L << 20;

  private final List<UniqueColumns> columns;
  private final int parts;
  private final List<BlockBuffers> buffers = new ArrayList<>();
  private final byte[] entry = new byte[UniqueValues.ENTRY];

  UniqueBlocks(List<UniqueColumns> columns, int parts) {
    this.columns = columns;
    this.parts = parts;
    columns.forEach(
        each -> buffers.add(new BlockBuffers(Block.Kind.VALUES, parts, BLOCK_BYTES, HELD_BYTES)));
  }

  /**
   * @param receiver takes a block and where it goes
   */
  void add(byte[] bytes, int header, BiConsumer<Part, Block> receiver) {
    for (int i = 0; i < columns.size(); i++) {
      int part = UniqueValues.entry(columns.get(i), bytes, header + RowBatch.HEADER, parts, entry);
      if (part >= 0) {
        buffers.get(i).add(part, entry, 0, entry.length, keyed(i, receiver));
      }
    }
  }

  void flush(BiConsumer<Part, Block> receiver) {
    for (int i = 0; i < buffers.size(); i++) {
      buffers.get(i).flush(keyed(i, receiver));
    }
  }

  private static BlockBuffers.Receiver keyed(int columns, BiConsumer<Part, Block> receiver) {
    return (part, block) -> receiver.accept(Part.values(columns, part), block);
  }
}
