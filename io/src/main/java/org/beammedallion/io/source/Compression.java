package org.beammedallion.io.source;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.Locale;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.beammedallion.transforms.raw.CorruptStreamException;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.jspecify.annotations.Nullable;

/**
 * How the bytes of a file are compressed. A file of several concatenated streams is read to its
 * end: one that is damaged or cut off anywhere, also where a further stream begins, is told from
 * one that ends. Zero bytes behind the last gzip member are padding.
 */
public enum Compression {
  NONE {
    @Override
    InputStream decoder(InputStream in) {
      return in;
    }

    @Override
    boolean begins(byte[] bytes) {
      return true;
    }
  },
  GZIP {
    @Override
    InputStream decoder(InputStream in) {
      return new GzipStream(in);
    }

    @Override
    boolean begins(byte[] bytes) {
      return bytes[0] == 0x1F && bytes[1] == (byte) 0x8B;
    }
  },
  ZSTD {
    @Override
    InputStream decoder(InputStream in) throws IOException {
      return new ZstdInputStream(new ZstdFrames(in));
    }

    /** A frame of this or an earlier version, or one that readers skip. */
    @Override
    boolean begins(byte[] bytes) {
      boolean frame = bytes[1] == (byte) 0xB5 && bytes[2] == 0x2F && bytes[3] == (byte) 0xFD;
      boolean skipped = bytes[1] == 0x2A && bytes[2] == 0x4D && bytes[3] == 0x18;
      return frame || skipped;
    }
  },
  BZIP2 {
    @Override
    InputStream decoder(InputStream in) throws IOException {
      return new BZip2CompressorInputStream(in, true);
    }

    @Override
    boolean begins(byte[] bytes) {
      return bytes[0] == 'B' && bytes[1] == 'Z' && bytes[2] == 'h';
    }
  };

  private static final int BUFFER = 1 << 16;

  private static final int MAGIC = 4;

  abstract InputStream decoder(InputStream in) throws IOException;

  /** Whether a stream may begin with some bytes, of which there are {@link #MAGIC}. */
  abstract boolean begins(byte[] bytes);

  /**
   * By the file's extension: {@code .gz}, {@code .zst}, {@code .bz2}; anything else is not
   * compressed.
   */
  public static Compression ofName(String uri) {
    String name = uri.toLowerCase(Locale.ROOT);
    if (name.endsWith(".gz") || name.endsWith(".gzip")) {
      return GZIP;
    } else if (name.endsWith(".zst") || name.endsWith(".zstd")) {
      return ZSTD;
    } else if (name.endsWith(".bz2")) {
      return BZIP2;
    }
    return NONE;
  }

  /** Whether a reader can start in the middle of the file. */
  public boolean isSplittable() {
    return this == NONE;
  }

  /**
   * The decompressed bytes. Reading raises {@link RefusedFileException} where the bytes do not
   * begin as compressed ones do, {@link CorruptStreamException} where they are damaged or end
   * early, and any other {@link IOException} where the storage failed, for the former are the
   * data's fault and the latter is not.
   */
  public InputStream decompress(InputStream stored) {
    if (this == NONE) {
      return stored;
    }
    return new DecompressedStream(this, new StoredStream(new BufferedInputStream(stored, BUFFER)));
  }

  private static final class DecompressedStream extends InputStream {
    private final Compression compression;
    private final StoredStream stored;
    private InputStream decoder = InputStream.nullInputStream();
    private boolean opened;
    private @Nullable CorruptStreamException damage;

    DecompressedStream(Compression compression, StoredStream stored) {
      this.compression = compression;
      this.stored = stored;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (damage != null) {
        throw damage; // What is behind it must not be taken for what follows.
      }
      try {
        if (!opened) {
          stored.mark(MAGIC);
          byte[] first = stored.readNBytes(MAGIC);
          if (first.length == 0) {
            return -1; // An empty file holds nothing, which is no fault of it.
          }
          if (first.length == MAGIC && !compression.begins(first)) {
            throw otherwise(first);
          }
          stored.reset();
          decoder = compression.decoder(stored);
          opened = true;
        }
        return decoder.read(bytes, offset, length);
      } catch (RefusedFileException e) {
        throw e;
      } catch (IOException e) {
        if (stored.failed()) {
          throw e;
        }
        damage =
            new CorruptStreamException(
                "the "
                    + compression.name().toLowerCase(Locale.ROOT)
                    + " stream is damaged or ends early ("
                    + (e.getMessage() == null ? "it breaks off" : e.getMessage())
                    + ")",
                e);
        throw damage;
      }
    }

    private RefusedFileException otherwise(byte[] first) {
      return new RefusedFileException(
          "is not compressed by "
              + compression.name().toLowerCase(Locale.ROOT)
              + ", as its name or 'compression' in the pipeline file declares: it begins with the bytes "
              + HexFormat.ofDelimiter(" ").formatHex(first)
              + ". Give it the right ending ('.gz', '.zst' or '.bz2' if it is compressed, another one if not), or"
              + " correct 'compression' in the source of the pipeline file.");
    }

    @Override
    public void close() throws IOException {
      decoder.close();
      stored.close();
    }
  }
}
