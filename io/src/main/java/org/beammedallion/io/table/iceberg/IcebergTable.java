package org.beammedallion.io.table.iceberg;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.RESTException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.jdbc.UncheckedSQLException;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.table.ColumnAlias;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.CommitResult;
import org.beammedallion.io.table.CommitResult.Outcome;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.EvolutionRules;
import org.beammedallion.io.table.FileRules;
import org.beammedallion.io.table.FileRules.EmptyText;
import org.beammedallion.io.table.RowDeleteRules;
import org.beammedallion.io.table.RowDeletes;
import org.beammedallion.io.table.SchemaChange;
import org.beammedallion.io.table.SchemaDifferences;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableDefinition;
import org.beammedallion.io.table.TableEvolution;
import org.beammedallion.io.table.TableException;
import org.beammedallion.io.table.TableHistory;
import org.beammedallion.io.table.TableLayout;
import org.beammedallion.io.table.TableMaintenance;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.io.table.iceberg.catalog.CatalogSession;
import org.beammedallion.io.table.iceberg.catalog.FormatVersion;
import org.beammedallion.io.table.iceberg.catalog.LatestMetadata;
import org.beammedallion.io.table.iceberg.catalog.Purpose;
import org.beammedallion.io.table.iceberg.catalog.TableFolder;
import org.beammedallion.io.table.iceberg.deletes.IcebergDeletes;
import org.beammedallion.io.table.iceberg.deletes.IcebergRowDeleteRules;
import org.jspecify.annotations.Nullable;

/**
 * An Iceberg table. A change carries its name in its snapshot's summary and in the table's
 * properties, so that a repeat is recognised, also after old snapshots have expired. An append is
 * rebased on what others committed meanwhile; every other change is refused if the table moved. A
 * version is the sequence number of a snapshot; 0 is a table without one.
 */
public final class IcebergTable implements Table {

  private final TableDefinition definition;
  private final Schema schema;
  private final PartitionSpec spec;
  private final Storage storage;
  private final LatestMetadata latest = new LatestMetadata();
  private volatile @Nullable Listed listed;

  /** The live files of a version. */
  private record Listed(TableMetadata metadata, TableSnapshot files) {}

  private IcebergTable(
      TableDefinition definition, Schema schema, PartitionSpec spec, Storage storage) {
    this.definition = definition;
    this.schema = schema;
    this.spec = spec;
    this.storage = storage;
  }

  /**
   * A table in its catalog; nothing is read or made yet.
   *
   * @throws IllegalArgumentException where Iceberg cannot keep such a table
   */
  public static IcebergTable of(TableDefinition definition) {
    Storage storage = Storage.of(definition.uri());
    TableLayout layout = definition.layout();
    Schema schema = IcebergTypes.schemaOf(layout);
    return new IcebergTable(
        definition.withUri(storage.canonical(definition.uri())),
        schema,
        IcebergPartitions.specOf(layout.partitionBy(), schema),
        storage);
  }

  @Override
  public String uri() {
    return definition.uri();
  }

  @Override
  public TableLayout layout() {
    return definition.layout();
  }

  /** What is done in a session. */
  interface Step<T> {
    T run(CatalogSession session) throws IOException;
  }

  <T> T inSession(Purpose purpose, Step<T> step) throws IOException {
    try (CatalogSession session = CatalogSession.open(definition, purpose, latest)) {
      return step.run(session);
    } catch (CommitStateUnknownException e) {
      throw new TableException(
          "It is not known whether the change of the Iceberg table '"
              + uri()
              + "' was committed: "
              + e.getMessage()
              + " Run again: a change that was committed is recognised.",
          e);
    } catch (UncheckedIOException e) {
      throw e.getCause() instanceof TableException ours ? ours : failed(purpose, e);
    } catch (NotFoundException
        | ValidationException
        | RESTException
        | UncheckedSQLException
        | IllegalArgumentException
        | IllegalStateException e) {
      throw failed(purpose, e);
    }
  }

  private TableException failed(Purpose purpose, RuntimeException e) {
    return new TableException(
        "The Iceberg table '"
            + uri()
            + "' cannot be "
            + purpose
            + ": "
            + definition.catalog().withoutSecrets(reason(e))
            + " Check that its catalog can be reached and its files are whole, or name another folder.",
        e);
  }

