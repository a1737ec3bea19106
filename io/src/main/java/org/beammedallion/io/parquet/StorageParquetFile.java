package org.beammedallion.io.parquet;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.parquet.io.DelegatingPositionOutputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.io.SeekableInputStream;
import org.beammedallion.io.storage.AtomicOutput;
import org.beammedallion.io.storage.SeekableInput;
import org.beammedallion.io.storage.Storage;

/** A file of a {@link Storage} as Parquet's library wants it. */
public final class StorageParquetFile {

  private StorageParquetFile() {}

  public static OutputFile output(AtomicOutput output) {
    return new OutputFile() {
      @Override
      public PositionOutputStream create(long blockSizeHint) {
        return new DelegatingPositionOutputStream(output) {
          @Override
          public long getPos() {
            return output.position();
          }
        };
      }

      @Override
      public PositionOutputStream createOrOverwrite(long blockSizeHint) {
        return create(blockSizeHint);
      }

      @Override
      public boolean supportsBlockSize() {
        return false;
      }

      @Override
      public long defaultBlockSize() {
        return 0;
      }
    };
  }

  public static InputFile input(String uri) throws IOException {
    return input(uri, Storage.of(uri).openSeekable(uri));
  }

  /** A file that is open; the reader closes it. */
  public static InputFile input(String uri, SeekableInput input) throws IOException {
    long length = input.length();
    return new InputFile() {
      @Override
      public long getLength() {
        return length;
      }

      @Override
      public SeekableInputStream newStream() {
        return new Stream(input);
      }

      @Override
      public String toString() {
        return uri;
      }
    };
  }

  private static final class Stream extends SeekableInputStream {
    private final SeekableInput input;
    private long position;

    Stream(SeekableInput input) {
      this.input = input;
    }

    @Override
    public long getPos() {
      return position;
    }

    @Override
    public void seek(long newPosition) {
      position = newPosition;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int count = input.read(position, target, offset, length);
      position += Math.max(count, 0);
      return count;
    }

    @Override
    public void readFully(byte[] target) throws IOException {
      readFully(target, 0, target.length);
    }

    @Override
    public void readFully(byte[] target, int offset, int length) throws IOException {
      input.readFully(position, target, offset, length);
      position += length;
    }

    @Override
    public int read(ByteBuffer buffer) throws IOException {
      byte[] bytes = new byte[buffer.remaining()];
      int count = read(bytes, 0, bytes.length);
      if (count > 0) {
        buffer.put(bytes, 0, count);
      }
      return count;
    }

    @Override
    public void readFully(ByteBuffer buffer) throws IOException {
      if (buffer.hasArray()) {
        readFully(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
        buffer.position(buffer.limit());
      } else {
        byte[] bytes = new byte[buffer.remaining()];
        readFully(bytes, 0, bytes.length);
        buffer.put(bytes);
      }
    }

    @Override
    public void close() throws IOException {
      input.close();
    }
  }
}
