package org.beammedallion.io.progress;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.beammedallion.io.progress.IndexedBlocks.Block;
import org.beammedallion.io.storage.AtomicOutput;

/** Writes a file of {@link IndexedBlocks}; the file is there, as a whole, after {@link #finish}. */
final class IndexedBlocksWriter implements Closeable {

  private static final int LEVEL = 3;

  private final AtomicOutput out;
  private final List<Block> blocks = new ArrayList<>();
  private boolean finished;

  IndexedBlocksWriter(AtomicOutput out) {
    this.out = out;
  }

  /**
   * Adds a block.
   *
   * @param first key of its first entry, which no earlier block's is greater than
   */
  void add(String first, byte[] content) throws IOException {
    byte[] compressed = Zstd.compress(content, LEVEL);
    append(first, compressed, content.length, crc(compressed));
  }

  /** Adds all blocks of another file, as they are. */
  void addAll(IndexedBlocks source) throws IOException {
    for (int i = 0; i < source.blocks().size(); i++) {
      Block block = source.blocks().get(i);
      append(block.first(), source.compressed(i), block.rawLength(), block.crc());
    }
  }

  private void append(String first, byte[] compressed, int rawLength, int crc) throws IOException {
    blocks.add(new Block(first, out.position(), compressed.length, rawLength, crc));
    out.write(compressed);
  }

  /** Writes the index and makes the file visible. */
  long finish() throws IOException {
    ByteArrayOutputStream index = new ByteArrayOutputStream();
    DataOutputStream data = new DataOutputStream(index);
    data.writeInt(blocks.size());
    for (Block block : blocks) {
      byte[] first = block.first().getBytes(StandardCharsets.UTF_8);
      data.writeInt(first.length);
      data.write(first);
      data.writeLong(block.offset());
      data.writeInt(block.length());
      data.writeInt(block.rawLength());
      data.writeInt(block.crc());
    }
    byte[] compressed = Zstd.compress(index.toByteArray(), LEVEL);
    out.write(compressed);
    DataOutputStream trailer = new DataOutputStream(out);
    trailer.writeInt(compressed.length);
    trailer.writeInt(index.size());
    trailer.writeInt(crc(compressed));
    trailer.writeLong(IndexedBlocks.MAGIC);
    trailer.flush();
    long bytes = out.position();
    out.close();
    finished = true;
    return bytes;
  }

  static int crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  /** Drops the file where it was not finished. */
  @Override
  public void close() {
    if (!finished) {
      out.abort();
    }
  }
}
