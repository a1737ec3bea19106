package org.beammedallion.io.table.iceberg.deletes;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.MetadataColumns;
import org.beammedallion.io.parquet.write.RowParquetWriter;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.FieldIds;
import org.beammedallion.io.table.Partitioner.Partition;
import org.beammedallion.io.table.RowDeleteWriter;
import org.beammedallion.io.table.RowDeletes;
import org.beammedallion.io.table.StagedDeletes;
import org.beammedallion.io.table.iceberg.catalog.TableFolder;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;

/**
 * Iceberg's files of positions, one for each data file, beside it. So a reader of a file reads no
 * deletes of others, and the next deletes of the file take the place of these.
 */
final class PositionDeleteFiles implements RowDeleteWriter {

  private static final String FILE_PATH = MetadataColumns.DELETE_FILE_PATH.name();
  private static final String POSITION = MetadataColumns.DELETE_FILE_POS.name();

  private static final RowLayout ROWS =
      RowLayout.of(
          RecordSchema.of(
              Field.required(FILE_PATH, FieldType.STRING),
              Field.required(POSITION, FieldType.LONG)));

  private static final RowParquetWriter.Options OPTIONS =
      RowParquetWriter.Options.DEFAULT.withFieldIds(
          new FieldIds(
              Map.of(
                  List.of(FILE_PATH),
                  MetadataColumns.DELETE_FILE_PATH.fieldId(),
                  List.of(POSITION),
                  MetadataColumns.DELETE_FILE_POS.fieldId())));

  private final String location;
  private final String filePrefix;
  private final List<StagedDeletes> finished = new ArrayList<>();

  PositionDeleteFiles(String location, String filePrefix) {
    this.location = location;
    this.filePrefix = filePrefix;
  }

  @Override
  public void delete(DataFile file, BitSet rows) throws IOException {
    String name = filePrefix + "-" + UUID.randomUUID() + "-deletes.parquet";
    String path = folder(file) + "/" + name;
    String dataFile = file.uri(location);
    Partition partition = new Partition(file.partitionValues(), "");
    try (RowParquetWriter writer =
        RowParquetWriter.create(location, path, partition, ROWS, OPTIONS)) {
      RowBuilder builder = new RowBuilder(256);
      for (int row = rows.nextSetBit(0); row >= 0; row = rows.nextSetBit(row + 1)) {
        builder.truncate(0);
        int start = builder.beginRow(ROWS);
        builder.setString(ROWS, start, 0, dataFile);
        builder.setLong(ROWS, start, 1, row);
        writer.write(builder.bytes(), start);
      }
      DataFile written = writer.finish();
      finished.add(
          new StagedDeletes(
              file.path(),
              file.partitionValues(),
              file.deletes(),
              new RowDeletes(
                  written.uri(location), RowDeletes.POSITIONS, written.bytes(), dataFile),
              written.rows(),
              written.bytes()));
    }
  }

  private String folder(DataFile file) {
    boolean inTable = file.uri(location).equals(location + "/" + file.path());
    int end = file.path().lastIndexOf('/');
    return inTable && end > 0 ? file.path().substring(0, end) : TableFolder.DATA;
  }

  @Override
  public List<StagedDeletes> finish() {
    List<StagedDeletes> all = List.copyOf(finished);
    finished.clear();
    return all;
  }

  @Override
  public void close() {
    finished.clear();
  }
}
