package org.beammedallion.io.table.iceberg.deletes;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.util.ContentFileUtil;
import org.beammedallion.io.parquet.read.DeletedRows;
import org.beammedallion.io.table.RowDeletes;

/** The rows that Iceberg counts as deleted without their file being written again. */
public final class IcebergDeletes {

  private IcebergDeletes() {}

  /** What tells them for one file, in an order of its own. */
  public static List<RowDeletes> of(FileScanTask task) {
    List<RowDeletes> deletes = new ArrayList<>();
    for (DeleteFile file : task.deletes()) {
      boolean vector = file.format() == FileFormat.PUFFIN;
      deletes.add(
          new RowDeletes(
              file.location(),
              vector ? Objects.requireNonNull(file.contentOffset()) : RowDeletes.POSITIONS,
              vector ? Objects.requireNonNull(file.contentSizeInBytes()) : file.fileSizeInBytes(),
              task.file().location()));
    }
    deletes.sort(Comparator.comparing(RowDeletes::uri).thenComparing(RowDeletes::offset));
    return deletes;
  }

  /** How many rows they take away, in any order. */
  public static long count(FileScanTask task, List<RowDeletes> deletes) throws IOException {
    List<DeleteFile> own = ownOf(task);
    return own.size() == 1 && deletes.size() == 1
        ? own.get(0).recordCount()
        : DeletedRows.read(deletes).cardinality();
  }

  /** How many rows the task's file has left. */
  public static long liveRows(FileScanTask task) throws IOException {
    return task.file().recordCount() - count(task, of(task));
  }

  /** Those of its deletes that speak of no other file. */
  public static List<DeleteFile> ownOf(FileScanTask task) {
    return task.deletes().stream().filter(ContentFileUtil::isFileScoped).toList();
  }

  /** Whether rows are deleted by their position, and told in a format that is read here. */
  public static boolean areReadable(FileScanTask task) {
    return task.deletes().stream()
        .allMatch(
            file ->
                file.content() == org.apache.iceberg.FileContent.POSITION_DELETES
                    && (file.format() == FileFormat.PARQUET || file.format() == FileFormat.PUFFIN));
  }
}
