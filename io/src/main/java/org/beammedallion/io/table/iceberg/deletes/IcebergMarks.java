package org.beammedallion.io.table.iceberg.deletes;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.io.CloseableIterable;
import org.beammedallion.io.table.ConcurrentCommitException;
import org.beammedallion.io.table.RowDeletes;
import org.beammedallion.io.table.StagedDeletes;
import org.beammedallion.io.table.iceberg.catalog.TableFolder;

/** Marks of deleted rows as Iceberg knows them, and those whose place they take. */
public final class IcebergMarks {

  private final List<DeleteFile> added = new ArrayList<>();
  private final List<DeleteFile> replaced = new ArrayList<>();
  private final List<String> dataFiles = new ArrayList<>();
  private long newlyMarked;

  private IcebergMarks() {}

  /**
   * Finds the files that are marked.
   *
   * @throws ConcurrentCommitException where one is not live, or has lost other rows meanwhile
   */
  public static IcebergMarks of(BaseTable table, List<StagedDeletes> staged) throws IOException {
    IcebergMarks marks = new IcebergMarks();
    if (staged.isEmpty()) {
      return marks;
    }
    Map<String, StagedDeletes> wanted = new HashMap<>();
    for (StagedDeletes each : staged) {
      requireOfThisVersion(table, each);
      wanted.put(each.path(), each);
    }
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      for (FileScanTask task : tasks) {
        String path = TableFolder.relative(task.file().location(), table);
        StagedDeletes each = wanted.get(path);
        if (each != null && each.before().equals(IcebergDeletes.of(task))) {
          wanted.remove(path);
          marks.add(each, task, table);
        }
      }
    }
    if (!wanted.isEmpty()) {
      throw new ConcurrentCommitException(
          "Rows of '"
              + wanted.keySet().iterator().next()
              + "' of the Iceberg table '"
              + table.location()
              + "' were to be marked as deleted, and it is not live any more, or has lost other rows. Nothing was changed;"
              + " compute the change again on the latest version.",
          null);
    }
    return marks;
  }

  private static void requireOfThisVersion(BaseTable table, StagedDeletes staged)
      throws ConcurrentCommitException {
    int version = table.operations().current().formatVersion();
    boolean vector = staged.deletes().offset() != RowDeletes.POSITIONS;
    if (vector != (version >= IcebergRowDeleteRules.VECTORS)) {
      throw new ConcurrentCommitException(
          "The Iceberg table '"
              + table.location()
              + "' is of format version "
              + version
              + " now, and rows were marked as another version has it. Nothing was changed; compute the change again.",
          null);
    }
  }

  private void add(StagedDeletes staged, FileScanTask task, BaseTable table) throws IOException {
    newlyMarked += staged.rows() - IcebergDeletes.count(task, staged.before());
    added.add(deleteFile(staged, task.file(), table));
    replaced.addAll(IcebergDeletes.ownOf(task));
    dataFiles.add(task.file().location());
  }

  public static DeleteFile deleteFile(
      StagedDeletes staged, org.apache.iceberg.DataFile file, BaseTable table) {
    RowDeletes deletes = staged.deletes();
    FileMetadata.Builder builder =
        FileMetadata.deleteFileBuilder(table.spec())
            .ofPositionDeletes()
            .withPath(deletes.uri())
            .withPartition(file.partition())
            .withReferencedDataFile(file.location())
            .withRecordCount(staged.rows())
            .withFileSizeInBytes(staged.bytes());
    return deletes.offset() == RowDeletes.POSITIONS
        ? builder.withFormat(FileFormat.PARQUET).build()
        : builder
            .withFormat(FileFormat.PUFFIN)
            .withContentOffset(deletes.offset())
            .withContentSizeInBytes(deletes.length())
            .build();
  }

  /** Rows that were not deleted before. */
  public long newlyMarked() {
    return newlyMarked;
  }

  public boolean areAny() {
    return !added.isEmpty();
  }

  public void addTo(RowDelta delta) {
    added.forEach(delta::addDeletes);
    replaced.forEach(delta::removeDeletes);
    delta.validateDataFilesExist(dataFiles);
  }
}
