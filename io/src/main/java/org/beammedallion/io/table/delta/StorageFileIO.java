package org.beammedallion.io.table.delta;

import io.delta.kernel.defaults.engine.fileio.FileIO;
import io.delta.kernel.defaults.engine.fileio.InputFile;
import io.delta.kernel.defaults.engine.fileio.OutputFile;
import io.delta.kernel.defaults.engine.fileio.PositionOutputStream;
import io.delta.kernel.defaults.engine.fileio.SeekableInputStream;
import io.delta.kernel.defaults.engine.hadoopio.HadoopInputFile;
import io.delta.kernel.exceptions.KernelEngineException;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.conf.Configuration;
import org.beammedallion.io.storage.AtomicOutput;
import org.beammedallion.io.storage.SeekableInput;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.storage.StoredFile;

/** Lets Kernel read and write through {@link Storage}; a log entry is put if absent. */
final class StorageFileIO implements FileIO {

  /** Kernel would write checkpoints uncompressed. */
  private static final String COMPRESSION = "parquet.compression";

  private static final int MAX_LISTINGS = 20;

  private final Storage storage;
  private final LogEntries entries;
  private final BooleanSupplier mayPublish;

  StorageFileIO(Storage storage, LogEntries entries) {
    this(storage, entries, () -> true);
  }

  /**
   * Asks before it makes a finished file visible.
   *
   * @param mayPublish whether everything that belongs into the file was written
   */
  StorageFileIO(Storage storage, LogEntries entries, BooleanSupplier mayPublish) {
    this.storage = storage;
    this.entries = entries;
    this.mayPublish = mayPublish;
  }

  @Override
  public CloseableIterator<FileStatus> listFrom(String path) throws IOException {
    String from = storage.canonical(path);
    String folder = from.substring(0, from.lastIndexOf('/'));
    Iterator<StoredFile> iterator = filesFrom(folder, from).iterator();
    return new CloseableIterator<>() {
      @Override
      public boolean hasNext() {
        return iterator.hasNext();
      }

      @Override
      public FileStatus next() {
        return statusOf(iterator.next());
      }

      @Override
      public void close() {}
    };
  }

  /** Kernel would hide a failure in an exception that is not its own, and without the reason. */
  private List<StoredFile> filesFrom(String folder, String from) throws FileNotFoundException {
    try {
      List<StoredFile> files = listStable(folder, from);
      if (!files.isEmpty() || !storage.listDirect(folder).isEmpty()) {
        return files;
      }
    } catch (IOException e) {
      throw new KernelEngineException("list '" + folder + "': " + e.getMessage(), e);
    }
    throw new FileNotFoundException(folder);
  }

  /**
   * A listing may miss a file that appears while it runs and yet hold one that appeared after it:
   * version 7 of a log without version 6. Two listings that agree cannot.
   */
  private List<StoredFile> listStable(String folder, String from) throws IOException {
    List<StoredFile> files = storage.listDirect(folder, from);
    for (int attempt = 0; attempt < MAX_LISTINGS; attempt++) {
      List<StoredFile> again = storage.listDirect(folder, from);
      if (uris(again).equals(uris(files))) {
        return again;
      }
      files = again;
    }
    return files;
  }

  private static List<String> uris(List<StoredFile> files) {
    return files.stream().map(StoredFile::uri).toList();
  }

  private static FileStatus statusOf(StoredFile file) {
    return FileStatus.of(file.uri(), file.size(), file.modified().toEpochMilli());
  }

  @Override
  public FileStatus getFileStatus(String path) throws IOException {
    return storage
        .stat(path)
        .map(StorageFileIO::statusOf)
        .orElseThrow(() -> new FileNotFoundException(path));
  }

  @Override
  public String resolvePath(String path) {
    return storage.canonical(path);
  }

  @Override
  public boolean mkdirs(String path) {
    // Folders come with their first file.
    return true;
  }

  @Override
  public InputFile newInputFile(String path, long size) {
    return new Input(storage, entries, path, size);
  }

