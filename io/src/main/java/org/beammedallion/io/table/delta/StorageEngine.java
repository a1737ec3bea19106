package org.beammedallion.io.table.delta;

import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.defaults.engine.DefaultParquetHandler;
import io.delta.kernel.engine.ExpressionHandler;
import io.delta.kernel.engine.FileReadResult;
import io.delta.kernel.engine.ParquetHandler;
import io.delta.kernel.exceptions.KernelEngineException;
import io.delta.kernel.exceptions.KernelException;
import io.delta.kernel.expressions.Predicate;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import java.io.IOException;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Supplier;
import org.beammedallion.io.storage.Storage;

/**
 * Kernel's default engine on a {@link Storage}. Kernel ends a Parquet file also when the rows for
 * it could not all be read; such a checkpoint would be valid to look at and lack files, so it is
 * dropped here.
 */
final class StorageEngine extends DefaultEngine {

  private final ParquetHandler parquet;

  StorageEngine(Storage storage, LogEntries entries) {
    super(new StorageFileIO(storage, entries));
    parquet = new WholeFiles(storage, entries, getExpressionHandler());
  }

  @Override
  public ParquetHandler getParquetHandler() {
    return parquet;
  }

  private static final class WholeFiles extends DefaultParquetHandler {
    private final Storage storage;
    private final LogEntries entries;
    private final ExpressionHandler expressions;

    WholeFiles(Storage storage, LogEntries entries, ExpressionHandler expressions) {
      super(new StorageFileIO(storage, entries));
      this.storage = storage;
      this.entries = entries;
      this.expressions = expressions;
    }

    /** What a damaged file makes Parquet throw is as a rule no exception of Kernel's. */
    @Override
    public CloseableIterator<FileReadResult> readParquetFiles(
        CloseableIterator<FileStatus> files, StructType columns, Optional<Predicate> predicate)
        throws IOException {
      return new Explained(super.readParquetFiles(files, columns, predicate));
    }

    @Override
    public void writeParquetFileAtomically(
        String path, CloseableIterator<FilteredColumnarBatch> data) throws IOException {
      Watched watched = new Watched(new CheckpointRows(data, expressions));
      new DefaultParquetHandler(new StorageFileIO(storage, entries, () -> watched.exhausted))
          .writeParquetFileAtomically(path, watched);
    }
  }

  private static final class Explained implements CloseableIterator<FileReadResult> {
    private final CloseableIterator<FileReadResult> rows;

    Explained(CloseableIterator<FileReadResult> rows) {
      this.rows = rows;
    }

    @Override
    public boolean hasNext() {
      return read(rows::hasNext);
    }

    @Override
    public FileReadResult next() {
      return read(rows::next);
    }

    private static <T> T read(Supplier<T> step) {
      try {
        return step.get();
      } catch (KernelException | KernelEngineException | NoSuchElementException e) {
        throw e;
      } catch (RuntimeException e) {
        throw new KernelEngineException("A checkpoint is damaged: " + e.getMessage() + ".", e);
      }
    }

    @Override
    public void close() throws IOException {
      rows.close();
    }
  }

  private static final class Watched implements CloseableIterator<FilteredColumnarBatch> {
    private final CloseableIterator<FilteredColumnarBatch> data;
    private boolean exhausted;

    Watched(CloseableIterator<FilteredColumnarBatch> data) {
      this.data = data;
    }

    @Override
    public boolean hasNext() {
      boolean more = data.hasNext();
      exhausted = !more;
      return more;
    }

    @Override
    public FilteredColumnarBatch next() {
      return data.next();
    }

    @Override
    public void close() throws IOException {
      data.close();
    }
  }
}
