package org.beammedallion.io.parquet.source;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.airlift.compress.MalformedInputException;
import io.airlift.compress.lz4.Lz4Decompressor;
import io.airlift.compress.snappy.SnappyDecompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.ParquetDecodingException;

/**
 * Decompresses pages, without Hadoop and, but for zstd, in Java. Memory is bounded by what a codec
 * can make of the bytes that are there, whatever a page's header says.
 */
final class SourceCodecs implements CompressionCodecFactory {

  private static final ThreadLocal<ZstdDecompressCtx> ZSTD =
      ThreadLocal.withInitial(ZstdDecompressCtx::new);

  private static final int LZ4_FRAME_MAGIC = 0x184D2204;
  private static final int SLACK = 1 << 16;

  /** More bytes than one compressed byte can stand for. */
  private static final int MAX_SNAPPY_RATIO = 64;

  private static final int MAX_LZ4_RATIO = 256;
  private static final int MAX_GZIP_RATIO = 1_040;
  private static final int MAX_ZSTD_RATIO = 1 << 17;

  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName codec) {
    throw new UnsupportedOperationException("Only reads.");
  }

  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
    return new Decompressor(codec);
  }

  @Override
  public void release() {
    // Contexts belong to their threads.
  }

  static byte[] decompress(CompressionCodecName codec, byte[] source, int size) throws IOException {
    try {
      return switch (codec) {
        case UNCOMPRESSED -> source;
        case SNAPPY -> snappy(source, size);
        case GZIP -> gzip(source, size);
        case LZ4_RAW -> lz4(source, 0, source.length, size);
        case LZ4 -> oldLz4(source, size);
        case ZSTD -> zstd(source, size);
        default -> throw new IOException("the codec " + codec + " is not supported");
      };
    } catch (MalformedInputException | ZstdException | IndexOutOfBoundsException e) {
      throw new IOException("a page cannot be decompressed by " + codec + ": " + e.getMessage(), e);
    }
  }

  private static byte[] target(int size, int sourceLength, int ratio) throws IOException {
    if (size < 0 || size > (long) sourceLength * ratio + SLACK) {
      throw new IOException(
          "a page of "
              + sourceLength
              + " compressed bytes cannot have the "
              + size
              + " bytes that its header says");
    }
    return new byte[size];
  }

  private static byte[] exactly(byte[] target, int length) throws IOException {
    if (length != target.length) {
      throw new IOException(
          "a page has " + length + " bytes, and its header says " + target.length);
    }
    return target;
  }

  private static byte[] snappy(byte[] source, int size) throws IOException {
    if (size == 0 && source.length == 0) {
      return source;
    }
    byte[] target = target(size, source.length, MAX_SNAPPY_RATIO);
    int told = SnappyDecompressor.getUncompressedLength(source, 0);
    if (told != size) {
      return exactly(target, told);
    }
    return exactly(
        target, new SnappyDecompressor().decompress(source, 0, source.length, target, 0, size));
  }

  private static byte[] lz4(byte[] source, int from, int length, int size) throws IOException {
    byte[] target = target(size, length, MAX_LZ4_RATIO);
    if (size == 0 && length == 0) {
      return target;
    }
    return exactly(target, new Lz4Decompressor().decompress(source, from, length, target, 0, size));
  }

  /** As Hadoop writes it, in blocks behind their lengths; as others do, bare, or in LZ4's frame. */
  private static byte[] oldLz4(byte[] source, int size) throws IOException {
    if (source.length >= 4 && littleEndian(source) == LZ4_FRAME_MAGIC) {
      byte[] target = target(size, source.length, MAX_LZ4_RATIO);
      try (InputStream frame =
          new FramedLZ4CompressorInputStream(new ByteArrayInputStream(source), true)) {
        return filled(frame, target);
      }
    }
    byte[] hadoop = hadoopLz4(source, size);
    return hadoop != null ? hadoop : lz4(source, 0, source.length, size);
  }

  /** Null where the bytes are not of that form. */
  private static byte @org.jspecify.annotations.Nullable [] hadoopLz4(byte[] source, int size)
      throws IOException {
    byte[] target = target(size, source.length, MAX_LZ4_RATIO);
    ByteBuffer lengths = ByteBuffer.wrap(source);
    int from = 0;
    int to = 0;
    while (source.length - from >= 2 * Integer.BYTES) {
      int blockSize = lengths.getInt(from);
      from += Integer.BYTES;
      if (blockSize < 0 || blockSize > size - to) {
        return null;
      }
      int blockEnd = to + blockSize;
      // A block of Hadoop's may be several of LZ4's, each behind its length.
      do {
        if (source.length - from < Integer.BYTES) {
          return null;
        }
        int compressed = lengths.getInt(from);
        from += Integer.BYTES;
        if (compressed < 0 || compressed > source.length - from) {
          return null;
        }
        try {
          to +=
              new Lz4Decompressor().decompress(source, from, compressed, target, to, blockEnd - to);
        } catch (MalformedInputException | IndexOutOfBoundsException e) {
          return null;
        }
        from += compressed;
      } while (to < blockEnd);
    }
    return from == source.length && to == size ? target : null;
  }

  private static int littleEndian(byte[] bytes) {
    return (bytes[0] & 0xFF)
        | (bytes[1] & 0xFF) << 8
        | (bytes[2] & 0xFF) << 16
        | (bytes[3] & 0xFF) << 24;
  }

  private static byte[] gzip(byte[] source, int size) throws IOException {
    if (source.length == 0) {
      return target(size, 0, 0).length == 0 ? source : exactly(new byte[size], 0);
    }
    byte[] target = target(size, source.length, MAX_GZIP_RATIO);
    try (InputStream members = new GZIPInputStream(new ByteArrayInputStream(source), 1 << 16)) {
      return filled(members, target);
    }
  }

  private static byte[] filled(InputStream from, byte[] target) throws IOException {
    int length = from.readNBytes(target, 0, target.length);
    boolean more = length == target.length && from.read() >= 0;
    return exactly(target, more ? length + 1 : length);
  }

  @SuppressWarnings("deprecation") // An engine's older zstd-jni knows the size by this name alone.
  private static byte[] zstd(byte[] source, int size) throws IOException {
    if (source.length == 0) {
      return exactly(target(size, 0, 0), 0);
    }
    long told = Zstd.decompressedSize(source, 0, source.length);
    if (told > size) {
      throw new IOException("a page has " + told + " bytes, and its header says " + size);
    }
    byte[] target = target(size, source.length, MAX_ZSTD_RATIO);
    int length = ZSTD.get().decompressByteArray(target, 0, target.length, source, 0, source.length);
    return exactly(target, length);
  }

  private record Decompressor(CompressionCodecName codec) implements BytesInputDecompressor {

    @Override
    public BytesInput decompress(BytesInput bytes, int size) throws IOException {
      byte[] source = new byte[Math.toIntExact(bytes.size())];
      bytes.toInputStream().read(ByteBuffer.wrap(source));
      return BytesInput.from(SourceCodecs.decompress(codec, source, size));
    }

    @Override
    public void decompress(ByteBuffer input, int compressedSize, ByteBuffer output, int size) {
      byte[] source = new byte[compressedSize];
      input.get(source);
      try {
        output.put(Arrays.copyOf(SourceCodecs.decompress(codec, source, size), size));
      } catch (IOException e) {
        throw new ParquetDecodingException(String.valueOf(e.getMessage()), e);
      }
    }

    @Override
    public void release() {
      // Nothing is held.
    }
  }
}
