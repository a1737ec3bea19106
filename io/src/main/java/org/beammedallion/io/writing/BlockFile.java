package org.beammedallion.io.writing;

import com.github.luben.zstd.Zstd;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.beammedallion.io.storage.AtomicOutput;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.storage.StorageException;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.block.Destination;

/**
 * A file of blocks as {@code SpreadRows} makes them. Each is its destination's number (4 bytes,
 * big-endian) and kind (1), its length (4), its compressed length (4) and the block in zstd; behind
 * the last stands {@link #END}.
 */
final class BlockFile {

  private static final int END = Integer.MIN_VALUE;
  private static final Destination.Kind[] KINDS = Destination.Kind.values();
  private static final int LEVEL = 1;
  private static final int BUFFER = 1 << 16;

  private BlockFile() {}

  /** Takes blocks; not thread-safe. */
  static final class Writer implements AutoCloseable {
    private final AtomicOutput output;
    private final DataOutputStream data;

    Writer(String uri) throws IOException {
      output = Storage.of(uri).create(uri);
      data = new DataOutputStream(new BufferedOutputStream(output, BUFFER));
    }

    void write(Destination destination, Block block) throws IOException {
      byte[] compressed = Zstd.compress(block.bytes(), LEVEL);
      data.writeInt(destination.number());
      data.writeByte(destination.kind().ordinal());
      data.writeInt(block.bytes().length);
      data.writeInt(compressed.length);
      data.write(compressed);
    }

    /** Makes the file visible. */
    void finish() throws IOException {
      data.writeInt(END);
      data.flush();
      output.close();
    }

    /** Drops the file unless it is finished. */
    @Override
    public void close() {
      output.abort();
    }
  }

  /** Receives the blocks of a file. */
  @FunctionalInterface
  interface Receiver {
    void receive(Destination destination, Block block);
  }

  static void read(String uri, Receiver receiver) throws IOException {
    try (InputStream in = Storage.of(uri).open(uri);
        DataInputStream data = new DataInputStream(new BufferedInputStream(in, BUFFER))) {
      for (int number = data.readInt(); number != END; number = data.readInt()) {
        Destination destination = new Destination(KINDS[data.readByte()], number);
        int length = data.readInt();
        byte[] compressed = new byte[data.readInt()];
        data.readFully(compressed);
        byte[] block = new byte[length];
        long decompressed = Zstd.decompress(block, compressed);
        if (decompressed != length) {
          throw new StorageException(
              "'"
                  + uri
                  + "' is damaged: a block does not have its length. Run again; it is written again.",
              null);
        }
        receiver.receive(destination, Block.of(block));
      }
    }
  }
}
