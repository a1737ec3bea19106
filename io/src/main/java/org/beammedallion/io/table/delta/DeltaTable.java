package org.beammedallion.io.table.delta;

import io.delta.kernel.SnapshotBuilder;
import io.delta.kernel.TableManager;
import io.delta.kernel.TransactionCommitResult;
import io.delta.kernel.commit.Committer;
import io.delta.kernel.data.Row;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.exceptions.ConcurrentWriteException;
import io.delta.kernel.exceptions.KernelEngineException;
import io.delta.kernel.exceptions.KernelException;
import io.delta.kernel.exceptions.MaxCommitRetryLimitReachedException;
import io.delta.kernel.exceptions.TableAlreadyExistsException;
import io.delta.kernel.exceptions.TableNotFoundException;
import io.delta.kernel.expressions.Column;
import io.delta.kernel.hook.PostCommitHook;
import io.delta.kernel.hook.PostCommitHook.PostCommitHookType;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.transaction.DataLayoutSpec;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterable;
import io.delta.kernel.utils.CloseableIterator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.CommitResult;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.EvolutionRules;
import org.beammedallion.io.table.FieldIds;
import org.beammedallion.io.table.FileRules;
import org.beammedallion.io.table.SchemaChange;
import org.beammedallion.io.table.SchemaChangeRefusedException;
import org.beammedallion.io.table.SchemaDifferences;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableDefinition;
import org.beammedallion.io.table.TableEvolution;
import org.beammedallion.io.table.TableException;
import org.beammedallion.io.table.TableHistory;
import org.beammedallion.io.table.TableLayout;
import org.beammedallion.io.table.TableMaintenance;
import org.beammedallion.io.table.TableSnapshot;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Delta table. A change carries its name as Delta's own transaction identifier, so that any
 * engine recognises a repeat. An append is rebased on what others committed meanwhile; every other
 * change is refused if the table moved.
 */
public final class DeltaTable implements Table {

  private static final Logger LOG = LoggerFactory.getLogger(DeltaTable.class);
  static final String ENGINE = "beam-medallion";

  private static final String ICEBERG =
      "': there is an Iceberg table. Set 'format: iceberg', or choose another folder.";

  private final String uri;
  private final TableLayout layout;
  private final String contractVersion;
  private final Storage storage;
  private final Engine engine;
  private final StructType columns;
  private final LatestVersion latest;
  private final LogEntries entries = new LogEntries();

  private DeltaTable(String uri, TableLayout layout, String contractVersion, Storage storage) {
    this.uri = uri;
    this.layout = layout;
    this.contractVersion = contractVersion;
    this.storage = storage;
    engine = new StorageEngine(storage, entries);
    columns = DeltaTypes.structOf(layout.columns());
    latest = new LatestVersion(storage);
  }

  public static DeltaTable of(String uri, TableLayout layout) {
    return of(TableDefinition.ofFolder(uri, layout));
  }

  static DeltaTable of(TableDefinition definition) {
    Storage storage = Storage.of(definition.uri());
    return new DeltaTable(
        storage.canonical(definition.uri()),
        definition.layout(),
        definition.contractVersion(),
        storage);
  }

  @Override
  public String uri() {
    return uri;
  }

  @Override
  public TableLayout layout() {
    return layout;
  }

  @Override
  public Optional<TableSnapshot> snapshot() throws IOException {
    SnapshotImpl snapshot = load();
    if (snapshot == null) {
      return Optional.empty();
    }
    List<SchemaChange> breaking = EvolutionRules.breaking(differences(snapshot));
    if (!breaking.isEmpty() && !files(snapshot).areNone(snapshot)) {
      requireNone(breaking);
    }
    return Optional.of(latest.files(snapshot, read -> snapshotOf(read, files(read))));
  }

  /**
   * A version of the table.
   *
   * @param files of the latest version, which knows every name that a column ever had
   */
  TableSnapshot snapshotOf(SnapshotImpl snapshot, DeltaFiles files) throws IOException {
    List<DataFile> live = new ArrayList<>();
    files.forEach(snapshot, file -> live.add(files.dataFile(file)));
    return new TableSnapshot(snapshot.getVersion(), live);
  }