  private static String reason(RuntimeException e) {
    Throwable cause = e.getCause();
    return e.getMessage() + (cause == null ? "" : " (" + cause.getMessage() + ")");
  }

  @Override
  public Optional<TableSnapshot> snapshot() throws IOException {
    return inSession(
        Purpose.READ,
        session -> {
          BaseTable table = load(session);
          if (table == null) {
            return Optional.empty();
          }
          if (!isEmpty(table)) {
            requireNone(EvolutionRules.breaking(differences(table)));
          }
          return Optional.of(listed(table));
        });
  }

  /** Files are listed again only where the metadata is not what it was. */
  private TableSnapshot listed(BaseTable table) throws IOException {
    TableMetadata metadata = table.operations().current();
    Listed known = listed;
    if (known != null && isSame(known.metadata(), metadata)) {
      return known.files();
    }
    TableSnapshot files = new TableSnapshot(versionOf(table), files(table));
    listed = new Listed(metadata, files);
    return files;
  }

  /** The name of a file does not tell, for a folder has names that are given again. */
  private static boolean isSame(TableMetadata one, TableMetadata other) {
    return one == other
        || (one.uuid() != null
            && one.uuid().equals(other.uuid())
            && one.lastUpdatedMillis() == other.lastUpdatedMillis()
            && Objects.equals(one.metadataFileLocation(), other.metadataFileLocation()));
  }

  @Override
  public FileRules fileRules() throws IOException {
    return inSession(
        Purpose.READ,
        session -> {
          BaseTable table = load(session);
          Schema columns = table == null ? schema : table.schema();
          return new FileRules(
              TableFolder.DATA,
              IcebergTypes.idsOf(columns),
              EmptyText.VALUE,
              SchemaDifferences.nullable(
                  layout().stored(), IcebergTypes.columnsOf(columns.columns())));
        });
  }

  @Override
  public Optional<RowDeleteRules> rowDeleteRules() throws IOException {
    return inSession(
        Purpose.READ,
        session -> {
          BaseTable table = load(session);
          return table == null
              ? Optional.empty()
              : Optional.of(
                  new IcebergRowDeleteRules(
                      table.location(), table.operations().current().formatVersion()));
        });
  }

  @Override
  public OptionalLong lastCycle(String applicationId) throws IOException {
    return inSession(
        Purpose.READ,
        session -> {
          BaseTable table = load(session);
          return table == null
              ? OptionalLong.empty()
              : CommitNames.lastCycle(table.operations().current(), applicationId);
        });
  }

  @Override
  public CommitResult commit(CommitRequest request) throws IOException {
    return inSession(
        Purpose.WRITE,
        session -> {
          BaseTable table = load(session);
          if (table != null && CommitNames.isCommitted(table.operations().current(), request)) {
            return new CommitResult(Outcome.ALREADY_COMMITTED, versionOf(table));
          }
          if (request.isEmpty() && !request.commitIfEmpty()) {
            return new CommitResult(
                Outcome.EMPTY, table == null ? CommitRequest.NO_TABLE : versionOf(table));
          }
          BaseTable made = table == null ? create(session) : table;
          requireLayout(made);
          return new IcebergCommit(made, definition.layout(), request).run();
        });
  }

  @Nullable BaseTable load(CatalogSession session) throws IOException {
    BaseTable table = session.load();
    if (table != null) {
      IcebergChecks.requireUsable(table, definition);
    } else if (storage.stat(uri()).isPresent()) {
      throw new TableException(
          "Cannot make the Iceberg table '"
              + uri()
              + "': a file of that name exists. Remove it or name another folder.",
          null);
    }
    return table;
  }

  /** What of the table is not as the contract has it. */
  List<SchemaChange> differences(BaseTable table) {
    return SchemaDifferences.of(
        layout(), layout().stored(), IcebergTypes.columnsOf(table.schema().columns()));
  }

  /**
   * Refuses a table whose columns are not those of the contract.
   *
   * @throws TableException that names each of them
   */
  void requireLayout(BaseTable table) throws TableException {
    requireNone(differences(table));
  }