  @Override
  public OutputFile newOutputFile(String path) {
    return new OutputFile() {
      @Override
      public String path() {
        return path;
      }

      @Override
      public PositionOutputStream create(boolean atomic) throws IOException {
        return new Output(storage.create(path), mayPublish);
      }

      @Override
      public void writeAtomically(CloseableIterator<String> lines, boolean overwrite)
          throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (lines) {
          while (lines.hasNext()) {
            bytes.writeBytes(lines.next().getBytes(StandardCharsets.UTF_8));
            bytes.write('\n');
          }
        }
        put(path, bytes.toByteArray(), overwrite);
      }
    };
  }

  private void put(String path, byte[] content, boolean overwrite) throws IOException {
    if (overwrite) {
      try (AtomicOutput output = storage.create(path)) {
        output.write(content);
      }
    } else if (!storage.putIfAbsent(path, content)) {
      throw new FileAlreadyExistsException(path);
    } else {
      entries.put(path, content);
    }
  }

  @Override
  public boolean delete(String path) throws IOException {
    storage.delete(path);
    return true;
  }

  @Override
  public Optional<String> getConf(String name) {
    return name.equals(COMPRESSION) ? Optional.of("SNAPPY") : Optional.empty();
  }

  @Override
  public void copyFileAtomically(String source, String target, boolean overwrite)
      throws IOException {
    try (var input = storage.open(source)) {
      put(target, input.readAllBytes(), overwrite);
    }
  }

  private static final class Output extends PositionOutputStream {
    private final AtomicOutput output;
    private final BooleanSupplier mayPublish;

    Output(AtomicOutput output, BooleanSupplier mayPublish) {
      this.output = output;
      this.mayPublish = mayPublish;
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
      if (!mayPublish.getAsBoolean()) {
        output.abort();
      }
      output.close();
    }
  }

  /**
   * Of Kernel's input files, one of Hadoop's may say its configuration. For any other, Kernel makes
   * a new one with each Parquet file that it opens, and Hadoop parses its defaults again, which
   * took half of the time that it takes to read a table's log.
   */
  private static final class Input extends HadoopInputFile {
    private static final Configuration LOADED = new Configuration();

    private final Storage storage;
    private final LogEntries entries;
    private final String path;
    private final long size;

    Input(Storage storage, LogEntries entries, String path, long size) {
      super(null, null, size);
      this.storage = storage;
      this.entries = entries;
      this.path = path;
      this.size = size;
    }

    @Override
    public Configuration configuration() {
      // Parquet notes in it what it reads.
      return new Configuration(LOADED);
    }

    @Override
    public long length() {
      return size;
    }

    @Override
    public String path() {
      return path;
    }

    @Override
    public SeekableInputStream newStream() throws IOException {
      return LogEntries.mayKeep(path, size)
          ? new Content(path, entries.read(storage, path))
          : new Stream(storage.openSeekable(path));
    }
  }

  /** What is in memory already. */
  private static final class Content extends SeekableInputStream {
    private final String path;
    private final byte[] content;
    private int position;

    Content(String path, byte[] content) {
      this.path = path;
      this.content = content;
    }

    @Override
    public long getPos() {
      return position;
    }

    @Override
    public void seek(long newPosition) {
      position = Math.toIntExact(newPosition);
    }

    @Override
    public int read() {
      return position < content.length ? content[position++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      if (position >= content.length) {
        return length == 0 ? 0 : -1;
      }
      int count = Math.min(length, content.length - position);
      System.arraycopy(content, position, target, offset, count);
      position += count;
      return count;
    }

    @Override
    public void readFully(byte[] target, int offset, int length) throws IOException {
      if (length > content.length - position) {
        throw new EOFException(
            "'%s' has %d bytes, and %d are wanted from %d on."
                .formatted(path, content.length, length, position));
      }
      read(target, offset, length);
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
    public void readFully(byte[] target, int offset, int length) throws IOException {
      input.readFully(position, target, offset, length);
      position += length;
    }

    @Override
    public void close() throws IOException {
      input.close();
    }
  }
}
