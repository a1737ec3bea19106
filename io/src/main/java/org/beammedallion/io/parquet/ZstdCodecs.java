package org.beammedallion.io.parquet;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * Decompresses zstd itself, which is most of what is read, and leaves the other codecs to the
 * library.
 */
public final class ZstdCodecs implements CompressionCodecFactory {

  private static final ThreadLocal<ZstdDecompressCtx> CONTEXT =
      ThreadLocal.withInitial(ZstdDecompressCtx::new);

  private final CodecFactory others = new CodecFactory(new PlainParquetConfiguration(), 0);

  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName codec) {
    return others.getCompressor(codec);
  }

  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
    return codec == CompressionCodecName.ZSTD ? new Zstd() : others.getDecompressor(codec);
  }

  @Override
  public void release() {
    others.release();
  }

  private static final class Zstd implements BytesInputDecompressor {
    @Override
    public BytesInput decompress(BytesInput bytes, int uncompressedSize) throws IOException {
      byte[] target = new byte[uncompressedSize];
      byte[] compressed = new byte[Math.toIntExact(bytes.size())];
      bytes.toInputStream().read(ByteBuffer.wrap(compressed));
      int length;
      try {
        length =
            CONTEXT
                .get()
                .decompressByteArray(target, 0, uncompressedSize, compressed, 0, compressed.length);
      } catch (ZstdException e) {
        throw new IOException("A page cannot be decompressed: " + e.getMessage(), e);
      }
      if (length != uncompressedSize) {
        throw new IOException(
            "A page has " + length + " bytes, and its header says " + uncompressedSize + ".");
      }
      return BytesInput.from(target);
    }

    @Override
    public void decompress(
        ByteBuffer input, int compressedSize, ByteBuffer output, int uncompressedSize) {
      byte[] compressed = new byte[compressedSize];
      input.get(compressed);
      byte[] target = new byte[uncompressedSize];
      CONTEXT.get().decompressByteArray(target, 0, uncompressedSize, compressed, 0, compressedSize);
      output.put(target);
    }

    @Override
    public void release() {
      // The context belongs to the thread.
    }
  }
}
