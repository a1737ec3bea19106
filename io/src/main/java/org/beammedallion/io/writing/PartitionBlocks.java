package org.beammedallion.io.writing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.beammedallion.io.table.Partitioner;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.row.RowBatch;

/** Collects rows by partition into blocks that are worth sending. Not thread-safe. */
public final class PartitionBlocks {

  /** Well below half a region of the heap, from which on G1 allocates each array on its own. */
  private static final int BLOCK_BYTES = 1 << 18;

  private static final long HELD_BYTES = 48L << 20;

  private final Partitioner partitioner;
  private final List<byte[]> buffers = new ArrayList<>();
  private int[] lengths = new int[16];
  private long held;

  public PartitionBlocks(TableTarget target) {
    this.partitioner = target.partitioner();
  }

  /**
   * @param receiver takes a block and the folder of its partition
   */
  public void add(byte[] bytes, int header, BiConsumer<String, Block> receiver) {
    int partition = partitioner.numberOf(bytes, header + RowBatch.HEADER);
    int length = RowBatch.HEADER + RowBatch.rowLength(bytes, header);
    while (buffers.size() <= partition) {
      buffers.add(new byte[0]);
    }
    if (partition >= lengths.length) {
      lengths = Arrays.copyOf(lengths, Math.max(lengths.length * 2, partition + 1));
    }
    byte[] buffer = buffers.get(partition);
    int used = Math.max(lengths[partition], Block.START);
    if (buffer.length - used < length) {
      buffer = Arrays.copyOf(buffer, Math.max(Math.max(2048, buffer.length * 2), used + length));
      buffers.set(partition, buffer);
    }
    System.arraycopy(bytes, header, buffer, used, length);
    lengths[partition] = used + length;
    held += length;
    if (lengths[partition] >= BLOCK_BYTES) {
      send(partition, receiver);
    } else if (held >= HELD_BYTES) {
      flush(receiver);
    }
  }

  public void flush(BiConsumer<String, Block> receiver) {
    for (int partition = 0; partition < buffers.size(); partition++) {
      if (lengths[partition] > 0) {
        send(partition, receiver);
      }
    }
  }

  private void send(int partition, BiConsumer<String, Block> receiver) {
    byte[] block = Arrays.copyOf(buffers.get(partition), lengths[partition]);
    block[0] = Block.Kind.ROWS.code();
    held -= block.length - Block.START;
    lengths[partition] = 0;
    buffers.set(partition, new byte[0]);
    receiver.accept(partitioner.partition(partition).folder(), Block.of(block));
  }
}
