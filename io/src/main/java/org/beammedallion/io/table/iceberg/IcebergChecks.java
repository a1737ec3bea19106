package org.beammedallion.io.table.iceberg;

import java.io.IOException;
import java.util.List;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.NestedField;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.table.CatalogSettings;
import org.beammedallion.io.table.SchemaChangeRefusedException;
import org.beammedallion.io.table.TableDefinition;
import org.beammedallion.io.table.TableException;
import org.beammedallion.io.table.iceberg.catalog.FormatVersion;
import org.beammedallion.io.table.iceberg.deletes.IcebergDeletes;
import org.beammedallion.quality.schema.PartitionField;

/** Which tables we may touch: those whose rules our files keep, and whose files we can read. */
final class IcebergChecks {

  private static final String DELTA =
      "': there is a Delta table. Set 'format: delta', or choose another folder.";

  private IcebergChecks() {}

  /**
   * Refuses a table that we could spoil or misread.
   *
   * @throws TableException that says what is in the way
   */
  static void requireUsable(BaseTable table, TableDefinition definition) throws TableException {
    String uri = definition.uri();
    FormatVersion.requireSupported(table.operations().current().formatVersion(), uri);
    requireNoDefaults(table, uri);
    List<String> partitions =
        definition.layout().partitionBy().stream().map(PartitionField::toString).toList();
    if (!IcebergPartitions.describe(table.spec()).equals(partitions)) {
      throw new TableException(
          "The Iceberg table '"
              + uri
              + "' is partitioned by "
              + IcebergPartitions.describe(table.spec())
              + ", and the pipeline says "
              + partitions
              + ". A table keeps its partitions: change the pipeline's partitionBy, or write to another table and switch "
              + "its readers with `medallion publish`.",
          null);
    }
    requireLocation(table, definition);
  }

  private static void requireNoDefaults(BaseTable table, String uri) throws TableException {
    for (NestedField column : TypeUtil.indexById(table.schema().asStruct()).values()) {
      if (column.initialDefault() != null) {
        throw new TableException(
            "Column '"
                + table.schema().findColumnName(column.fieldId())
                + "' of the Iceberg table '"
                + uri
                + "' has a default for rows that were there before it, which is not supported here. Copy the table to a new"
                + " one, or write to another folder.",
            null);
      }
    }
  }

  private static void requireLocation(BaseTable table, TableDefinition definition)
      throws TableException {
    String location = Storage.of(table.location()).canonical(table.location());
    if (!location.equals(definition.uri())) {
      throw new TableException(
          "The catalog "
              + definition.catalog()
              + " has the Iceberg table '"
              + table.name()
              + "' at '"
              + location
              + "', and the lake would have it at '"
              + definition.uri()
              + "'. Name the lake that it belongs to, or another table.",
          null);
    }
  }

  /**
   * Refuses a file that cannot be read as it stands.
   *
   * @throws TableException where it has deletes, another format or other partitions
   */
  static void requireReadable(FileScanTask task, BaseTable table, String uri)
      throws TableException {
    if (!IcebergDeletes.areReadable(task)) {
      throw new TableException(
          "The Iceberg table '"
              + uri
              + "' has equality deletes, or deletes in another format than Parquet (on '"
              + task.file().location()
              + "'), which are not supported here. In Spark, set write.delete.mode, write.update.mode and write.merge.mode"
              + " to copy-on-write, and run CALL system.rewrite_data_files(table => '…', options =>"
              + " map('delete-file-threshold', '1')).",
          null);
    }
    if (task.file().specId() != table.spec().specId()) {
      throw new TableException(
          "The partitions of the Iceberg table '"
              + uri
              + "' were changed, and '"
              + task.file().location()
              + "' still has the old ones. In Spark, run CALL system.rewrite_data_files(table => '…', options =>"
              + " map('rewrite-all', 'true')).",
          null);
    }
    if (task.file().format() != FileFormat.PARQUET) {
      throw new TableException(
          "The file '"
              + task.file().location()
              + "' of the Iceberg table '"
              + uri
              + "' is "
              + task.file().format()
              + ", and only Parquet is supported here. Set write.format.default=parquet and rewrite the table's files.",
          null);
    }
  }

  private static boolean isDelta(String uri, Storage storage) throws IOException {
    return !storage.listDirect(uri + "/_delta_log").isEmpty();
  }

  /**
   * Checks that no table of another format is where a table would be made.
   *
   * @throws SchemaChangeRefusedException where there is one
   */
  static void requireNoOtherFormat(String uri, Storage storage) throws IOException {
    if (isDelta(uri, storage)) {
      throw new SchemaChangeRefusedException("Cannot make the Iceberg table '" + uri + DELTA);
    }
  }

  /**
   * Refuses to make a table where something else is.
   *
   * @throws TableException that says what is there
   */
  static void requireFreeFolder(TableDefinition definition, Storage storage) throws IOException {
    String uri = definition.uri();
    boolean own = definition.catalog().kind() == CatalogSettings.Kind.HADOOP;
    if (storage.listDirect(uri).stream()
        .anyMatch(file -> !file.name().matches("[._].*|.*\\.parquet"))) {
      throw new TableException(
          "Cannot make the Iceberg table '"
              + uri
              + "': the folder holds files that belong to no Iceberg table. Empty it or choose another folder.",
          null);
    }
    if (isDelta(uri, storage)) {
      throw new TableException("Cannot make the Iceberg table '" + uri + DELTA, null);
    }
    // A folder table's versions are numbered, those of other catalogs have random names.
    String foreign = own ? "\\d+-.*\\.metadata\\.json.*" : "v\\d+\\.metadata\\.json.*";
    if (storage.listDirect(uri + "/metadata").stream()
        .anyMatch(file -> file.name().matches(foreign))) {
      throw new TableException(
          "Cannot make the Iceberg table '"
              + uri
              + "': the folder holds a table of another catalog. Choose that catalog with --catalog, register the table in"
              + " this one, or choose another folder.",
          null);
    }
  }
}