  private void requireNone(List<SchemaChange> changes) throws TableException {
    if (!changes.isEmpty()) {
      throw new TableException(
          EvolutionRules.differs("Iceberg table '" + uri() + "'", changes), null);
    }
  }

  @Override
  public TableEvolution evolution() {
    return new IcebergEvolution(this, definition.contractVersion());
  }

  /** Whether the latest version has no file, by what its summary says. */
  static boolean isEmpty(BaseTable table) {
    return table.currentSnapshot() == null
        || "0".equals(table.currentSnapshot().summary().get(SnapshotSummary.TOTAL_DATA_FILES_PROP));
  }

  static long versionOf(BaseTable table) {
    return table.currentSnapshot() == null ? 0 : table.currentSnapshot().sequenceNumber();
  }

  private List<DataFile> files(BaseTable table) throws IOException {
    List<DataFile> files = new ArrayList<>();
    List<ColumnAlias> aliases = IcebergAliases.of(layout().stored(), table);
    forEachTask(table, table.newScan(), task -> files.add(dataFile(task, table, aliases)));
    return files;
  }

  /** Takes files of the table. */
  interface FileVisitor {
    void visit(FileScanTask task) throws IOException;
  }

  void forEachTask(BaseTable table, TableScan scan, FileVisitor visitor) throws IOException {
    try (CloseableIterable<FileScanTask> tasks = scan.includeColumnStats().planFiles()) {
      for (FileScanTask task : tasks) {
        IcebergChecks.requireReadable(task, table, uri());
        visitor.visit(task);
      }
    }
  }

  @Override
  public TableHistory history() {
    return new IcebergHistory(this);
  }

  @Override
  public TableMaintenance maintenance() {
    return new IcebergMaintenance(this);
  }

  Storage storage() {
    return storage;
  }

  DataFile dataFile(FileScanTask task, BaseTable table, List<ColumnAlias> aliases)
      throws IOException {
    org.apache.iceberg.DataFile file = task.file();
    DataFile live =
        new DataFile(
                TableFolder.relative(file.location(), table),
                IcebergPartitions.textsOf(file.partition(), layout().partitionBy(), table.spec()),
                file.recordCount(),
                file.fileSizeInBytes(),
                IcebergMetrics.statisticsOf(file, table.schema()))
            .withAliases(aliases);
    List<RowDeletes> deletes = IcebergDeletes.of(task);
    return deletes.isEmpty()
        ? live
        : live.withDeletes(deletes, IcebergDeletes.count(task, deletes));
  }

  /** Makes the table, empty, or takes the one that another made first. */
  private BaseTable create(CatalogSession session) throws IOException {
    IcebergChecks.requireFreeFolder(definition, storage);
    session.create(schema, spec, properties());
    BaseTable table = load(session);
    if (table == null) {
      throw new TableException(
          "The Iceberg table '" + uri() + "' disappeared while it was being made. Run again.",
          null);
    }
    return table;
  }

  private Map<String, String> properties() {
    Map<String, String> properties = new HashMap<>();
    properties.put(
        TableProperties.FORMAT_VERSION,
        Integer.toString(
            definition.formatVersion() == 0 ? FormatVersion.LEAST : definition.formatVersion()));
    properties.put(TableProperties.PARQUET_COMPRESSION, "zstd");
    if (!definition.contractVersion().isEmpty()) {
      properties.put(IcebergEvolution.CONTRACT_VERSION, definition.contractVersion());
    }
    // Tells other engines to write no delete files, which every reader would have to apply.
    for (String mode :
        List.of(
            TableProperties.DELETE_MODE, TableProperties.UPDATE_MODE, TableProperties.MERGE_MODE)) {
      properties.put(mode, "copy-on-write");
    }
    // Each commit adds a manifest, and each load reads all of them: twenty become one.
    properties.put(TableProperties.MANIFEST_MIN_MERGE_COUNT, "20");
    // Maintenance removes them, when nobody can be at work on them any more.
    properties.put(TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED, "false");
    properties.put(TableProperties.COMMIT_NUM_RETRIES, "10");
    properties.put(TableProperties.COMMIT_MIN_RETRY_WAIT_MS, "20");
    return properties;
  }
}
