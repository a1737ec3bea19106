package org.beammedallion.io.table.delta;

import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.defaults.engine.DefaultParquetHandler;
import io.delta.kernel.engine.ExpressionHandler;
import io.delta.kernel.engine.ParquetHandler;
import io.delta.kernel.utils.CloseableIterator;
import java.io.IOException;
import org.beammedallion.io.storage.Storage;

/**
 * Kernel's default engine on a {@link Storage}. Kernel ends a Parquet file also when the rows for
 * it could not all be read; such a checkpoint would be valid to look at and lack files, so it is
 * dropped here.
 */
final class StorageEngine extends DefaultEngine {

  private final ParquetHandler parquet;

  StorageEngine(Storage storage) {
    super(new StorageFileIO(storage));
    parquet = new WholeFiles(storage, getExpressionHandler());
  }

  @Override
  public ParquetHandler getParquetHandler() {
    return parquet;
  }

  private static final class WholeFiles extends DefaultParquetHandler {
    private final Storage storage;
    private final ExpressionHandler expressions;

    WholeFiles(Storage storage, ExpressionHandler expressions) {
      super(new StorageFileIO(storage));
      this.storage = storage;
      this.expressions = expressions;
    }

    @Override
    public void writeParquetFileAtomically(
        String path, CloseableIterator<FilteredColumnarBatch> data) throws IOException {
      Watched watched = new Watched(new CheckpointRows(data, expressions));
      new DefaultParquetHandler(new StorageFileIO(storage, () -> watched.exhausted))
          .writeParquetFileAtomically(path, watched);
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