  DeltaFiles files(SnapshotImpl latest) {
    return new DeltaFiles(this, fieldIds(latest));
  }

  FieldIds fieldIds(SnapshotImpl latest) {
    return DeltaColumns.of(layout.columns(), latest.getSchema());
  }

  @Override
  public TableEvolution evolution() {
    return new DeltaEvolution(this, contractVersion);
  }

  @Override
  public TableHistory history() {
    return new DeltaHistory(this);
  }

  @Override
  public TableMaintenance maintenance() {
    return new DeltaMaintenance(this);
  }

  Engine engine() {
    return engine;
  }

  Storage storage() {
    return storage;
  }

  @Override
  public FileRules fileRules() throws IOException {
    SnapshotImpl snapshot = load();
    return snapshot == null
        ? FileRules.BY_NAME
        : new FileRules(
            "",
            fieldIds(snapshot),
            FileRules.EmptyText.NULL,
            SchemaDifferences.nullable(
                layout.stored(), DeltaTypes.columnsOf(snapshot.getSchema())));
  }

  @Override
  public OptionalLong lastCycle(String applicationId) throws IOException {
    SnapshotImpl snapshot = load();
    return snapshot == null ? OptionalLong.empty() : lastCycle(snapshot, applicationId);
  }

  OptionalLong lastCycle(SnapshotImpl snapshot, String applicationId) {
    return latest.lastCycle(snapshot, engine, applicationId);
  }

  /** The latest version, or null where there is no table. */
  @Nullable SnapshotImpl load() throws IOException {
    SnapshotImpl loaded = latest.get(() -> read(null));
    if (loaded != null) {
      requireReadable(loaded);
    } else if (storage.stat(uri).isPresent()) {
      throw new TableException(
          "Cannot make the Delta table '"
              + uri
              + "': a file of that name exists. Remove it or name another folder.",
          null);
    }
    return loaded;
  }

  /** The latest version, whose changes the committer writes; null where there is no table. */
  @Nullable SnapshotImpl load(Committer committer) throws IOException {
    SnapshotImpl loaded = load();
    return loaded == null ? null : LatestVersion.withCommitter(loaded, engine, committer);
  }

  /** A version; null where there is no table. */
  @Nullable SnapshotImpl load(long version) throws IOException {
    SnapshotImpl loaded = read(version);
    if (loaded != null) {
      DeltaProtocol.requireSupported(uri, loaded);
    }
    return loaded;
  }

  private @Nullable SnapshotImpl read(@Nullable Long version) throws IOException {
    entries.forget();
    try {
      SnapshotBuilder builder = TableManager.loadSnapshot(uri);
      return (SnapshotImpl) (version == null ? builder : builder.atVersion(version)).build(engine);
    } catch (TableNotFoundException e) {
      return null;
    } catch (KernelException | KernelEngineException e) {
      throw new TableException(
          "The Delta table '"
              + uri
              + "' cannot be read: "
              + e.getMessage()
              + " Open it with the engine that wrote it, or name another folder.",
          e);
    }
  }

  @Override
  public CommitResult commit(CommitRequest request) throws IOException {
    return new DeltaCommit(this, request).run();
  }

  /** What of the table is not as the contract has it. */
  List<SchemaChange> differences(SnapshotImpl snapshot) {
    return SchemaDifferences.of(
        layout, layout.columns(), DeltaTypes.columnsOf(snapshot.getSchema()));
  }

  private void requireReadable(SnapshotImpl snapshot) throws TableException {
    DeltaProtocol.requireSupported(uri, snapshot);
    if (!snapshot.getPartitionColumnNames().equals(layout.partitionColumns())) {
      throw new TableException(
          "The Delta table '"
              + uri
              + "' is partitioned by "
              + snapshot.getPartitionColumnNames()
              + ", and the pipeline says "
              + layout.partitionColumns()
              + ". A table keeps its partitions: change the pipeline's partitionBy, or write to another table and switch "
              + "its readers with `medallion publish`.",
          null);
    }
  }

  /**
   * Refuses a table whose columns are not those of the contract.
   *
   * @throws TableException that names each of them
   */
  void requireLayout(SnapshotImpl snapshot) throws TableException {
    requireNone(differences(snapshot));
  }

