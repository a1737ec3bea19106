package org.beammedallion.pipelines.inspect;

import java.io.FileNotFoundException;
import java.io.IOException;
import org.beammedallion.io.parquet.read.RowBlock;
import org.beammedallion.io.parquet.read.RowParquetReader;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableException;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.quality.schema.RecordSchema;

/** The rows of a table at a version. */
public record TableRows(Table table, TableSnapshot snapshot) implements RowSource {

  @Override
  public RecordSchema schema() throws IOException {
    return table.fileRules().relaxed(table.layout().columns());
  }

  @Override
  public void read(RecordSchema wanted, Visitor visitor) throws IOException {
    for (DataFile file : snapshot.files()) {
      if (!read(file, wanted, visitor)) {
        return;
      }
    }
  }

  private boolean read(DataFile file, RecordSchema wanted, Visitor visitor) throws IOException {
    try (RowParquetReader reader = RowParquetReader.open(table.uri(), file, wanted, false)) {
      for (RowBlock block = reader.next(); block != null; block = reader.next()) {
        for (int i = 0; i < block.count(); i++) {
          if (!visitor.visit(block.bytes(), block.row(i), block.length(i))) {
            return false;
          }
        }
      }
    } catch (FileNotFoundException e) {
      throw new TableException(
          "Version "
              + snapshot.version()
              + " of '"
              + table.uri()
              + "' cannot be read any more: its file '"
              + file.path()
              + "' was removed. Read a later version.",
          e);
    }
    return true;
  }
}
