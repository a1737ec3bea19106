package org.beammedallion.io.parquet.write;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * Compresses pages with zstd, without Hadoop's streams; the native context is one a thread, however
 * many files are open.
 */
final class ZstdCompressor implements BytesInputCompressor {

  private static final ThreadLocal<State> STATE = ThreadLocal.withInitial(State::new);

  private static final class State {
    final ZstdCompressCtx context = new ZstdCompressCtx();
    Buffer input = new Buffer();
    byte[] output = new byte[1 << 16];
  }

  /** Gives its array away without a copy. */
  private static final class Buffer extends ByteArrayOutputStream {
    Buffer() {
      super(1 << 16);
    }

    byte[] array() {
      return buf;
    }
  }

  /** Larger buffers are not kept between pages. */
  private static final int KEPT = 4 << 20;

  private final int level;

  ZstdCompressor(int level) {
    this.level = level;
  }

  @Override
  public BytesInput compress(BytesInput bytes) throws IOException {
    State state = STATE.get();
    int size = Math.toIntExact(bytes.size());
    int bound = Math.toIntExact(Zstd.compressBound(size));
    if (state.output.length < bound) {
      state.output = new byte[bound];
    }
    state.input.reset();
    bytes.writeAllTo(state.input);
    int length =
        state
            .context
            .setLevel(level)
            .compressByteArray(state.output, 0, bound, state.input.array(), 0, size);
    byte[] compressed = Arrays.copyOf(state.output, length);
    if (size > KEPT) {
      state.input = new Buffer();
      state.output = new byte[1 << 16];
    }
    return BytesInput.from(compressed);
  }

  @Override
  public CompressionCodecName getCodecName() {
    return CompressionCodecName.ZSTD;
  }

  @Override
  public void release() {
    // The context belongs to the thread.
  }
}
