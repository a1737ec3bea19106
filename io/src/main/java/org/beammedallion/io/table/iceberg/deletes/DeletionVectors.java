package org.beammedallion.io.table.iceberg.deletes;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.RowDeleteWriter;
import org.beammedallion.io.table.RowDeletes;
import org.beammedallion.io.table.StagedDeletes;
import org.beammedallion.io.table.iceberg.catalog.StorageFileIO;
import org.beammedallion.io.table.iceberg.catalog.TableFolder;
import org.jspecify.annotations.Nullable;

/** Iceberg's deletion vectors, one for each data file, many in one Puffin file. */
final class DeletionVectors implements RowDeleteWriter {

  private final String location;
  private final String filePrefix;
  private final Map<String, DataFile> files = new LinkedHashMap<>();
  private @Nullable BaseDVFileWriter writer;

  DeletionVectors(String location, String filePrefix) {
    this.location = location;
    this.filePrefix = filePrefix;
  }

  @Override
  public void delete(DataFile file, BitSet rows) {
    BaseDVFileWriter open = writer;
    if (open == null) {
      String name = filePrefix + "-" + UUID.randomUUID() + "-deletes.puffin";
      String path = location + "/" + TableFolder.DATA + "/" + name;
      // Rows that were deleted before are among those that are given.
      open = new BaseDVFileWriter(() -> new StorageFileIO().newOutputFile(path), dataFile -> null);
      writer = open;
    }
    String dataFile = file.uri(location);
    files.put(dataFile, file);
    for (int row = rows.nextSetBit(0); row >= 0; row = rows.nextSetBit(row + 1)) {
      // The driver knows the partition.
      open.delete(dataFile, row, PartitionSpec.unpartitioned(), null);
    }
  }

  @Override
  public List<StagedDeletes> finish() throws IOException {
    BaseDVFileWriter open = writer;
    if (open == null) {
      return List.of();
    }
    open.close();
    writer = null;
    List<StagedDeletes> all = new ArrayList<>();
    for (DeleteFile vector : open.result().deleteFiles()) {
      String dataFile = Objects.requireNonNull(vector.referencedDataFile());
      DataFile file = Objects.requireNonNull(files.get(dataFile));
      all.add(
          new StagedDeletes(
              file.path(),
              file.partitionValues(),
              file.deletes(),
              new RowDeletes(
                  vector.location(),
                  Objects.requireNonNull(vector.contentOffset()),
                  Objects.requireNonNull(vector.contentSizeInBytes()),
                  dataFile),
              vector.recordCount(),
              vector.fileSizeInBytes()));
    }
    files.clear();
    return all;
  }

  /** Nothing is written before the end. */
  @Override
  public void close() {
    writer = null;
    files.clear();
  }
}
