package org.beammedallion.io.progress;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.beammedallion.io.progress.LogFiles.Kind;
import org.beammedallion.io.storage.SeekableInput;
import org.beammedallion.io.storage.Storage;

/**
 * An immutable file of sorted entries in blocks: each is compressed by zstd and has a checksum; an
 * index at the end holds the first key of each, so that only the blocks are read that are needed.
 * Opening a small file is one read, and its blocks cost none.
 */
final class IndexedBlocks implements Closeable {

  static final long MAGIC = 0x4d45_4442_4c4b_3031L;

  private static final int TRAILER = 20;
  private static final int TAIL = 16 << 10;

  /**
   * @param first key of its first entry
   * @param length compressed
   */
  record Block(String first, long offset, int length, int rawLength, int crc) {}

  private final String uri;
  private final String repair;
  private final SeekableInput in;
  private final byte[] tail;
  private final long tailStart;
  private final List<Block> blocks;

  private IndexedBlocks(
      String uri,
      String repair,
      SeekableInput in,
      byte[] tail,
      long tailStart,
      List<Block> blocks) {
    this.uri = uri;
    this.repair = repair;
    this.in = in;
    this.tail = tail;
    this.tailStart = tailStart;
    this.blocks = blocks;
  }

  /**
   * Opens a file.
   *
   * @throws DamagedLogException where it is missing, empty, cut off or changed
   */
  static IndexedBlocks open(Storage storage, String uri, Kind kind) throws IOException {
    SeekableInput in;
    try {
      in = storage.openSeekable(uri);
    } catch (FileNotFoundException e) {
      throw new DamagedLogException(uri, "is missing", kind.repair(), e);
    }
    try {
      return open(in, uri, kind.repair());
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private static IndexedBlocks open(SeekableInput in, String uri, String repair)
      throws IOException {
    long size = in.length();
    if (size < TRAILER) {
      throw new DamagedLogException(
          uri, size == 0 ? "is empty" : "is cut off after " + size + " bytes", repair, null);
    }
    byte[] tail = new byte[(int) Math.min(size, TAIL)];
    in.readFully(size - tail.length, tail, 0, tail.length);
    ByteBuffer trailer = ByteBuffer.wrap(tail, tail.length - TRAILER, TRAILER);
    int length = trailer.getInt();
    int rawLength = trailer.getInt();
    int crc = trailer.getInt();
    if (trailer.getLong() != MAGIC || length < 0 || length > size - TRAILER || rawLength < 4) {
      throw new DamagedLogException(
          uri, "is cut off after " + size + " bytes, or was changed", repair, null);
    }
    long start = size - TRAILER - length;
    byte[] index = new byte[length];
    long tailStart = size - tail.length;
    if (start >= tailStart) {
      System.arraycopy(tail, (int) (start - tailStart), index, 0, length);
    } else {
      in.readFully(start, index, 0, length);
    }
    byte[] raw = decompress(index, rawLength, crc, uri, repair);
    return new IndexedBlocks(uri, repair, in, tail, tailStart, blocks(raw));
  }

  private static List<Block> blocks(byte[] index) throws IOException {
    DataInputStream data = new DataInputStream(new ByteArrayInputStream(index));
    int count = data.readInt();
    List<Block> blocks = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      byte[] first = new byte[data.readInt()];
      data.readFully(first);
      blocks.add(
          new Block(
              new String(first, StandardCharsets.UTF_8),
              data.readLong(),
              data.readInt(),
              data.readInt(),
              data.readInt()));
    }
    return blocks;
  }

  private static byte[] decompress(
      byte[] compressed, int rawLength, int crc, String uri, String repair) throws IOException {
    if (IndexedBlocksWriter.crc(compressed) != crc) {
      throw new DamagedLogException(
          uri, "was changed after it was written: a checksum does not match", repair, null);
    }
    return Zstd.decompress(compressed, rawLength);
  }

  List<Block> blocks() {
    return blocks;
  }

  /** Number of the block in which a key is, if it is anywhere; -1 where it is before the first. */
  int find(String key) {
    int low = 0;
    int high = blocks.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (blocks.get(middle).first().compareTo(key) <= 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }

  /** Content of a block. */
  byte[] read(int number) throws IOException {
    Block block = blocks.get(number);
    return decompress(compressed(number), block.rawLength(), block.crc(), uri, repair);
  }

  byte[] compressed(int number) throws IOException {
    Block block = blocks.get(number);
    if (block.offset() >= tailStart) {
      int from = (int) (block.offset() - tailStart);
      return Arrays.copyOfRange(tail, from, from + block.length());
    }
    byte[] compressed = new byte[block.length()];
    in.readFully(block.offset(), compressed, 0, compressed.length);
    return compressed;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
