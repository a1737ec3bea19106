package org.beammedallion.runners;

import io.airlift.compress.lz4.Lz4Compressor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorOutputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * The codec LZ4 of Parquet in each form that writers have given it; parquet-java's own needs
 * Hadoop's native library.
 */
record OldLz4(Form form) implements CompressionCodecFactory {

  enum Form {
    /** A block behind the lengths of what it holds and of itself, as Hadoop writes it. */
    HADOOP {
      @Override
      byte[] compress(byte[] page) {
        byte[] block = block(page);
        return ByteBuffer.allocate(2 * Integer.BYTES + block.length)
            .putInt(page.length)
            .putInt(block.length)
            .put(block)
            .array();
      }
    },
    /** A block and nothing else, as earlier versions of Arrow wrote it. */
    BARE {
      @Override
      byte[] compress(byte[] page) {
        return block(page);
      }
    },
    /** LZ4's own frame. */
    FRAME {
      @Override
      byte[] compress(byte[] page) throws IOException {
        ByteArrayOutputStream framed = new ByteArrayOutputStream();
        try (OutputStream out = new FramedLZ4CompressorOutputStream(framed)) {
          out.write(page);
        }
        return framed.toByteArray();
      }
    };

    abstract byte[] compress(byte[] page) throws IOException;

    private static byte[] block(byte[] page) {
      Lz4Compressor compressor = new Lz4Compressor();
      byte[] block = new byte[compressor.maxCompressedLength(page.length)];
      return Arrays.copyOf(
          block, compressor.compress(page, 0, page.length, block, 0, block.length));
    }
  }

  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName codec) {
    return new BytesInputCompressor() {
      @Override
      public BytesInput compress(BytesInput bytes) throws IOException {
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        bytes.writeAllTo(page);
        return BytesInput.from(form.compress(page.toByteArray()));
      }

      @Override
      public CompressionCodecName getCodecName() {
        return codec;
      }

      @Override
      public void release() {
        // Nothing is held.
      }
    };
  }

  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
    throw new UnsupportedOperationException("Only writes.");
  }

  @Override
  public void release() {
    // Nothing is held.
  }
}
