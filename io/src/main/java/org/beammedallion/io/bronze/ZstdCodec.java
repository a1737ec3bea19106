package org.beammedallion.io.bronze;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.avro.file.Codec;
import org.apache.avro.file.CodecFactory;

/**
 * Avro's codec {@code zstandard}, a block at once: Avro's own streams every block through two
 * buffers. For writing only; any Avro reader reads it.
 */
final class ZstdCodec extends Codec {

  /** One for each thread; it frees its native memory itself. */
  private static final ThreadLocal<ZstdCompressCtx> CONTEXT =
      ThreadLocal.withInitial(ZstdCompressCtx::new);

  private final int level;
  private byte[] compressed = {};

  private ZstdCodec(int level) {
    this.level = level;
  }

  static CodecFactory factory(int level) {
    return new Factory(level);
  }

  private static final class Factory extends CodecFactory {
    private final int level;

    Factory(int level) {
      this.level = level;
    }

    @Override
    protected Codec createInstance() {
      return new ZstdCodec(level);
    }
  }

  @Override
  public String getName() {
    return "zstandard";
  }

  /** The result is valid until the next call. */
  @Override
  public ByteBuffer compress(ByteBuffer block) {
    int bound = Math.toIntExact(Zstd.compressBound(block.remaining()));
    if (compressed.length < bound) {
      compressed = new byte[bound];
    }
    int length =
        CONTEXT
            .get()
            .setLevel(level)
            .setChecksum(true)
            .compressByteArray(
                compressed,
                0,
                bound,
                block.array(),
                block.arrayOffset() + block.position(),
                block.remaining());
    return ByteBuffer.wrap(compressed, 0, length);
  }

  @Override
  public ByteBuffer decompress(ByteBuffer block) throws IOException {
    throw new IOException("Bronze is written here and read by Avro's own codec.");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ZstdCodec;
  }

  @Override
  public int hashCode() {
    return getName().hashCode();
  }
}
