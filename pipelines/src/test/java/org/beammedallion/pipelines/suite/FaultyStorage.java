package org.beammedallion.pipelines.suite;

import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.beammedallion.io.storage.AtomicOutput;
import org.beammedallion.io.storage.SeekableInput;

/**
 * The local disk, by URIs like {@code faulty:/tmp/x}, whose requests {@link Faults} lets fail. The
 * first read of a file that was opened is a request of its own, and so is the end of a file that is
 * written, which makes it visible.
 */
public final class FaultyStorage extends WatchedStorage {

  private static final long serialVersionUID = 1L;
  private static final String FIRST_BYTES = "FIRST_BYTES";
  private static final String CLOSE = "CLOSE";

  public FaultyStorage() {
    super("faulty");
  }

  @Override
  <T> T ask(Request request, String path, OnDisk<T> disk) throws IOException {
    boolean isLost = Faults.asked(request.kind().name(), request.uri());
    T answer = disk.answer(path);
    if (isLost && answer instanceof Closeable opened && !(answer instanceof AtomicOutput)) {
      opened.close();
    }
    Faults.loseIf(isLost);
    return answer;
  }

  @Override
  public InputStream open(String uri) throws IOException {
    return new FilterInputStream(super.open(uri)) {
      private boolean isRead;

      @Override
      public int read() throws IOException {
        boolean isLost = isFirst();
        int value = in.read();
        Faults.loseIf(isLost);
        return value;
      }

      @Override
      public int read(byte[] target, int offset, int length) throws IOException {
        boolean isLost = isFirst();
        int count = in.read(target, offset, length);
        Faults.loseIf(isLost);
        return count;
      }

      private boolean isFirst() throws IOException {
        boolean first = !isRead;
        isRead = true;
        return first && Faults.asked(FIRST_BYTES, uri);
      }
    };
  }

  @Override
  public SeekableInput openSeekable(String uri) throws IOException {
    SeekableInput file = super.openSeekable(uri);
    return new SeekableInput() {
      private boolean isRead;

      @Override
      public long length() throws IOException {
        return file.length();
      }

      @Override
      public int read(long position, byte[] target, int offset, int length) throws IOException {
        boolean first = !isRead;
        isRead = true;
        boolean isLost = first && Faults.asked(FIRST_BYTES, uri);
        int count = file.read(position, target, offset, length);
        Faults.loseIf(isLost);
        return count;
      }

      @Override
      public void close() throws IOException {
        file.close();
      }
    };
  }

  @Override
  public AtomicOutput create(String uri) throws IOException {
    return new FaultyOutput(super.create(uri), canonical(uri));
  }

  /** What was written is dropped where its end fails before it is visible. */
  private static final class FaultyOutput extends AtomicOutput {
    private final AtomicOutput file;
    private final String uri;
    private boolean isClosed;
    private boolean hasFailed;

    FaultyOutput(AtomicOutput file, String uri) {
      this.file = file;
      this.uri = uri;
    }

    @Override
    public long position() {
      return file.position();
    }

    @Override
    public void write(int value) throws IOException {
      file.write(value);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      file.write(bytes, offset, length);
    }

    @Override
    public void abort() {
      isClosed = true;
      file.abort();
    }

    @Override
    public void close() throws IOException {
      if (hasFailed) {
        throw Faults.lost();
      }
      if (isClosed) {
        return;
      }
      hasFailed = true;
      boolean isLost = askToClose();
      file.close();
      Faults.loseIf(isLost);
      hasFailed = false;
      isClosed = true;
    }

    private boolean askToClose() throws IOException {
      try {
        return Faults.asked(CLOSE, uri);
      } catch (IOException e) {
        file.abort();
        throw e;
      }
    }
  }
}