  private void requireNone(List<SchemaChange> changes) throws TableException {
    if (!changes.isEmpty()) {
      throw new TableException(EvolutionRules.differs("Delta table '" + uri + "'", changes), null);
    }
  }

  /** Makes the table, empty; does nothing where another was faster. */
  void create() throws IOException {
    // Data files may be staged there already.
    if (storage.listDirect(uri).stream()
        .anyMatch(file -> !file.name().matches("[._].*|.*\\.parquet"))) {
      throw new TableException(
          "Cannot make the Delta table '"
              + uri
              + "': the folder holds files that belong to no Delta table. Empty it or choose another folder.",
          null);
    }
    if (isIceberg()) {
      throw new TableException("Cannot make the Delta table '" + uri + ICEBERG, null);
    }
    DataLayoutSpec partitions =
        layout.partitionBy().isEmpty()
            ? DataLayoutSpec.noDataLayout()
            : DataLayoutSpec.partitioned(
                layout.partitionColumns().stream().map(Column::new).toList());
    try {
      TableManager.buildCreateTableTransaction(uri, columns, ENGINE)
          .withDataLayoutSpec(partitions)
          .withTableProperties(properties())
          .build(engine)
          .commit(engine, CloseableIterable.emptyIterable());
    } catch (TableAlreadyExistsException
        | ConcurrentWriteException
        | MaxCommitRetryLimitReachedException e) {
      LOG.debug("Another made the table '{}' first.", uri, e);
    } catch (KernelException | KernelEngineException e) {
      throw new TableException("Cannot make the Delta table '" + uri + "': " + e.getMessage(), e);
    }
  }

  private boolean isIceberg() throws IOException {
    return storage.listDirect(uri + "/metadata").stream()
        .anyMatch(file -> file.name().matches(".*\\.metadata\\.json.*"));
  }

  /**
   * Checks that no table of another format is where this one would be made.
   *
   * @throws SchemaChangeRefusedException where there is one
   */
  void requireNoOtherFormat() throws IOException {
    if (isIceberg()) {
      throw new SchemaChangeRefusedException("Cannot make the Delta table '" + uri + ICEBERG);
    }
  }

  private Map<String, String> properties() {
    String compression = "delta.parquet.compression.codec";
    return contractVersion.isEmpty()
        ? Map.of(compression, "zstd")
        : Map.of(compression, "zstd", DeltaSchemaChange.CONTRACT_VERSION, contractVersion);
  }

  static CloseableIterable<Row> iterable(List<Row> actions) {
    return new CloseableIterable<>() {
      @Override
      public CloseableIterator<Row> iterator() {
        Iterator<Row> iterator = actions.iterator();
        return new CloseableIterator<>() {
          @Override
          public boolean hasNext() {
            return iterator.hasNext();
          }

          @Override
          public Row next() {
            return iterator.next();
          }

          @Override
          public void close() {}
        };
      }

      @Override
      public void close() {}
    };
  }

  /** Called after a commit that may have changed the table's columns or its protocol. */
  void committed(TransactionCommitResult result) {
    latest.forget();
    runHooks(result);
  }

  /**
   * Called after a commit of a cycle.
   *
   * @param files of the version that was changed
   */
  void committed(TransactionCommitResult result, CommitRequest request, DeltaFiles files) {
    try {
      latest.committed(result, request, files.asLogged(request.adds()));
    } catch (IOException e) {
      // The commit stands; the next look reads the log.
      LOG.debug("Version {} of '{}' could not be looked at.", result.getVersion(), uri, e);
      latest.forget();
    }
    runHooks(result);
  }

  private void runHooks(TransactionCommitResult result) {
    for (PostCommitHook hook : result.getPostCommitHooks()) {
      if (hook.getType() == PostCommitHookType.CHECKPOINT) {
        try {
          hook.threadSafeInvoke(engine);
        } catch (IOException | KernelException | KernelEngineException e) {
          // The commit stands; the next checkpoint makes up for this one.
          LOG.warn("The checkpoint of version {} of '{}' failed.", result.getVersion(), uri, e);
        }
      }
    }
  }
}
