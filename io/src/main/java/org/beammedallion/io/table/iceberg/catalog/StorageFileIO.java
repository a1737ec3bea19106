package org.beammedallion.io.table.iceberg.catalog;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.SeekableInputStream;
import org.beammedallion.io.storage.AtomicOutput;
import org.beammedallion.io.storage.SeekableInput;
import org.beammedallion.io.storage.Storage;

/** Lets Iceberg read and write through {@link Storage}. Catalogs make it by its name. */
public final class StorageFileIO implements FileIO {
  private static final long serialVersionUID = 1L;

  private static final long UNKNOWN = -1;

  @Override
  public InputFile newInputFile(String path) {
    return new Input(path, UNKNOWN);
  }

  /** Of a file whose length is written down, as that of every manifest is. */
  @Override
  public InputFile newInputFile(String path, long length) {
    return new Input(path, length);
  }

  @Override
  public OutputFile newOutputFile(String path) {
    return new Output(path);
  }

  @Override
  public void deleteFile(String path) {
    try {
      Storage.of(path).delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Input(String location, long length) implements InputFile {
    @Override
    public long getLength() {
      if (length >= 0) {
        return length;
      }
      try {
        return Storage.of(location)
            .stat(location)
            .orElseThrow(() -> missing(location, null))
            .size();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public SeekableInputStream newStream() {
      try {
        return new Stream(Storage.of(location).openSeekable(location));
      } catch (FileNotFoundException e) {
        throw missing(location, e);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public boolean exists() {
      try {
        return Storage.of(location).stat(location).isPresent();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static NotFoundException missing(
        String path, @org.jspecify.annotations.Nullable IOException cause) {
      return new NotFoundException(cause, "There is no file '%s'.", path);
    }
  }

  private record Output(String location) implements OutputFile {
    @Override
    public PositionOutputStream create() {
      if (toInputFile().exists()) {
        throw new AlreadyExistsException("The file '%s' exists.", location);
      }
      return createOrOverwrite();
    }

    @Override
    public PositionOutputStream createOrOverwrite() {
      try {
        return new Target(Storage.of(location).create(location));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public InputFile toInputFile() {
      return new Input(location, UNKNOWN);
    }
  }

  private static final class Target extends PositionOutputStream {
    private final AtomicOutput output;

    Target(AtomicOutput output) {
      this.output = output;
    }

    @Override
    public long getPos() {
      return output.position();
    }

    @Override
    public void write(int value) throws IOException {
      output.write(value);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      output.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      output.close();
    }
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
    public void close() throws IOException {
      input.close();
    }
  }
}
